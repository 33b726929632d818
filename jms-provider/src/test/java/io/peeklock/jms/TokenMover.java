/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.text;

import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Moves messages from anywhere to anywhere in transactions, at random, until it is told to stop or its connection is closed.
 *
 * <p>Runs on a thread of its own; what it shares is thread safe.
 */
final class TokenMover implements Runnable {

    /** Where one was set aside; a guess after a failed commit. */
    record Deferred(String queue, long number) {}

    private final PeeklockConnection connection;
    private final Random random;
    private final Queue<Deferred> deferred;
    private final AtomicInteger transactions;
    private final AtomicBoolean stopping;

    TokenMover(
            PeeklockConnection connection,
            Random random,
            Queue<Deferred> deferred,
            AtomicInteger transactions,
            AtomicBoolean stopping) {
        this.connection = connection;
        this.random = random;
        this.deferred = deferred;
        this.transactions = transactions;
        this.stopping = stopping;
    }

    @Override
    public void run() {
        while (!stopping.get()) {
            try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
                // Some sessions are closed with an open transaction.
                for (int left = random.nextInt(6); left > 0 && !stopping.get(); left--) {
                    transaction(session);
                }
                move(session);
            } catch (JMSException e) {
                // What it did not do is done by another; where everything is, the test looks.
                transactions.incrementAndGet();
            }
        }
    }

    private void transaction(Session session) throws JMSException {
        try {
            for (int moves = random.nextInt(4); moves >= 0; moves--) {
                move(session);
            }
            if (random.nextInt(4) > 0) {
                session.commit();
                transactions.incrementAndGet();
                return;
            }
        } catch (JMSException e) {
            // As if it had been rolled back; the disk decides.
            transactions.incrementAndGet();
        }
        session.rollback();
    }

    private void move(Session session) throws JMSException {
        Deferred aside = random.nextInt(3) == 0 ? deferred.poll() : null;
        String source = aside == null ? MovingBus.SOURCES.get(random.nextInt(MovingBus.SOURCES.size())) : aside.queue();
        Message message = aside == null ? next(session, source) : setAside(session, aside);
        if (message != null) {
            settle(session, message, source);
        }
    }

    private @Nullable Message next(Session session, String source) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(source))) {
            return random.nextBoolean() ? consumer.receiveNoWait() : consumer.receive(3);
        }
    }

    private @Nullable Message setAside(Session session, Deferred aside) throws JMSException {
        deferred.add(aside);
        try {
            return ((BusSession) session)
                    .receiveDeferred(session.createQueue(aside.queue()), aside.number())
                    .get(0);
        } catch (JMSException e) {
            if ("MessageNotFound".equals(e.getErrorCode())) {
                deferred.remove(aside);
            }
            return null;
        }
    }

    private void settle(Session session, Message message, String source) throws JMSException {
        PeekLocked lock = PeekLocked.of(message);
        switch (random.nextInt(8)) {
            case 0 -> {
                lock.defer();
                deferred.add(new Deferred(source, lock.sequenceNumber()));
            }
            case 1 -> {
                if (source.endsWith("deadletterqueue")) {
                    sendOn(session, String.valueOf(text(message)));
                } else {
                    lock.deadLetter("at random", null);
                }
            }
            case 2 -> lock.release();
            case 3 -> lock.abandon(Map.of("hop", 1));
            default -> sendOn(session, String.valueOf(text(message)));
        }
    }

    /** What one key forbids goes elsewhere: the refusal has done nothing to the transaction. */
    private void sendOn(Session session, String text) throws JMSException {
        String target = MovingBus.TARGETS.get(random.nextInt(MovingBus.TARGETS.size()));
        try {
            send(session, target, text, random);
        } catch (IllegalStateException e) {
            if (!"InvalidOperation".equals(e.getErrorCode())) {
                throw e;
            }
            send(session, "q0", text, random);
        }
    }

    static void send(Session session, String target, String text, Random random) throws JMSException {
        Destination to = target.equals("news") ? session.createTopic(target) : session.createQueue(target);
        TextMessage message = session.createTextMessage(text);
        String key = "g" + random.nextInt(5);
        switch (target) {
            case "trips", "wide" -> message.setStringProperty("JMSXGroupID", key);
            case "once" -> message.setStringProperty("JMS_SB_MessageId", Long.toHexString(random.nextLong()));
            case "spread", "news" -> {
                if (random.nextInt(3) > 0) {
                    message.setStringProperty("JMS_SB_PartitionKey", key);
                }
            }
            default -> {}
        }
        int how = random.nextInt(8);
        if (how == 0) {
            ((BusSession) session).schedule(to, message, Instant.now().plusMillis(random.nextInt(40)));
            return;
        }
        try (MessageProducer producer = session.createProducer(to)) {
            producer.setDeliveryDelay(how == 1 ? random.nextInt(40) : 0);
            producer.send(message);
        }
    }
}
