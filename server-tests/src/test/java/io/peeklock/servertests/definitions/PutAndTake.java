/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.definitions;

import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.transaction.UserTransaction;
import java.util.Map;

/** Sends a text in a transaction that is rolled back, another in one that is committed, and returns all that came of it. */
public final class PutAndTake implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        ConnectionFactory factory = Lookup.of(ConnectionFactory.class, "java:app/jms/store");
        Queue shelf = Lookup.of(Queue.class, "java:app/jms/shelf");
        UserTransaction transaction = Lookup.of(UserTransaction.class, "java:comp/UserTransaction");
        transaction.begin();
        send(factory, shelf, "rolled back");
        transaction.rollback();
        transaction.begin();
        send(factory, shelf, "committed");
        transaction.commit();
        try (JMSContext context = factory.createContext();
                var consumer = context.createConsumer(shelf)) {
            return shelf.getQueueName() + ": " + consumer.receiveBody(String.class, 10_000) + ", "
                    + consumer.receiveBodyNoWait(String.class);
        }
    }

    private static void send(ConnectionFactory factory, Queue queue, String text) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(queue, text);
        }
    }
}
