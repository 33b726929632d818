/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.hold;

import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeekLocked;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Prints the documents of a queue. One whose paper is out is held for a while, and those behind it are printed: it is
 * deferred, and a reminder that carries its number is scheduled into the same queue.
 *
 * <p>For one thread. It remembers nothing: what is held, and until when, is in the queue.
 */
final class Printer implements AutoCloseable {

    static final String QUEUE = "documents";
    static final String NAME = "name";

    private static final String REMINDER = "reminder";
    private static final String DEFERRED = "deferred";

    private final Connection connection;
    private final BusSession session;
    private final Queue queue;
    private final MessageConsumer consumer;
    private final Clock clock;
    private final Duration hold;
    private final Predicate<String> hasPaper;
    private final Consumer<String> log;

    /**
     * @param clock what time it is; a test that does not want to wait gives one that is behind by the hold
     * @param hold how long a document is held before it is tried again
     * @param hasPaper whether a document can be printed now
     */
    Printer(ConnectionFactory factory, Clock clock, Duration hold, Predicate<String> hasPaper, Consumer<String> log)
            throws JMSException {
        this.clock = clock;
        this.hold = hold;
        this.hasPaper = hasPaper;
        this.log = log;
        connection = factory.createConnection();
        session = (BusSession) connection.createSession(BusSession.INDIVIDUAL_ACKNOWLEDGE);
        queue = session.createQueue(QUEUE);
        consumer = session.createConsumer(queue);
        connection.start();
    }

    /** Works on what comes until nothing has come for so long. */
    void work(Duration patience) throws JMSException {
        for (Message message = consumer.receive(patience.toMillis());
                message != null;
                message = consumer.receive(patience.toMillis())) {
            if (REMINDER.equals(message.getJMSType())) {
                remind(message);
            } else {
                print(message);
            }
        }
    }

    private void print(Message document) throws JMSException {
        String name = document.getStringProperty(NAME);
        if (hasPaper.test(name)) {
            log.accept(name + " is printed");
            document.acknowledge();
        } else {
            hold(document);
            log.accept(name + " is held");
        }
    }

    /**
     * First the reminder, then the deferral: if the process ends between the two, the document comes again by itself, and
     * the reminder finds nothing. The other way round, nobody would ask for it.
     */
    private void hold(Message document) throws JMSException {
        PeekLocked lock = PeekLocked.of(document);
        Message reminder = session.createMessage();
        reminder.setJMSType(REMINDER);
        reminder.setLongProperty(DEFERRED, lock.sequenceNumber());
        session.schedule(queue, reminder, clock.instant().plus(hold));
        lock.defer();
    }

    private void remind(Message reminder) throws JMSException {
        try {
            print(session.receiveDeferred(queue, reminder.getLongProperty(DEFERRED))
                    .get(0));
        } catch (JMSException e) {
            if (!"MessageNotFound".equals(e.getErrorCode())) {
                throw e;
            }
            log.accept("a reminder came for nothing");
        }
        reminder.acknowledge();
    }

    void send(String name) throws JMSException {
        try (var producer = session.createProducer(queue)) {
            Message document = session.createMessage();
            document.setStringProperty(NAME, name);
            producer.send(document);
        }
    }

    /** Documents and reminders in the queue, in whatever state. */
    int waiting() throws JMSException {
        return session.peek(queue, 0, 250).size();
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
