/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lock that is lost while a message is removed, before anybody has it. */
class PreAcknowledgedSessionTest {

    @ParameterizedTest
    @EnumSource(names = {"MessageLockLost", "SessionLockLost"})
    @Tag("L1")
    @Tag("G4")
    void isNoErrorAndTheMessageIsNotHandedOver(ErrorCode lost) throws JMSException {
        try (InterceptedBroker broker = new InterceptedBroker("")) {
            Session session = broker.connection.createSession(BusSession.PRE_ACKNOWLEDGE);
            Queue orders = session.createQueue("orders");
            session.createProducer(orders).send(session.createTextMessage("1"));
            MessageConsumer consumer = session.createConsumer(orders);
            broker.failing("settle", new BrokerException(lost, "the lock is lost"));
            assertThat(consumer.receiveNoWait()).isNull();
            broker.mend("settle");
            session.createProducer(orders).send(session.createTextMessage("2"));
            assertThat(text(consumer.receiveNoWait())).isEqualTo("2");
        }
    }
}
