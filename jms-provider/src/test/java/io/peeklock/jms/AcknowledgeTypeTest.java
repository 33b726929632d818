/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Azure's values of {@code JMS_AMQP_ACK_TYPE}, set on a received message before it is acknowledged. */
class AcknowledgeTypeTest {

    private static final String ORDERS = "orders";

    private TestBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        broker.send(ORDERS, "a", "b");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    /** Receives one message in a session of this mode, acknowledges it so, and gives the session back. */
    private Session acknowledged(int mode, int type) throws JMSException {
        Session session = broker.session(mode);
        MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
        Message message = take(consumer);
        message.setIntProperty("JMS_AMQP_ACK_TYPE", type);
        message.acknowledge();
        consumer.close();
        return session;
    }

    private Message next() throws JMSException {
        return take(broker.session(Session.CLIENT_ACKNOWLEDGE).createConsumer(broker.queue(ORDERS)));
    }

    @Test
    void oneCompletes() throws JMSException {
        acknowledged(BusSession.INDIVIDUAL_ACKNOWLEDGE, 1);
        assertThat(broker.drain(ORDERS)).containsExactly("b");
    }

    @Test
    @Tag("D2")
    void twoDeadLetters() throws JMSException {
        acknowledged(BusSession.INDIVIDUAL_ACKNOWLEDGE, 2);
        assertThat(broker.drain(ORDERS)).containsExactly("b");
        assertThat(broker.drain(ORDERS + "/$deadletterqueue")).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "4, 2"})
    @Tag("L6")
    @Tag("L10")
    void threeUnlocksUncountedAndFourAbandonsAndCounts(int type, int deliveryCount) throws JMSException {
        acknowledged(BusSession.INDIVIDUAL_ACKNOWLEDGE, type);
        Message again = next();
        assertThat(text(again)).isEqualTo("a");
        assertThat(deliveryCount(again)).isEqualTo(deliveryCount);
    }

    @Test
    @Tag("F1")
    void fiveDefers() throws JMSException {
        acknowledged(BusSession.INDIVIDUAL_ACKNOWLEDGE, 5);
        assertThat(broker.drain(ORDERS)).containsExactly("b");
        BusSession session = (BusSession) broker.session(Session.CLIENT_ACKNOWLEDGE);
        Message deferred = session.peek(broker.queue(ORDERS), 0, 10).get(0);
        assertThat(deferred.getStringProperty("JMS_SB_State")).isEqualTo("Deferred");
        assertThat(session.receiveDeferred(broker.queue(ORDERS), deferred.getLongProperty("JMS_SB_SequenceNumber")))
                .hasSize(1);
    }

    @Test
    void inClientAcknowledgeItHoldsForAllThatTheSessionHas() throws JMSException {
        Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
        take(consumer);
        Message second = take(consumer);
        second.setIntProperty("JMS_AMQP_ACK_TYPE", 2);
        second.acknowledge();
        assertThat(broker.drain(ORDERS + "/$deadletterqueue")).isEqualTo(List.of("a", "b"));
    }

    @Test
    void inAutoAcknowledgeItHasNoMeaning() throws JMSException {
        acknowledged(Session.AUTO_ACKNOWLEDGE, 5);
        assertThat(broker.drain(ORDERS)).containsExactly("b");
    }
}
