/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Receives lines in peek-lock and completes them one by one, after it has given up or recovered if that is its habit.
 *
 * <p>Owned by the one thread that calls it.
 */
final class LineConsumer implements Callable<@Nullable Void> {

    /** What a consumer does with the first lines it gets. */
    enum Habit {
        /** Completes them. */
        STEADY,
        /** Closes its session without acknowledging them, and goes on in a new one. */
        GIVES_UP,
        /** Gives them back with {@code recover()}, and goes on. */
        RECOVERS
    }

    /** How many lines are held when a consumer gives up or recovers. */
    static final int HELD = 5;

    /** When nothing has come for so long the queue is looked at whether it is empty. */
    private static final long IDLE_MS = 500;

    private final Connection connection;
    private final Habit habit;
    private final SideLog log;
    private final Runnable onDone;

    /** {@code onDone} is told of each line that was completed. */
    LineConsumer(Connection connection, Habit habit, SideLog log, Runnable onDone) {
        this.connection = connection;
        this.habit = habit;
        this.log = log;
        this.onDone = onDone;
    }

    /** Returns when the queue is empty, and nothing in it is locked by another consumer that may give it back. */
    @Override
    public @Nullable Void call() throws JMSException, IOException {
        if (habit == Habit.GIVES_UP) {
            try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
                hold(consumer(session));
            }
        }
        try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            MessageConsumer consumer = consumer(session);
            if (habit == Habit.RECOVERS) {
                hold(consumer);
                session.recover();
            }
            completeAll(session, consumer);
        }
        return null;
    }

    private static MessageConsumer consumer(Session session) throws JMSException {
        return session.createConsumer(session.createQueue(Bus.QUEUE));
    }

    private void hold(MessageConsumer consumer) throws JMSException, IOException {
        for (int held = 0; held < HELD; held++) {
            Message message = consumer.receive(IDLE_MS);
            if (message == null) {
                return;
            }
            log.received(ReceivedLine.of(message));
        }
    }

    private void completeAll(Session session, MessageConsumer consumer) throws JMSException, IOException {
        while (true) {
            Message message = consumer.receive(IDLE_MS);
            if (message != null) {
                complete(session, message);
            } else if (isEmpty(session)) {
                return;
            }
        }
    }

    private void complete(Session session, Message message) throws JMSException, IOException {
        ReceivedLine line = ReceivedLine.of(message);
        log.received(line);
        if (line.refused()) {
            // Counts as a failed delivery; after the tenth the message is in the dead-letter queue (rule L12).
            session.recover();
        } else {
            log.intent(line);
            message.acknowledge();
            log.done(line);
            onDone.run();
        }
    }

    /** A browser shows locked messages too. */
    private static boolean isEmpty(Session session) throws JMSException {
        try (QueueBrowser browser = session.createBrowser(session.createQueue(Bus.QUEUE))) {
            return !browser.getEnumeration().hasMoreElements();
        }
    }
}
