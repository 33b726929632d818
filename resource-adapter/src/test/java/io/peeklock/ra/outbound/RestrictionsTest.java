/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.peeklock.ra.AdministeredQueue;
import io.peeklock.ra.TestServer;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Jakarta Messaging 3.1, 12.2, keeps from applications in a server. */
final class RestrictionsTest {

    private final AdministeredQueue orders = new AdministeredQueue();
    private TestServer server;
    private ConnectionFactoryHandle factory;

    @BeforeEach
    void start() throws Exception {
        orders.setPhysicalName("orders");
        server = TestServer.start("peeklock:mem:" + UUID.randomUUID());
        factory = server.factory();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @Tag("JMS-12.2")
    void onAConnection() throws Exception {
        Connection connection = factory.createConnection();
        assertProhibited(() -> connection.setClientID("me"));
        assertProhibited(() -> connection.setExceptionListener(e -> {}));
        assertProhibited(connection::stop);
        assertProhibited(() -> connection.createConnectionConsumer(orders, null, null, 1));
        connection.createSession();
        assertProhibited(connection::createSession);
        connection.close();
    }

    @Test
    @Tag("JMS-12.2")
    void onASession() throws Exception {
        Session session = factory.createConnection().createSession();
        assertProhibited(() -> session.setMessageListener(m -> {}));
        assertProhibited(session::getMessageListener);
        assertThatExceptionOfType(IllegalStateRuntimeException.class).isThrownBy(session::run);
        MessageConsumer consumer = session.createConsumer(orders);
        assertProhibited(() -> consumer.setMessageListener(m -> {}));
        Message message = session.createMessage();
        assertProhibited(() -> session.createProducer(orders).send(message, new NobodyListens()));
        assertThat(session).isNotInstanceOf(XASession.class);
    }

    @Test
    @Tag("JMS-12.2")
    void onAContext() {
        JMSContext context = factory.createContext();
        assertProhibitedUnchecked(() -> context.createContext(JMSContext.AUTO_ACKNOWLEDGE));
        assertProhibitedUnchecked(() -> context.setClientID("me"));
        assertProhibitedUnchecked(() -> context.setExceptionListener(e -> {}));
        assertProhibitedUnchecked(context::stop);
        assertProhibitedUnchecked(() -> context.createProducer().setAsync(new NobodyListens()));
        assertProhibitedUnchecked(() -> context.createProducer().setPriority(3).setAsync(new NobodyListens()));
        JMSConsumer consumer = context.createConsumer(orders);
        assertProhibitedUnchecked(() -> consumer.setMessageListener(m -> {}));
        assertThat(context.getExceptionListener()).isNull();
    }

    @Test
    void topicsInAQueueSession() throws Exception {
        QueueConnection connection = factory.createQueueConnection();
        QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> session.createTopic("prices"));
        assertThat(session.createSender(orders)).isNotNull();
    }

    private void assertProhibited(ThrowingCallable call) {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(call).withMessageContaining("12.2");
    }

    private void assertProhibitedUnchecked(ThrowingCallable call) {
        assertThatExceptionOfType(IllegalStateRuntimeException.class)
                .isThrownBy(call)
                .withMessageContaining("12.2");
    }

    private static final class NobodyListens implements CompletionListener {
        @Override
        public void onCompletion(Message message) {}

        @Override
        public void onException(Message message, Exception exception) {}
    }
}
