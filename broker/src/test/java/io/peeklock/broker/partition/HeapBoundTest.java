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
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
        partition.start(List.of(new Partition.Entity(new EntityDefinition(ENTITY, 1, queue), flags)), ENTITY);
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

    private CompletableFuture<Long> send(Partition partition) {
        CompletableFuture<Long> reply = partition.send(ENTITY, message());
        runtime.runUntilIdle();
        return reply;
    }

    private static Message message() {
        return Message.builder().body(BodyKind.BYTES, new byte[BODY_BYTES]).build();
    }
}
