/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever finds an operation invalid, the bus or a part of the provider: it is the same exception. */
class InvalidOperationTest {

    private final TestBroker broker;
    private final Connection connection;
    private final Session session;
    private final Topic topic;

    InvalidOperationTest() throws JMSException {
        broker = new TestBroker();
        connection = broker.connect("me");
        session = connection.createSession();
        topic = session.createTopic("t");
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
        broker.close();
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        IllegalStateException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo("InvalidOperation"));
    }

    @Test
    void aSessionWithoutId() throws JMSException {
        BusSession bus = (BusSession) session;
        refused(() -> bus.acceptSession(session.createQueue("q"), null));
    }

    @Test
    void aSubscriptionWithoutName() {
        refused(() -> session.createDurableSubscriber(topic, ""));
        refused(() -> session.createSharedConsumer(topic, ""));
    }

    @Test
    void aContextThrowsTheUncheckedTwin() {
        try (JMSContext context = broker.factory.createContext()) {
            assertThatThrownBy(() -> context.createSharedConsumer(topic, ""))
                    .isInstanceOf(IllegalStateRuntimeException.class);
        }
    }

    @Test
    void theDeletionOfATemporaryQueueInUse() throws JMSException {
        TemporaryQueue queue = session.createTemporaryQueue();
        session.createConsumer(queue);
        refused(queue::delete);
    }

    @Test
    void aSharedSubscriptionOpenedOtherwise() throws JMSException {
        session.createSharedConsumer(topic, "s");
        refused(() -> session.createSharedConsumer(topic, "s", "a = 1"));
    }

    @Test
    void aDurableSubscriptionOfTheOtherKindOrReplacedWhileOpen() throws JMSException {
        session.createDurableConsumer(topic, "d");
        refused(() -> session.createSharedDurableConsumer(topic, "d"));
        refused(() -> session.createDurableConsumer(topic, "d", "a = 1", false));
        refused(() -> session.unsubscribe("d"));
    }
}
