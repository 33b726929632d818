/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A namespace in memory refuses messages before the heap is full: it has no disk to move them to.
 *
 * <p>Not thread safe.
 */
final class HeapBoundTest {

    private static final long ENTITY = 7;
    private static final int MESSAGES = 8;
    private static final int BODY_BYTES = 1000;

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final EntityFlags flags = EntityFlags.forPartitions(1);
    private final MemoryJournalStore store = new MemoryJournalStore(1, false);

    @Test
    @Tag("Q3")
    void sendsAreRefusedWhenItIsReachedUntilSomethingIsReceived() {
        int size = message().sizeBytes();
        // Most of the contents go to the swap, which is in the heap too.
        MemoryBudget budget = new MemoryBudget(2L * size, Long.MAX_VALUE, (long) MESSAGES * size);
        Partition partition =
                new Partition(0, new PartitionSettings(store, runtime, Profile.JMS, budget), Duration.ofSeconds(60));
        QueueDescription queue = QueueDescription.builder("q").build();
        partition.start(
                List.of(new Partition.Entity(new EntityDefinition(ENTITY, 1, queue), flags)), List.of(), ENTITY);
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(send(partition)).isCompleted();
        }
        CompletableFuture<Long> refused = send(partition);
        assertThat(refused).isCompletedExceptionally();
        assertThat(refused.handle((number, failure) -> ((BrokerException) failure).code())
                        .join())
                .isEqualTo(ErrorCode.QuotaExceeded);
        TestSubscriber subscriber =
                new TestSubscriber(flags.queue().requests(), ReceiveMode.RECEIVE_AND_DELETE, null, 0);
        subscriber.want(MESSAGES);
        partition.subscribe(ENTITY, false, subscriber);
        runtime.runUntilIdle();
        assertThat(subscriber.received).hasSize(MESSAGES);
        assertThat(budget.hasHeapFor((long) MESSAGES * size)).isTrue();
    }

    /** A body that is published lies in the heap once, however many take it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("Q3")
    void aPublishCountsOnce(boolean durable) {
        int size = message().sizeBytes();
        MemoryBudget budget = new MemoryBudget(size, Long.MAX_VALUE, 2L * size);
        Partition partition =
                new Partition(0, new PartitionSettings(store, runtime, Profile.JMS, budget), Duration.ofSeconds(60));
        EntityDefinition topic = new EntityDefinition(ENTITY, 1, TopicDescription.of("t"));
        List<Partition.Entity> entities = new ArrayList<>(List.of(new Partition.Entity(topic, flags)));
        List<EntityFlags> subscriptions = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            SubscriptionDescription description =
                    SubscriptionDescription.builder("t", "s" + i).build();
            subscriptions.add(EntityFlags.forPartitions(1));
            entities.add(new Partition.Entity(
                    new EntityDefinition(ENTITY + i, 1, description, topic), subscriptions.get(i - 1)));
        }
        partition.start(entities, List.of(), ENTITY + 300);
        assertThat(send(partition, durable)).isCompleted();
        assertThat(send(partition, durable)).isCompleted();
        assertThat(send(partition, durable)).isCompletedExceptionally();
        for (int i = 1; i <= 300; i++) {
            assertThat(budget.hasHeapFor(1)).isFalse();
            TestSubscriber subscriber = new TestSubscriber(
                    subscriptions.get(i - 1).queue().requests(), ReceiveMode.RECEIVE_AND_DELETE, null, 0);
            subscriber.want(2);
            partition.subscribe(ENTITY + i, false, subscriber);
            runtime.runUntilIdle();
            assertThat(subscriber.received).hasSize(2);
        }
        assertThat(budget.hasHeapFor(2L * size)).isTrue();
        assertThat(budget.bodyBytes()).isZero();
    }

    private CompletableFuture<Long> send(Partition partition) {
        return send(partition, true);
    }

    private CompletableFuture<Long> send(Partition partition, boolean durable) {
        CompletableFuture<Long> reply = partition.send(ENTITY, message(durable));
        runtime.runUntilIdle();
        return reply;
    }

    private static Message message() {
        return message(true);
    }

    private static Message message(boolean durable) {
        return Message.builder()
                .durable(durable)
                .body(BodyKind.BYTES, new byte[BODY_BYTES])
                .build();
    }
}
