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
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Producers and consumers on one queue at once; every message is acknowledged on its own with CLIENT_ACKNOWLEDGE.
 *
 * <p>Immutable; its workers belong to a thread each.
 */
record SendAndAcknowledgeWorkload(String id, int producers, int consumers) implements Workload {

    /** Messages in the queue at most: without a bound a slow consumer would make it a measure of the queue's growth. */
    static final int MAX_BACKLOG = 1000;

    static final long WAIT_MS = 100;

    @Override
    public String description() {
        return producers + " producers and " + consumers
                + " consumers on one queue, persistent 1 KiB messages, CLIENT_ACKNOWLEDGE of each one, at most "
                + MAX_BACKLOG + " waiting; an operation is a message acknowledged, its latency that of acknowledge()";
    }

    @Override
    public JournalLoad journalLoad() {
        return new JournalLoad(producers + consumers, true);
    }

    @Override
    public List<Worker> workers(ConnectionFactory factory) throws JMSException {
        Semaphore room = new Semaphore(MAX_BACKLOG);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            workers.add(new Consumer(factory, room));
        }
        for (int i = 0; i < producers; i++) {
            workers.add(new BoundedProducer(new SendWorkload.Producer(factory, i, DeliveryMode.PERSISTENT), room));
        }
        return workers;
    }

    /** Sends while there is room; not counted itself. Owned by one thread. */
    record BoundedProducer(SendWorkload.Producer producer, Semaphore room) implements Worker {

        @Override
        public long once() throws JMSException, InterruptedException {
            if (room.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS)) {
                producer.once();
            }
            return NOT_COUNTED;
        }

        @Override
        public void close() throws JMSException {
            producer.close();
        }
    }

    /** Receives and acknowledges one message an operation. Owned by one thread. */
    private static final class Consumer implements Worker {

        private final Connection connection;
        private final MessageConsumer consumer;
        private final Semaphore room;

        Consumer(ConnectionFactory factory, Semaphore room) throws JMSException {
            this.room = room;
            connection = factory.createConnection();
            Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
            consumer = session.createConsumer(session.createQueue(SendWorkload.QUEUE));
            connection.start();
        }

        @Override
        public long once() throws JMSException {
            Message message = consumer.receive(WAIT_MS);
            if (message == null) {
                return NOT_COUNTED;
            }
            long length = ((BytesMessage) message).getBodyLength();
            if (length != Workloads.BODY_BYTES) {
                throw new IllegalStateException("received " + length + " bytes, sent were " + Workloads.BODY_BYTES);
            }
            long start = System.nanoTime();
            message.acknowledge();
            long latency = System.nanoTime() - start;
            room.release();
            return latency;
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }
}
