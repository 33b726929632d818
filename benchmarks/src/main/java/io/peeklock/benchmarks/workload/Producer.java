/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

/**
 * Sends one message a turn, or one transaction of them.
 *
 * <p>Owned by one thread.
 */
public final class Producer implements Worker {

    /** Where the session's messages go. */
    private interface To {
        Destination destination(Session session) throws JMSException;
    }

    private final Connection connection;
    private final Session session;
    private final MessageProducer producer;
    private final byte[] body;
    private final int transaction;

    private Producer(ConnectionFactory factory, To to, byte[] body, int deliveryMode, int transaction)
            throws JMSException {
        this.body = body;
        this.transaction = transaction;
        connection = factory.createConnection();
        session = transaction > 1
                ? connection.createSession(true, Session.SESSION_TRANSACTED)
                : connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        producer = session.createProducer(to.destination(session));
        producer.setDeliveryMode(deliveryMode);
    }

    /**
     * One with a connection of its own.
     *
     * @param number tells its bodies from those of the others
     * @param transaction messages of a transaction, 1 for none
     */
    static Producer toQueue(
            ConnectionFactory factory, String queue, int number, int bodyBytes, int deliveryMode, int transaction)
            throws JMSException {
        return new Producer(
                factory,
                session -> session.createQueue(queue),
                Workloads.body(number, bodyBytes),
                deliveryMode,
                transaction);
    }

    /** One with a connection of its own, that sends persistent messages. */
    static Producer toTopic(ConnectionFactory factory, String topic, int number) throws JMSException {
        return new Producer(
                factory,
                session -> session.createTopic(topic),
                Workloads.body(number, Workloads.BODY_BYTES),
                Message.DEFAULT_DELIVERY_MODE,
                1);
    }

    @Override
    public int operations() {
        return transaction;
    }

    @Override
    public long once() throws JMSException {
        long start = System.nanoTime();
        for (int i = 0; i < transaction; i++) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(body);
            producer.send(message);
        }
        if (transaction > 1) {
            session.commit();
        }
        return System.nanoTime() - start;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
