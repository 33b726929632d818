/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a selector chooses lies behind 100,000 other messages, Jakarta Messaging 3.8.1. */
class FarSelectionTest {
    private static final String SELECTOR = "colour = 'blue' AND JMSType LIKE 'or%'";

    private TestBroker broker;
    private Session session;
    private Queue orders;

    @BeforeEach
    void sendManyOthers() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.SESSION_TRANSACTED);
        orders = broker.queue("orders");
        MessageProducer producer = session.createProducer(orders);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        for (int i = 1; i <= 100_000; i++) {
            producer.send(message("red"));
            if (i % 1000 == 0) {
                session.commit();
            }
        }
        producer.send(message("blue"));
        session.commit();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private Message message(String colour) throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty("colour", colour);
        message.setJMSType("order");
        return message;
    }

    /** As frameworks do: a consumer for each receive. */
    private @Nullable Message receive(long timeoutMs) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(orders, SELECTOR)) {
            return timeoutMs < 0 ? consumer.receiveNoWait() : consumer.receive(timeoutMs);
        }
    }

    @Test
    void isFoundByAReceiveThatDoesNotWaitAndAgainAfterARollback() throws JMSException {
        for (int delivery = 1; delivery <= 5; delivery++) {
            Message found = receive(-1);
            assertThat(found).isNotNull();
            assertThat(found.getIntProperty("JMSXDeliveryCount")).isEqualTo(delivery);
            session.rollback();
        }
    }

    @Test
    void isFoundByReceivesThatEachGiveUpAfterAMillisecond() throws JMSException {
        Message found = null;
        for (int i = 0; i < 10_000 && found == null; i++) {
            found = receive(1);
        }
        assertThat(found).isNotNull();
        session.commit();
        assertThat(receive(-1)).isNull();
    }

    @Test
    void isShownByABrowser() throws JMSException {
        try (QueueBrowser browser = session.createBrowser(orders, SELECTOR)) {
            List<?> shown = Collections.list(browser.getEnumeration());
            assertThat(shown).hasSize(1);
        }
    }
}
