/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Session;

/**
 * The program of a process that sends one message and then holds the store open until its standard input ends.
 *
 * <p>One thread.
 */
final class HoldingWorker {

    static final String QUEUE = "held";
    static final String HOLDING = "holding";

    private HoldingWorker() {}

    /** Takes the URL. */
    public static void main(String[] args) throws Exception {
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(args[0]);
                Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            session.createProducer(session.createQueue(QUEUE)).send(TestMessages.create(session, "held-1", 10));
            JavaProcess.print(HOLDING);
            while (System.in.read() >= 0) {
                // Nothing is said to it; the end is what counts.
            }
        }
    }
}
