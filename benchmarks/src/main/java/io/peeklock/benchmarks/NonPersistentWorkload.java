/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import io.peeklock.benchmarks.SendAndAcknowledgeWorkload.BoundedProducer;
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

/**
 * Producers and consumers on one queue at once, of messages that never touch the disk.
 *
 * <p>Immutable; its workers belong to a thread each.
 */
record NonPersistentWorkload(String id, int producers, int consumers) implements Workload {

    @Override
    public String description() {
        return producers + " + " + consumers
                + " producers and consumers on one queue, non-persistent 1 KiB messages, AUTO_ACKNOWLEDGE, at most "
                + SendAndAcknowledgeWorkload.MAX_BACKLOG
                + " waiting; an operation is a message received, its latency that of receive()";
    }

    @Override
    public JournalLoad journalLoad() {
        return JournalLoad.NOTHING;
    }

    @Override
    public List<Worker> workers(ConnectionFactory factory) throws JMSException {
        Semaphore room = new Semaphore(SendAndAcknowledgeWorkload.MAX_BACKLOG);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            workers.add(new Consumer(factory, room));
        }
        for (int i = 0; i < producers; i++) {
            workers.add(new BoundedProducer(new SendWorkload.Producer(factory, i, DeliveryMode.NON_PERSISTENT), room));
        }
        return workers;
    }

    /** Receives one message an operation. Owned by one thread. */
    private static final class Consumer implements Worker {

        private final Connection connection;
        private final MessageConsumer consumer;
        private final Semaphore room;

        Consumer(ConnectionFactory factory, Semaphore room) throws JMSException {
            this.room = room;
            connection = factory.createConnection();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            consumer = session.createConsumer(session.createQueue(SendWorkload.QUEUE));
            connection.start();
        }

        @Override
        public long once() throws JMSException {
            long start = System.nanoTime();
            Message message = consumer.receive(SendAndAcknowledgeWorkload.WAIT_MS);
            if (message == null) {
                return NOT_COUNTED;
            }
            long latency = System.nanoTime() - start;
            long length = ((BytesMessage) message).getBodyLength();
            if (length != Workloads.BODY_BYTES) {
                throw new IllegalStateException("received " + length + " bytes, sent were " + Workloads.BODY_BYTES);
            }
            room.release();
            return latency;
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }
}
