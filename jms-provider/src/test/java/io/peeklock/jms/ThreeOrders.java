/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Three messages in a queue, and a session of the mode that a test is about.
 *
 * <p>Not thread safe.
 */
abstract class ThreeOrders {

    static final String ORDERS = "orders";

    TestBroker broker;
    Session session;
    MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        broker.send(ORDERS, "a", "b", "c");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    void use(int mode) throws JMSException {
        session = broker.session(mode);
        consumer = session.createConsumer(broker.queue(ORDERS));
    }
}
