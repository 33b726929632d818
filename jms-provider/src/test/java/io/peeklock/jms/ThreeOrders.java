/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Three messages in a queue, in one partition or in one of several, and a session of the mode that a test is about.
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
        broker = new TestBroker("?partitions=4");
        broker.namespace()
                .createQueue(QueueDescription.builder(ORDERS)
                        .partitioned(isPartitioned())
                        .build())
                .join();
        for (String text : List.of("a", "b", "c")) {
            send(text);
        }
    }

    /** Whether the queue is spread over all partitions. */
    boolean isPartitioned() {
        return false;
    }

    /** With the key of all others, so that their order is one. */
    private void send(String text) throws JMSException {
        try (Session sender = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            TextMessage message = sender.createTextMessage(text);
            message.setStringProperty("JMS_SB_PartitionKey", "orders of today");
            sender.createProducer(broker.queue(ORDERS)).send(message);
        }
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
