/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.message.Message;
import io.peeklock.spring.boot.test.shop.Kitchen;
import io.peeklock.spring.boot.test.shop.Shop;
import io.peeklock.testing.TestNamespace;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.MessageListenerContainer;
import org.springframework.test.context.ContextConfiguration;

/** What a test class finds of the one before that had the same context, in whatever order they run. */
class NamespaceResetTest {

    private static final EntityPath TRIPS = EntityPath.queue("trips");
    private static final EntityPath PARKED = EntityPath.queue("parked");
    private static final Set<ApplicationContext> CONTEXTS = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void forget() {
        CONTEXTS.clear();
    }

    /** Notes what it hears, and takes its time for some of it. */
    static final class Ears implements Kitchen {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public void brew(String order) {
            if (order.equals("slow")) {
                begun.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            heard.add(order);
        }
    }

    @TestConfiguration
    static class Setting {

        @Bean
        Ears ears() {
            return new Ears();
        }

        @Bean
        ApplicationRunner entities(Namespace namespace) {
            return arguments -> {
                namespace
                        .createQueue(QueueDescription.builder("trips")
                                .sessionRequired(true)
                                .duplicateDetectionWindow(Duration.ofHours(1))
                                .build())
                        .join();
                namespace.createQueue(QueueDescription.of("parked")).join();
                namespace.createTopic(TopicDescription.of("prices")).join();
                namespace
                        .createSubscription(SubscriptionDescription.of("prices", "ledger"))
                        .join();
            };
        }

        @Bean
        DefaultMessageListenerContainer news(ConnectionFactory factory, Ears ears) {
            return onTopic("news", factory, ears);
        }

        @Bean
        DefaultMessageListenerContainer onDemand(ConnectionFactory factory, Ears ears) {
            DefaultMessageListenerContainer container = onTopic("on demand", factory, ears);
            container.setAutoStartup(false);
            return container;
        }

        private static DefaultMessageListenerContainer onTopic(String topic, ConnectionFactory factory, Ears ears) {
            DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
            container.setConnectionFactory(factory);
            container.setPubSubDomain(true);
            container.setDestinationName(topic);
            container.setSessionTransacted(true);
            container.setReceiveTimeout(10);
            container.setMessageListener((jakarta.jms.MessageListener) message -> ears.heard.add(topic));
            return container;
        }
    }

    @ContextConfiguration(classes = Shop.class)
    @Import(Setting.class)
    abstract static class OfOneApplication {

        @Autowired
        ApplicationContext context;

        @Autowired
        TestNamespace bus;

        @Autowired
        Namespace namespace;

        @Autowired
        JmsTemplate template;

        @Autowired
        ConnectionFactory factory;

        @Autowired
        Ears ears;

        @Autowired
        JmsListenerEndpointRegistry listeners;

        @Autowired
        DefaultMessageListenerContainer onDemand;

        @BeforeEach
        void note() {
            CONTEXTS.add(context);
        }

        long active(EntityPath queue) {
            return namespace.counters(queue).join().active();
        }

        void sendTrip() {
            namespace
                    .send(
                            TRIPS,
                            Message.builder()
                                    .applicationMessageId("one")
                                    .sessionId("a")
                                    .build())
                    .join();
        }

        void assertAllIsAsConfigured() {
            assertThat(namespace.queues().join())
                    .extracting(QueueDescription::name)
                    .containsExactly("complaints", "orders", "parked", "trips");
            assertThat(namespace.topics().join())
                    .extracting(TopicDescription::name)
                    .containsExactly("news", "prices");
            assertThat(namespace.queue("parked").join()).isEqualTo(QueueDescription.of("parked"));
            assertThat(namespace.subscriptions("prices").join())
                    .extracting(SubscriptionDescription::name)
                    .containsExactly("ledger");
            assertThat(namespace.rules("prices", "ledger").join())
                    .extracting(RuleDescription::name)
                    .containsExactly(RuleDescription.DEFAULT_NAME);
            assertThat(bus.describe()).endsWith("has no messages");
            sendTrip();
            assertThat(active(TRIPS)).isEqualTo(1);
            try (var trip = namespace
                    .acceptSession(TRIPS, "a", SessionOptions.peekLock())
                    .join()) {
                assertThat(trip.getSessionState().join()).isEmpty();
            }
            assertThat(listeners.getListenerContainers()).allMatch(MessageListenerContainer::isRunning);
            assertThat(onDemand.isRunning()).isFalse();
        }

        /** At once: a message to a topic before its listener is there would be lost. */
        void assertListenersListen() {
            ears.heard.clear();
            JmsTemplate topics = new JmsTemplate(factory);
            topics.setPubSubDomain(true);
            topics.convertAndSend("news", "for nobody else");
            template.convertAndSend("orders", "espresso");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(ears.heard).containsExactlyInAnyOrder("news", "espresso"));
        }
    }

    @PeeklockTest
    static class Looking extends OfOneApplication {
        @Test
        void look() {
            assertAllIsAsConfigured();
            assertListenersListen();
        }
    }

    @PeeklockTest
    static class Messy extends OfOneApplication {
        @Test
        void lookAndLeaveAMess() {
            assertAllIsAsConfigured();
            assertListenersListen();
            template.convertAndSend("parked", "active");
            template.convertAndSend("elsewhere", "active");
            template.setDeliveryDelay(3_600_000);
            template.convertAndSend("orders", "tomorrow's");
            template.setDeliveryDelay(-1);
            JMSContext held = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
            held.createConsumer(held.createQueue("parked")).receive(10_000);
            namespace
                    .updateQueue(namespace.queue("parked").join().toBuilder()
                            .maxDeliveryCount(99)
                            .build())
                    .join();
            namespace.createTopic(TopicDescription.of("more")).join();
            namespace
                    .createSubscription(SubscriptionDescription.of("prices", "audit"))
                    .join();
            namespace
                    .deleteRule("prices", "ledger", RuleDescription.DEFAULT_NAME)
                    .join();
            try (var trip = namespace
                    .acceptSession(TRIPS, "a", SessionOptions.peekLock())
                    .join()) {
                trip.setSessionState(new byte[] {1}).join();
            }
            listeners.getListenerContainers().iterator().next().stop();
            onDemand.start();
        }
    }

    @Test
    void isWhatWasConfigured() {
        assertThat(TestRuns.failures(Messy.class, Looking.class)).isEmpty();
        assertThat(TestRuns.failures(Looking.class, Messy.class)).isEmpty();
        assertThat(CONTEXTS).hasSize(1);
    }

    @Test
    void isWhatWasConfiguredIfAClassIsRunAgain() {
        assertThat(TestRuns.failures(Messy.class, Messy.class)).isEmpty();
        assertThat(TestRuns.failures(Messy.class)).isEmpty();
        assertThat(CONTEXTS).hasSize(1);
    }

    @PeeklockTest(properties = "of=work")
    static class AtWork extends OfOneApplication {
        @Test
        void leaveAListenerAtWork() throws InterruptedException {
            template.convertAndSend("orders", "slow");
            ears.begun.await();
            MessageListenerContainer working = listeners.getListenerContainers().stream()
                    .filter(container -> ((DefaultMessageListenerContainer) container)
                            .getDestinationName()
                            .equals("orders"))
                    .findFirst()
                    .orElseThrow();
            CompletableFuture.runAsync(() -> {
                Awaitility.await().until(() -> !working.isRunning());
                ears.goOn.countDown();
            });
        }
    }

    @PeeklockTest(properties = "of=work")
    static class AfterWork extends OfOneApplication {
        @Test
        void itIsDone() {
            assertThat(ears.heard).containsExactly("slow");
            assertAllIsAsConfigured();
            assertListenersListen();
        }
    }

    @Test
    void doesNotComeBeforeAListenerHasDoneItsWork() {
        assertThat(TestRuns.failures(AtWork.class, AfterWork.class)).isEmpty();
        assertThat(CONTEXTS).hasSize(1);
    }

    @PeeklockTest(properties = "of=plain", manualClock = true)
    @org.springframework.test.context.TestPropertySource(properties = "spring.jms.cache.enabled=false")
    static class OfAPlainFactory extends OfOneApplication {
        @Test
        void look() {
            assertAllIsAsConfigured();
            assertListenersListen();
            template.convertAndSend("parked", "left behind");
            bus.advance(Duration.ofDays(1));
        }
    }

    @Test
    void isThatOfAnyConnectionFactory() {
        assertThat(TestRuns.failures(OfAPlainFactory.class, OfAPlainFactory.class))
                .isEmpty();
        assertThat(TestRuns.failures(OfAPlainFactory.class)).isEmpty();
        assertThat(CONTEXTS).hasSize(1);
    }

    @PeeklockTest(properties = "of=nested")
    static class Outer extends OfOneApplication {
        @Test
        void leave() {
            template.convertAndSend("parked", "left behind");
        }

        @Nested
        class Inner {
            @Test
            void find() {
                assertThat(active(PARKED)).isEqualTo(1);
            }
        }
    }

    @Test
    void isWhatTheClassAroundHasLeftForANestedOne() {
        assertThat(TestRuns.failures(Outer.class)).isEmpty();
        assertThat(CONTEXTS).hasSize(1);
    }
}
