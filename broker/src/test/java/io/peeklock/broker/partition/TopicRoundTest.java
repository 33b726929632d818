/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * How much one round of a partition with a large topic does, and on whose thread.
 *
 * <p>Not thread safe.
 */
class TopicRoundTest {
    private static final long TOPIC = 1;
    /** What the journal is asked for besides the messages themselves, generously. */
    private static final int ROOM = 150_000;

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final RecordedStore store = new RecordedStore();
    private final EntityFlags flags = EntityFlags.forPartitions(1);
    private final EntityDefinition topic = new EntityDefinition(TOPIC, 1, TopicDescription.of("news"));
    private final List<Partition.Entity> entities = new ArrayList<>();
    private Partition partition;

    @BeforeEach
    void open() {
        entities.add(new Partition.Entity(topic, EntityFlags.forPartitions(1)));
        partition = new Partition(
                0,
                new PartitionSettings(store, runtime, Profile.JMS, new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE)),
                Duration.ofSeconds(60));
    }

    private void subscriptions(int count, String selector) {
        for (int i = 0; i < count; i++) {
            long id = TOPIC + entities.size();
            SubscriptionDescription description = SubscriptionDescription.builder("news", "s" + id)
                    .filter(SubscriptionFilter.of(selector))
                    .build();
            entities.add(new Partition.Entity(new EntityDefinition(id, 1, description, topic), flags));
        }
    }

    private void start() {
        partition.start(entities, List.of(), entities.size());
    }

    private void run() {
        runtime.runUntilIdle();
        while (store.durable() < store.appended()) {
            store.sync(Integer.MAX_VALUE);
            runtime.runUntilIdle();
        }
    }

    /** Of publishes that come together. */
    @Nested
    class TakesFewCommands {

        private int batchesOf(int publishes) {
            start();
            for (int i = 0; i < publishes; i++) {
                partition.send(TOPIC, OnePartition.message(1));
            }
            run();
            return store.appended();
        }

        @Test
        void whoseCopiesAreMany() {
            subscriptions(200, "a IS NULL");
            assertThat(batchesOf(60)).isGreaterThan(10);
        }

        @Test
        void whoseFiltersAreManyAlsoIfTheyTakeNothing() {
            subscriptions(1, "a IS NULL");
            subscriptions(500, "a = 'nobody sets this'");
            assertThat(batchesOf(60)).isGreaterThan(10);
        }
    }

    /** Two flushers that gave answers and waited for each other would wait for ever. */
    @Nested
    class WaitsForTheJournalOnlyOnABusThread {

        private void startFull() {
            start();
            run();
            store.room(ROOM);
            runtime.callFromApplication(true);
        }

        private static Map<String, @Nullable Object> largeProperties() {
            return Map.of("large", "x".repeat(60_000));
        }

        private TestSubscriber subscriber(int wanted) {
            TestSubscriber subscriber = new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, null, 0);
            subscriber.want(wanted);
            partition.subscribe(TOPIC + 1, false, subscriber);
            return subscriber;
        }

        @Test
        void toReserveNumbersOfManySubscriptions() {
            subscriptions(100, "a IS NULL OR a = '" + "x".repeat(2000) + "'");
            startFull();
            CompletableFuture<Long> sent = partition.send(TOPIC, OnePartition.message(1));
            assertThat(store.appended()).isZero();
            run();
            assertThat(sent).isCompleted();
            assertThat(store.appended()).isEqualTo(1);
        }

        @Test
        void toKeepWhatSettlementsSay() {
            subscriptions(1, "a IS NULL");
            start();
            int messages = 4;
            for (int i = 0; i < messages; i++) {
                partition.send(TOPIC, OnePartition.message(1));
            }
            TestSubscriber subscriber = subscriber(messages);
            run();
            store.room(ROOM);
            runtime.callFromApplication(true);
            int before = store.appended();
            CompletableFuture<?> settled = partition.settleAll(
                    subscriber.received.stream()
                            .map(delivery -> delivery.requireLockToken())
                            .toList(),
                    new Settlement.Abandon(largeProperties()));
            assertThat(store.appended()).isEqualTo(before);
            run();
            assertThat(settled).isCompleted();
            before = store.appended();
            subscriber.want(messages);
            partition.fetch(TOPIC + 1, false, subscriber, () -> {});
            assertThat(store.appended()).isEqualTo(before);
            run();
            assertThat(subscriber.received).hasSize(2 * messages);
        }

        /** Nothing of it is written: whoever sends it answers himself, however many take it (rule N10). */
        @Test
        void andNeverForVolatileMessages() {
            subscriptions(100, "a IS NULL");
            start();
            partition.send(TOPIC, OnePartition.message(1));
            run();
            store.room(ROOM);
            runtime.callFromApplication(true);
            Message message = Message.builder()
                    .durable(false)
                    .body(BodyKind.BYTES, new byte[10_000])
                    .build();
            assertThat(partition.send(TOPIC, message)).isCompleted();
        }

        /** What was decided stays with it, and what comes meanwhile goes behind. */
        @Test
        void andForgetsNothingWhenThatThreadGoesOn() {
            subscriptions(100, "a IS NULL OR a = '" + "x".repeat(2000) + "'");
            startFull();
            List<CompletableFuture<Long>> sent = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Message message = OnePartition.message(i + 1);
                sent.add(partition.send(TOPIC, message));
            }
            run();
            assertThat(sent).extracting(CompletableFuture::join).containsExactly(1L, 2L, 3L);
            TestSubscriber subscriber = subscriber(4);
            run();
            assertThat(subscriber.received)
                    .extracting(delivery -> delivery.message().body().remaining())
                    .containsExactly(1, 2, 3);
        }
    }
}
