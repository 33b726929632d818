/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Enumeration;

/**
 * Takes the dead-lettered lines out of the store, and counts what is left in the queue, when all consumers are gone.
 *
 * <p>Has no state; any thread.
 */
final class Leftovers {

    private static final long IDLE_MS = 1_000;

    private Leftovers() {}

    /** Writes each dead-lettered line to a side log of its own and returns how many lines are still in the queue. */
    static int drain(ConnectionFactory factory, Path sideLogs, int run) throws JMSException, IOException {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                SideLog log = SideLog.create(sideLogs, "dead-letters", SideLog.stampsOfRun(run))) {
            connection.start();
            MessageConsumer consumer = session.createConsumer(session.createQueue(Bus.DEAD_LETTER_QUEUE));
            for (Message message = consumer.receive(IDLE_MS); message != null; message = consumer.receive(IDLE_MS)) {
                log.dead(ReceivedLine.of(message));
                message.acknowledge();
            }
            return count(session);
        }
    }

    private static int count(Session session) throws JMSException {
        int count = 0;
        try (QueueBrowser browser = session.createBrowser(session.createQueue(Bus.QUEUE))) {
            for (Enumeration<?> messages = browser.getEnumeration(); messages.hasMoreElements(); count++) {
                messages.nextElement();
            }
        }
        return count;
    }
}
