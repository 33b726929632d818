/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.jms.BusContext;
import io.peeklock.jms.MemoryBroker;
import io.peeklock.jms.PeekLocked;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestNamespaceTest {

    private static final int MODE = JMSContext.CLIENT_ACKNOWLEDGE;

    private final TestNamespace bus = TestNamespace.builder()
            .manualClock()
            .options("lockRenewal=0&transactionTimeout=2min&defaultMaxDeliveryCount=2")
            .open();

    private final JMSContext context = bus.connectionFactory().createContext(MODE);
    private final Queue orders = context.createQueue("orders");

    @AfterEach
    void close() {
        context.close();
        bus.close();
    }

    private void send(String text) {
        context.createProducer().send(orders, text);
    }

    @Nested
    class ItsClock {

        @Test
        @Tag("L3")
        void letsALockRunOutToTheMillisecond() throws JMSException {
            send("a");
            try (JMSConsumer consumer = context.createConsumer(orders);
                    JMSContext other = bus.connectionFactory().createContext(MODE);
                    JMSConsumer next = other.createConsumer(orders)) {
                consumer.receiveNoWait();
                bus.advance(Duration.ofSeconds(60).minusMillis(1));
                assertThat(next.receiveNoWait()).isNull();
                bus.advance(Duration.ofMillis(1));
                Message again = next.receiveNoWait();
                assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
            }
        }

        @Test
        @Tag("T1")
        void letsAMessageExpire() {
            context.createProducer().setTimeToLive(60_000).send(orders, "short");
            bus.advance(Duration.ofSeconds(59));
            assertThat(active("orders")).isEqualTo(1);
            bus.advance(Duration.ofSeconds(1));
            assertThat(active("orders")).isZero();
        }

        @Test
        @Tag("N3")
        void bringsAMessageAtItsTime() throws JMSException {
            Instant tomorrow = bus.clock().instant().plus(Duration.ofDays(1));
            ((BusContext) context).busSession().schedule(orders, context.createTextMessage("due"), tomorrow);
            try (JMSConsumer consumer = context.createConsumer(orders)) {
                bus.clock().advanceTo(tomorrow.minusMillis(1));
                assertThat(consumer.receiveNoWait()).isNull();
                bus.clock().advanceTo(tomorrow);
                assertThat(consumer.receiveNoWait()).isNotNull();
            }
        }

        @Test
        void bringsAnAbandonedMessageAfterItsBackOff() throws JMSException {
            send("a");
            try (JMSConsumer consumer = context.createConsumer(orders)) {
                PeekLocked.of(consumer.receiveNoWait()).abandon(Duration.ofMinutes(5));
                bus.advance(Duration.ofMinutes(5).minusSeconds(1));
                assertThat(consumer.receiveNoWait()).isNull();
                bus.advance(Duration.ofSeconds(1));
                assertThat(consumer.receiveNoWait()).isNotNull();
            }
        }

        @Test
        @Tag("X2")
        void endsATransactionThatTakesTooLong() {
            send("a");
            try (JMSContext transacted = bus.connectionFactory().createContext(JMSContext.SESSION_TRANSACTED)) {
                transacted.createConsumer(orders).receiveNoWait();
                bus.advance(Duration.ofMinutes(2));
                assertThatExceptionOfType(JMSRuntimeException.class).isThrownBy(transacted::commit);
            }
            assertThat(active("orders")).isEqualTo(1);
        }

        @Test
        void callsAListenerWithWhatHasBecomeDue() {
            Set<String> heard = ConcurrentHashMap.newKeySet();
            try (JMSContext listening = bus.connectionFactory().createContext()) {
                listening.createConsumer(orders).setMessageListener(message -> heard.add("called"));
                context.createProducer().setDeliveryDelay(3_600_000).send(orders, "late");
                bus.advance(Duration.ofHours(1));
                Awaitility.await().until(() -> heard.contains("called"));
            }
        }

        @Test
        void isWhatMessagesAreStampedWith() throws JMSException {
            bus.advance(Duration.ofDays(365));
            send("next year");
            Message message = context.createConsumer(orders).receiveNoWait();
            assertThat(message.getJMSTimestamp()).isEqualTo(bus.clock().millis());
        }

        @Test
        void standsUntilItIsMoved() {
            Instant before = bus.clock().instant();
            assertThat(bus.clock().withZone(ZoneId.of("Europe/Zurich")).instant())
                    .isEqualTo(before);
            bus.advance(Duration.ofNanos(1_000_000));
            assertThat(bus.clock().instant()).isEqualTo(before.plusMillis(1));
        }

        @Test
        void doesNotGoBack() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bus.advance(Duration.ofSeconds(-1)))
                    .withMessageContaining("forward");
        }

        @Test
        void isTheMachinesUnlessItIsAskedFor() {
            try (TestNamespace real = TestNamespace.open()) {
                assertThatIllegalStateException().isThrownBy(real::clock).withMessageContaining("manual clock");
            }
        }
    }

    @Nested
    class ItsContents {

        @Test
        void areNobodyElses() {
            send("a");
            try (TestNamespace other = TestNamespace.open()) {
                assertThat(other.namespace().queues().join()).isEmpty();
                assertThat(other.url()).isNotEqualTo(bus.url());
            }
        }

        @Test
        void areReachedByItsUrl() {
            send("a");
            try (PeeklockConnectionFactory application = new PeeklockConnectionFactory(bus.url());
                    JMSContext inside = application.createContext()) {
                assertThat(inside.createConsumer(orders).receiveBody(String.class, 10_000))
                        .isEqualTo("a");
            }
        }

        @Test
        void areToldForPeople() throws JMSException {
            assertThat(bus.describe()).isEqualTo(bus.url() + " has no messages");
            context.createProducer().setProperty("customer", 7).send(orders, "poison");
            send("x".repeat(300));
            context.createProducer().setDeliveryDelay(1_000).send(orders, new byte[5]);
            JMSConsumer consumer = context.createConsumer(orders);
            PeekLocked.of(consumer.receiveNoWait()).deadLetter("Unreadable", "no such drink");
            consumer.receiveNoWait();
            assertThat(bus.describe())
                    .contains("orders: active 0, locked 1, deferred 0, scheduled 1, dead-lettered 1")
                    .contains("LOCKED, failed 0 times: " + "x".repeat(200) + "...\n")
                    .contains("SCHEDULED, failed 0 times: BYTES of 5 bytes")
                    .contains("DEAD-LETTERED: Unreadable (no such drink), failed 0 times, {customer=7}: poison");
        }

        @Test
        void areGoneAfterAPurge() {
            bus.namespace().createTopic(TopicDescription.of("prices")).join();
            bus.namespace()
                    .createSubscription(SubscriptionDescription.of("prices", "ledger"))
                    .join();
            send("a");
            context.createProducer().setDeliveryDelay(1_000).send(orders, "b");

            context.createProducer().send(context.createTopic("prices"), "d");
            context.createProducer().setDeliveryDelay(1_000).send(context.createTopic("prices"), "e");
            bus.purge();
            bus.advance(Duration.ofMinutes(1));
            assertThat(bus.describe()).isEqualTo(bus.url() + " has no messages");
            assertThat(bus.namespace().queues().join()).hasSize(1);
        }

        @Test
        void areGoneWhenItIsClosedWhoeverUsesIt() {
            send("a");
            Namespace namespace = bus.namespace();
            bus.close();
            assertThatExceptionOfType(JMSRuntimeException.class).isThrownBy(() -> send("b"));
            assertThat(namespace.isOpen()).isFalse();
        }
    }

    @Nested
    class ItsThreads {

        @Test
        void endWithIt() {
            String name = "own-" + System.nanoTime();
            TestNamespace own = TestNamespace.builder().name(name).open();
            try (JMSContext used = own.connectionFactory().createContext()) {
                used.createProducer().setDeliveryDelay(3_600_000).send(orders, "late");
                used.createProducer().send(orders, "now");
            }
            String id = own.namespace().id().toString().substring(0, 8);
            own.close();
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(threads()).noneMatch(thread -> thread.contains(id) || thread.contains(name)));
        }

        private static Set<String> threads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .collect(Collectors.toSet());
        }
    }

    @Nested
    class ItsEntities {

        @Test
        void areThoseOfADocument() {
            try (TestNamespace declared = TestNamespace.builder().entities("""
                            {"UserConfig": {"Namespaces": [{"Name": "any", "Queues": [
                              {"Name": "trips", "Properties": {"RequiresSession": true}}]}]}}""").open()) {
                assertThat(declared.namespace().queue("trips").join().options().sessionRequired())
                        .isTrue();
            }
        }

        @Test
        void areThoseOfAnnotations() {
            try (TestNamespace declared = TestNamespace.builder()
                    .options("defaultLockDuration=10s")
                    .entities(Declaring.class)
                    .open()) {
                QueueDescription trips = declared.namespace().queue("trips").join();
                assertThat(trips.options().sessionRequired()).isTrue();
                assertThat(trips.maxDeliveryCount()).isEqualTo(3);
                assertThat(trips.lockDuration()).isEqualTo(Duration.ofSeconds(10));
                assertThat(declared.namespace().queue("slow").join().lockDuration())
                        .isEqualTo(Duration.ofMinutes(5));
                assertThat(declared.namespace().subscriptions("prices").join())
                        .extracting(SubscriptionDescription::name)
                        .containsExactly("audit", "ledger");
                try (JMSContext sending = declared.connectionFactory().createContext()) {
                    sending.createProducer().setProperty("amount", 5).send(sending.createTopic("prices"), "low");
                    sending.createProducer().setProperty("amount", 50).send(sending.createTopic("prices"), "high");
                }
                assertThat(declared.namespace()
                                .counters(EntityPath.subscription("prices", "audit"))
                                .join()
                                .active())
                        .isEqualTo(1);
            }
        }

        @WithQueue(value = "trips", sessionRequired = true, maxDeliveryCount = 3)
        @WithQueue(value = "slow", lockDuration = "5min")
        @WithSubscription(topic = "prices", value = "ledger")
        @WithSubscription(topic = "prices", value = "audit", selector = "amount > 10")
        private static final class Declaring {}

        @WithQueue(value = "slow", lockDuration = "an hour")
        private static final class Wrong {}

        @Test
        void thatCannotBeAreRefused() {
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> TestNamespace.builder().entities(Wrong.class).open())
                    .withMessageContaining("a duration is written with its unit");
        }
    }

    @Nested
    class ABrokerInMemory {

        @Test
        void isNotOpenedTwiceUnderOneName() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> MemoryBroker.open(ConnectionFactorySettings.parse(bus.url())))
                    .withMessageContaining("is open already");
        }

        @Test
        void isNotOnDisk(@TempDir Path directory) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MemoryBroker.open(
                            ConnectionFactorySettings.file(directory).build()))
                    .withMessageContaining("in memory");
        }
    }

    private long active(String queue) {
        return bus.namespace().counters(EntityPath.queue(queue)).join().active();
    }
}
