/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.MessageTally;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.NamespaceStatistics;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.PartitionStatistics;
import io.peeklock.broker.QueueStatistics;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How much is in entities, partitions and a namespace, and who holds sessions (rules D6, G8).
 *
 * <p>One thread.
 */
final class StatisticsTest {
    private static final Settlement DEAD = new Settlement.DeadLetter("why", null, Map.of());

    private TestBus bus = TestBus.simulated(4, TestBus.config(Profile.JMS));

    @AfterEach
    void close() {
        bus.close();
    }

    private Instant now() {
        return Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs());
    }

    private EntityStatistics of(EntityPath path) {
        return bus.get(bus.namespace.statistics(path));
    }

    /** Sends to an entity by keys that lie in several partitions. */
    private void send(EntityPath path, int count) {
        for (int i = 0; i < count; i++) {
            bus.send(path, TestBus.text("m").partitionKey("key " + i));
        }
    }

    private void failPartition(int index) {
        bus.store().failNextAppend(index, JournalException.Reason.IO);
        String key = IntStream.range(0, 1000)
                .mapToObj(i -> "key " + i)
                .filter(candidate -> PartitionHash.partitionOf(candidate, 4) == index)
                .findFirst()
                .orElseThrow();
        bus.failure(bus.namespace.send(
                TestBus.ORDERS, TestBus.text("fatal").partitionKey(key).build()));
    }

    private static MessageTally tally(int messages) {
        return new MessageTally(messages, (long) messages * bytes());
    }

    private static int bytes() {
        return TestBus.text("m").partitionKey("key 0").build().sizeBytes();
    }

    @Nested
    @Tag("D6")
    class OfAQueue {
        void eachStateHasItsNumberAndSize(boolean partitioned) {
            bus.create(QueueDescription.builder("orders").partitioned(partitioned));
            send(TestBus.ORDERS, 9);
            bus.settle(bus.take(), Settlement.DEFER);
            for (int i = 0; i < 3; i++) {
                bus.settle(bus.take(), DEAD);
            }
            bus.take();
            bus.take();
            bus.settle(bus.take(TestBus.ORDERS.deadLetterQueue()), Settlement.DEFER);
            bus.take(TestBus.ORDERS.deadLetterQueue());
            bus.get(bus.namespace.schedule(
                    TestBus.ORDERS, TestBus.text("m").partitionKey("key 9").build(), now().plusSeconds(60)));

            EntityStatistics now = of(TestBus.ORDERS);

            assertThat(now.queue().active()).isEqualTo(tally(3));
            assertThat(now.queue().locked()).isEqualTo(tally(2));
            assertThat(now.queue().deferred()).isEqualTo(tally(1));
            assertThat(now.queue().scheduled()).isEqualTo(tally(1));
            assertThat(now.deadLetterQueue().active().messages()).isEqualTo(1);
            assertThat(now.deadLetterQueue().locked().messages()).isEqualTo(1);
            assertThat(now.deadLetterQueue().deferred().messages()).isEqualTo(1);
            assertThat(now.sizeBytes()).isEqualTo(bus.counters().sizeBytes());
            bus = bus.killed();
            EntityStatistics after = of(TestBus.ORDERS);
            assertThat(after.queue().active()).isEqualTo(tally(5));
            assertThat(after.queue().deferred()).isEqualTo(tally(1));
            assertThat(after.queue().scheduled()).isEqualTo(tally(1));
            assertThat(after.deadLetterQueue().total())
                    .isEqualTo(now.deadLetterQueue().total());
        }

        @Test
        void inOnePartitionEachStateHasItsNumberAndSize() {
            eachStateHasItsNumberAndSize(false);
        }

        @Test
        void spreadEachStateHasItsNumberAndSize() {
            eachStateHasItsNumberAndSize(true);
        }

        @Test
        void theOldestIsTheOneThatWaitsLongestWhateverItsPriority() {
            bus.create(QueueDescription.builder("orders"));
            assertThat(of(TestBus.ORDERS).queue().oldestEnqueuedAt()).isNull();
            assertThat(of(TestBus.ORDERS).queue().oldestAge()).isZero();
            Instant first = now();
            bus.send(TestBus.ORDERS, TestBus.text("old").priority(1));
            bus.advance(Duration.ofMinutes(1));
            Instant second = now();
            bus.send(TestBus.ORDERS, TestBus.text("new").priority(9));
            bus.advance(Duration.ofMinutes(1));

            assertThat(of(TestBus.ORDERS).queue().oldestEnqueuedAt()).isEqualTo(first);
            assertThat(of(TestBus.ORDERS).queue().oldestAge()).isEqualTo(Duration.ofMinutes(2));
            Delivery urgent = bus.take();
            Delivery old = bus.take();
            assertThat(of(TestBus.ORDERS).queue().oldestEnqueuedAt())
                    .as("both are under lock")
                    .isNull();
            bus.settle(urgent, Settlement.ABANDON);
            assertThat(of(TestBus.ORDERS).queue().oldestEnqueuedAt()).isEqualTo(second);
            bus.settle(old, DEAD);
            assertThat(of(TestBus.ORDERS).deadLetterQueue().oldestEnqueuedAt()).isEqualTo(first);
            assertThat(of(TestBus.ORDERS).deadLetterQueue().oldestAge()).isEqualTo(Duration.ofMinutes(2));
        }

        @Test
        void theOldestOfASpreadQueueIsThatOfAllPartitions() {
            bus.create(QueueDescription.builder("orders").partitioned(true));
            Instant first = now();
            for (int i = 0; i < 8; i++) {
                send(TestBus.ORDERS, i + 1);
                bus.advance(Duration.ofSeconds(1));
            }
            assertThat(of(TestBus.ORDERS).queue().oldestEnqueuedAt()).isEqualTo(first);
            assertThat(of(TestBus.ORDERS).queue().oldestAge()).isEqualTo(Duration.ofSeconds(8));
        }

        @Test
        void aPartitionThatIsOutIsSaidToBe() {
            bus.create(QueueDescription.builder("orders").partitioned(true));
            send(TestBus.ORDERS, 8);
            failPartition(2);
            EntityStatistics rest = of(TestBus.ORDERS);
            assertThat(rest.unavailablePartitions()).isEqualTo(1);
            assertThat(rest.queue().total().messages()).isBetween(1L, 7L);
        }
    }

    @Nested
    class OfATopic {
        @BeforeEach
        void open() {
            bus.get(bus.namespace.createTopic(TopicDescription.of("news")));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "all")));
        }

        @Test
        @Tag("D6")
        void whatIsScheduledLiesInItAndTheRestInItsSubscriptions() {
            EntityPath news = EntityPath.topic("news");
            bus.get(bus.namespace.schedule(news, TestBus.text("later").build(), now().plusSeconds(60)));
            bus.send(news, TestBus.text("now"));
            assertThat(of(news).queue().scheduled().messages()).isEqualTo(1);
            assertThat(of(news).queue().total().messages()).isEqualTo(1);
            QueueStatistics all = of(EntityPath.subscription("news", "all")).queue();
            assertThat(all.total()).isEqualTo(all.active());
            assertThat(all.active().messages()).isEqualTo(1);
        }
    }

    @Nested
    class OfSessions {
        @BeforeEach
        void open() {
            bus.create(QueueDescription.builder("orders").sessionRequired(true));
            bus.send(TestBus.ORDERS, TestBus.text("1").sessionId("a"));
            bus.send(TestBus.ORDERS, TestBus.text("2").sessionId("b"));
        }

        @Test
        @Tag("D6")
        @Tag("G6")
        void theyAreCountedAndSoAreTheirHoldersAndStates() {
            var held = bus.get(bus.namespace.acceptSession(TestBus.ORDERS, "empty", SessionOptions.peekLock()));
            bus.get(held.setSessionState(new byte[100]));
            EntityStatistics now = of(TestBus.ORDERS);
            assertThat(now.sessions()).isEqualTo(3);
            assertThat(now.heldSessions()).isEqualTo(1);
            assertThat(now.sessionStateBytes()).isEqualTo(100);
            assertThat(now.sizeBytes()).isEqualTo(bus.counters().sizeBytes());
        }

        @Test
        @Tag("G8")
        void aListSaysWhoHoldsThem() {
            bus.get(bus.namespace.acceptSession(
                    TestBus.ORDERS, "a", SessionOptions.peekLock().heldBy("billing")));
            try (var consumer = bus.namespace.openReceiver(
                    TestBus.ORDERS, ReceiverOptions.peekLock().heldBy("shipping"))) {
                bus.get(consumer.receive());
                assertThat(bus.get(bus.namespace.listSessions(TestBus.ORDERS, null, 10)))
                        .extracting(SessionInfo::holder)
                        .containsExactly("billing", "shipping");
            }
        }
    }

    @Nested
    class OfTheNamespace {
        @Test
        void whatIsDefinedAndWhatItHoldsIsSummedUp() {
            bus.create(QueueDescription.builder("orders").partitioned(true));
            bus.create(QueueDescription.builder("volatile").temporary(true));
            bus.get(bus.namespace.createTopic(TopicDescription.of("news")));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "all")));
            send(TestBus.ORDERS, 8);

            NamespaceStatistics now = bus.get(bus.namespace.statistics());

            assertThat(now.queues()).isEqualTo(1);
            assertThat(now.topics()).isEqualTo(1);
            assertThat(now.subscriptions()).isEqualTo(1);
            assertThat(now.temporaryEntities()).isEqualTo(1);
            assertThat(now.messages()).isEqualTo(8);
            assertThat(now.sizeBytes()).isEqualTo(bus.counters().sizeBytes());
            assertThat(now.bodyMemoryBytes()).isPositive();
            assertThat(now.indexMemoryBytes()).isPositive();
            assertThat(now.partitions()).hasSize(4);
            PartitionStatistics home = now.partitions().get(0);
            assertThat(home.entities())
                    .as("the queues, the topic, its subscription")
                    .isEqualTo(4);
            assertThat(now.partitions().get(3).entities()).isEqualTo(1);
        }

        @Test
        @Tag("P8")
        void aPartitionThatIsOutHasItsHealthAndNoNumbers() {
            bus.create(QueueDescription.builder("orders").partitioned(true));
            send(TestBus.ORDERS, 8);
            failPartition(2);
            PartitionStatistics out =
                    bus.get(bus.namespace.statistics()).partitions().get(2);
            assertThat(out.health().state()).isEqualTo(State.FAILED);
            assertThat(out.messages()).isZero();
            assertThat(out.journal()).isNull();
        }
    }
}
