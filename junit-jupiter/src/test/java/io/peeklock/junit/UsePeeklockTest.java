/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.jms.BusConnection;
import io.peeklock.jms.BusContext;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.testing.TestClock;
import io.peeklock.testing.TestNamespace;
import io.peeklock.testing.WithQueue;
import io.peeklock.testing.WithSubscription;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application's tests do with it. They run beside each other, see junit-platform.properties. */
class UsePeeklockTest {

    @UsePeeklock
    @Nested
    class OfEachTest {

        private final Set<String> seen;

        OfEachTest(JMSContext context, @EntityName("orders") Queue orders) {
            context.createProducer().send(orders, "by the constructor");
            seen = ConcurrentHashMap.newKeySet();
        }

        @BeforeEach
        void send(JMSContext context, @EntityName("orders") Queue orders) {
            context.createProducer().send(orders, "by the test's preparation");
        }

        private void receiveAll(JMSContext context, Queue orders) {
            try (JMSConsumer consumer = context.createConsumer(orders)) {
                for (String text = consumer.receiveBody(String.class, 1);
                        text != null;
                        text = consumer.receiveBody(String.class, 1)) {
                    assertThat(seen.add(text)).isTrue();
                }
            }
            assertThat(seen).containsExactlyInAnyOrder("by the constructor", "by the test's preparation");
        }

        @RepeatedTest(3)
        void hasWhatThatTestHasSentAlone(JMSContext context, @EntityName("orders") Queue orders) {
            receiveAll(context, orders);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a", "b"})
        void isOfEachInvocation(String text, JMSContext context, @EntityName("orders") Queue orders) {
            assertThat(text).hasSize(1);
            receiveAll(context, orders);
        }

        @Test
        @WithQueue(value = "trips", sessionRequired = true)
        void hasWhatTheTestDeclares(Namespace namespace) {
            assertThat(namespace.queue("trips").join().options().sessionRequired())
                    .isTrue();
        }

        @Nested
        @WithSubscription(topic = "prices", value = "ledger")
        class InANestedClass {

            @Test
            void hasWhatThatDeclares(Namespace namespace, JMSContext context, @EntityName("orders") Queue orders) {
                assertThat(namespace.subscriptions("prices").join()).hasSize(1);
                receiveAll(context, orders);
            }
        }
    }

    @UsePeeklock(scope = NamespaceScope.CLASS)
    @WithQueue("orders")
    @Nested
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    @Execution(ExecutionMode.SAME_THREAD)
    class OfAClass {

        @BeforeAll
        static void send(JMSContext context, @EntityName("orders") Queue orders) {
            context.createProducer().send(orders, "a");
        }

        @Test
        @Order(1)
        void hasWhatWasSentForAll(JMSContext context, @EntityName("orders") Queue orders) {
            try (JMSConsumer consumer = context.createConsumer(orders)) {
                assertThat(consumer.receiveBody(String.class, 1)).isEqualTo("a");
            }
        }

        @Test
        @Order(2)
        void keepsWhatTestsDo(Namespace namespace) {
            assertThat(namespace.counters(EntityPath.queue("orders")).join().active())
                    .isZero();
        }

        @Nested
        class InANestedClass {

            @Test
            void isTheSame(Namespace namespace) {
                assertThat(namespace.queues().join()).hasSize(1);
            }
        }

        @Nested
        @UsePeeklock
        class InANestedClassWithItsOwn {

            @Test
            void isAnother(Namespace namespace) {
                assertThat(namespace.queues().join()).isEmpty();
            }
        }
    }

    /** What a team may have for all its tests. */
    @Retention(RetentionPolicy.RUNTIME)
    @UsePeeklock(manualClock = true, options = "defaultMaxDeliveryCount=1&lockRenewal=0", configFile = "Config.json")
    @interface OurPeeklock {}

    @OurPeeklock
    abstract static class Base {}

    @Nested
    class WithASetupOfItsOwn extends Base {

        @Test
        void hasTheOptionsTheClockAndTheEntities(
                TestNamespace bus,
                TestClock clock,
                @AcknowledgeMode(JMSContext.CLIENT_ACKNOWLEDGE) JMSContext context,
                @EntityName("orders") Queue orders,
                @EntityName("orders/$deadletterqueue") Queue dead) {
            assertThat(bus.namespace().queue("trips").join().options().sessionRequired())
                    .isTrue();
            context.createProducer().send(orders, "poison");
            assertThat(context.createConsumer(orders).receiveNoWait()).isNotNull();
            clock.advance(Duration.ofMinutes(1));
            assertThat(context.createConsumer(dead).receiveBody(String.class, 1))
                    .isEqualTo("poison");
        }
    }

    @UsePeeklock
    @Nested
    class Parameters {

        @Test
        void areOfOneNamespace(
                TestNamespace bus,
                Namespace namespace,
                ConnectionFactory plain,
                QueueConnectionFactory queues,
                TopicConnectionFactory topics,
                PeeklockConnectionFactory own,
                XAConnectionFactory xa,
                PeeklockXAConnectionFactory ownXa,
                BusContext context,
                Connection connection,
                BusConnection busConnection,
                @EntityName("prices") Topic prices)
                throws Exception {
            assertThat(own.getUrl()).isEqualTo(bus.url()).isEqualTo(ownXa.getUrl());
            assertThat(plain).isSameAs(own).isSameAs(queues).isSameAs(topics);
            assertThat(xa).isSameAs(ownXa);
            assertThat(context.busSession().namespace().id()).isEqualTo(namespace.id());
            assertThat(busConnection).isNotSameAs(connection);
            try (Session session = connection.createSession()) {
                var screen = session.createConsumer(prices);
                context.createProducer().send(prices, "12.50");
                assertThat(screen.receive(10_000).getBody(String.class)).isEqualTo("12.50");
            }
        }
    }
}
