/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;

/**
 * Takes everything out of a queue, however long that takes: only a browser knows that there is nothing more.
 *
 * <p>Has no state; used on the session's thread.
 */
final class Drain {

    private static final long PATIENCE_MS = 60_000;

    private Drain() {}

    /** What is done with each message. */
    @FunctionalInterface
    interface Taker {
        void take(Message message) throws JMSException;
    }

    /** Hands over every message of the queue in turn; {@code taker} acknowledges it if the session does not. */
    static void drain(Session session, String name, Taker taker) throws JMSException {
        Queue queue = session.createQueue(name);
        try (MessageConsumer consumer = session.createConsumer(queue)) {
            while (!isEmpty(session, queue)) {
                Message message = consumer.receive(PATIENCE_MS);
                if (message == null) {
                    throw new AssertionError(name + " is not empty, but nothing comes");
                }
                taker.take(message);
            }
        }
    }

    private static boolean isEmpty(Session session, Queue queue) throws JMSException {
        try (QueueBrowser browser = session.createBrowser(queue)) {
            return !browser.getEnumeration().hasMoreElements();
        }
    }
}
