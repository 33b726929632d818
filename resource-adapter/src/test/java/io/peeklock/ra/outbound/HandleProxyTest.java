/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.ra.AdministeredQueue;
import io.peeklock.ra.TestServer;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Session;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a handle keeps of what it has made. */
final class HandleProxyTest {

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

    /** Many applications keep a context, and make a producer for each message. */
    @Test
    void aContextKeepsNoProducers() {
        try (JMSContext context = factory.createContext()) {
            Reference<?> producer = new WeakReference<>(Proxy.getInvocationHandler(context.createProducer()));
            await().until(() -> {
                System.gc();
                return producer.get() == null;
            });
            JMSProducer another = context.createProducer();
            context.close();
            assertThatThrownBy(() -> another.send(orders, "tea")).isInstanceOf(IllegalStateRuntimeException.class);
        }
    }

    /** A server keeps the session behind the handle; a subscription with a consumer cannot be ended. */
    @Test
    void aClosedSessionLeavesNoConsumerBehind() throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session first = connection.createSession();
            first.createSharedDurableConsumer(first.createTopic("prices"), "till");
            first.close();
            Session second = connection.createSession();
            assertThatCode(() -> second.unsubscribe("till")).doesNotThrowAnyException();
        }
    }
}
