/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong in the midst of a close keeps nothing from being released. */
class ClosingFailureTest {

    private InterceptedBroker broker;
    private PeeklockConnection connection;

    @BeforeEach
    void open() throws JMSException {
        broker = new InterceptedBroker("");
        connection = broker.connect();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private Session holding(String text) throws JMSException {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue(text);
        session.createProducer(queue).send(session.createTextMessage(text));
        TestBroker.take(session.createConsumer(queue));
        return session;
    }

    @Test
    void ofAConnectionReleasesEverything() throws Exception {
        Session first = holding("a");
        Session second = holding("b");
        broker.failing("settleAll", new UnsupportedOperationException("on purpose"));
        assertThatThrownBy(connection::close).isInstanceOf(UnsupportedOperationException.class);
        broker.mend("settleAll");
        for (Session session : new Session[] {first, second}) {
            assertThatThrownBy(session::createMessage).isInstanceOf(IllegalStateException.class);
        }
        Running.<Void>start(() -> {
                    connection.close();
                    first.close();
                    return null;
                })
                .result();
        assertThat(broker.registry.size()).isEqualTo(1);
        broker.connection.close();
        assertThat(broker.registry.size()).isZero();
    }

    @Test
    void ofAConnectionGivesBackItsClientIdentifier() throws Exception {
        try (Connection named = broker.connectStopped()) {
            named.setClientID("me");
            named.createSession().createTemporaryQueue();
            broker.failing("deleteQueue", new UnsupportedOperationException("on purpose"));
            assertThatThrownBy(named::close).isInstanceOf(UnsupportedOperationException.class);
        }
        try (Connection next = broker.connectStopped()) {
            next.setClientID("me");
            assertThat(next.getClientID()).isEqualTo("me");
        }
    }

    @Test
    void ofASessionClosesItsConsumers() throws Exception {
        Session session = holding("a");
        MessageConsumer consumer = session.createConsumer(session.createTopic("prices"));
        broker.failing("settleAll", new UnsupportedOperationException("on purpose"));
        assertThatThrownBy(session::close).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
        Awaitility.await()
                .until(() -> broker.namespace.subscriptions("prices").get().isEmpty());
    }
}
