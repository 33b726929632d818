/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * Producers that send persistent messages to one queue, each the next one when the last one is sent.
 *
 * <p>Immutable; its workers belong to a thread each.
 */
record SendWorkload(String id, int producers) implements Workload {

    static final String QUEUE = "benchmark";

    @Override
    public String description() {
        return producers + (producers == 1 ? " producer sends" : " producers send")
                + " persistent 1 KiB messages to one queue; an operation is a send";
    }

    @Override
    public JournalLoad journalLoad() {
        return new JournalLoad(producers, false);
    }

    @Override
    public List<Worker> workers(ConnectionFactory factory) throws JMSException {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < producers; i++) {
            workers.add(new Producer(factory, i, DeliveryMode.PERSISTENT));
        }
        return workers;
    }

    /** Sends one message an operation. Owned by one thread. */
    static final class Producer implements Worker {

        private final Connection connection;
        private final Session session;
        private final MessageProducer producer;
        private final byte[] body;

        Producer(ConnectionFactory factory, int number, int deliveryMode) throws JMSException {
            connection = factory.createConnection();
            session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            producer = session.createProducer(session.createQueue(QUEUE));
            producer.setDeliveryMode(deliveryMode);
            body = Workloads.body(number);
        }

        @Override
        public long once() throws JMSException {
            long start = System.nanoTime();
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(body);
            producer.send(message);
            return System.nanoTime() - start;
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }
}
