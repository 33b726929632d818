/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.concurrent.Semaphore;

/**
 * Receives one message a turn, or one transaction of them, and gives back the room they took.
 *
 * <p>Owned by one thread.
 */
public final class Consumer implements Worker {

    /** When a message is done with, and which call's latency is told. */
    enum Mode {
        /** Of acknowledge(). */
        CLIENT_ACKNOWLEDGE(Session.CLIENT_ACKNOWLEDGE),
        /** Of receive(). */
        AUTO_ACKNOWLEDGE(Session.AUTO_ACKNOWLEDGE),
        /** Of commit(). */
        TRANSACTED(Session.SESSION_TRANSACTED);

        private final int sessionMode;

        Mode(int sessionMode) {
            this.sessionMode = sessionMode;
        }
    }

    private final Connection connection;
    private final Session session;
    private final MessageConsumer consumer;
    private final Mode mode;
    private final int transaction;
    private final int bodyBytes;
    private final Semaphore room;
    private int received;

    private Consumer(
            Connection connection,
            Session session,
            MessageConsumer consumer,
            Mode mode,
            int transaction,
            int bodyBytes,
            Semaphore room)
            throws JMSException {
        this.connection = connection;
        this.session = session;
        this.consumer = consumer;
        this.mode = mode;
        this.transaction = transaction;
        this.bodyBytes = bodyBytes;
        this.room = room;
        connection.start();
    }

    /** One of the queue {@link Workloads#QUEUE} with a connection of its own; {@code transaction} is 1 for none. */
    static Consumer ofQueue(ConnectionFactory factory, Mode mode, int transaction, int bodyBytes, Semaphore room)
            throws JMSException {
        Connection connection = factory.createConnection();
        Session session = connection.createSession(mode.sessionMode);
        return new Consumer(
                connection,
                session,
                session.createConsumer(session.createQueue(Workloads.QUEUE)),
                mode,
                transaction,
                bodyBytes,
                room);
    }

    /** One of a durable subscription of its own, with a connection of its own. */
    static Consumer ofSubscription(ConnectionFactory factory, String topic, int number, Semaphore room)
            throws JMSException {
        Connection connection = factory.createConnection();
        connection.setClientID("subscriber-" + number);
        Session session = connection.createSession(Mode.AUTO_ACKNOWLEDGE.sessionMode);
        Topic from = session.createTopic(topic);
        return new Consumer(
                connection,
                session,
                session.createDurableConsumer(from, "subscription-" + number),
                Mode.AUTO_ACKNOWLEDGE,
                1,
                Workloads.BODY_BYTES,
                room);
    }

    @Override
    public int operations() {
        return transaction;
    }

    @Override
    public long once() throws JMSException {
        long start = System.nanoTime();
        Message message = consumer.receive(Workloads.WAIT_MS);
        if (message == null) {
            return NOT_COUNTED;
        }
        long latency = System.nanoTime() - start;
        long length = ((BytesMessage) message).getBodyLength();
        if (length != bodyBytes) {
            throw new IllegalStateException("received " + length + " bytes, sent were " + bodyBytes);
        }
        received++;
        if (received < transaction) {
            return NOT_COUNTED;
        }
        received = 0;
        if (mode != Mode.AUTO_ACKNOWLEDGE) {
            start = System.nanoTime();
            if (mode == Mode.TRANSACTED) {
                session.commit();
            } else {
                message.acknowledge();
            }
            latency = System.nanoTime() - start;
        }
        room.release(transaction);
        return latency;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
