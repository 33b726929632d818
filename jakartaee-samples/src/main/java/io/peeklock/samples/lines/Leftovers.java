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
import jakarta.jms.Queue;
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

    /** Nobody else takes messages now, so what is there comes; the store may be busy loading. */
    private static final long PATIENCE_MS = 60_000;

    private Leftovers() {}

    /** Writes each dead-lettered line to a side log of its own and returns how many lines are still in the queue. */
    static int drain(ConnectionFactory factory, Path sideLogs, int run) throws JMSException, IOException {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                SideLog log = SideLog.create(sideLogs, "dead-letters", SideLog.stampsOfRun(run))) {
            connection.start();
            Queue deadLetters = session.createQueue(Bus.DEAD_LETTER_QUEUE);
            try (MessageConsumer consumer = session.createConsumer(deadLetters)) {
                for (int left = count(session, deadLetters); left > 0; left--) {
                    Message message = consumer.receive(PATIENCE_MS);
                    if (message == null) {
                        throw new JMSException(left + " dead-lettered messages can be browsed, but do not come");
                    }
                    log.dead(ReceivedLine.of(message));
                    message.acknowledge();
                }
            }
            return count(session, session.createQueue(Bus.QUEUE));
        }
    }

    private static int count(Session session, Queue queue) throws JMSException {
        int count = 0;
        try (QueueBrowser browser = session.createBrowser(queue)) {
            for (Enumeration<?> messages = browser.getEnumeration(); messages.hasMoreElements(); count++) {
                messages.nextElement();
            }
        }
        return count;
    }
}
