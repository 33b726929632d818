/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.MemoryBudget;
import io.peeklock.broker.partition.PartitionSettings;
import io.peeklock.broker.partition.RequestFlags;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A receiver, its partitions, and who was deleted meanwhile.
 *
 * <p>Not thread safe.
 */
class PartitionedReceiverTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final PartitionSet partitions = new PartitionSet(
            2,
            new PartitionSettings(
                    new MemoryJournalStore(2, true),
                    runtime,
                    Profile.JMS,
                    new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE)),
            Duration.ofSeconds(60));
    private final EntityDefinition spread = new EntityDefinition(
            1, 1, QueueDescription.builder("spread").partitioned(true).build());

    @BeforeEach
    void open() {
        partitions.start(List.of(spread), List.of(), 1);
        runtime.runUntilIdle();
    }

    private PartitionedReceiver receiver() {
        return new PartitionedReceiver(partitions.route(spread), false, ReceiverOptions.peekLock(), partitions.all());
    }

    private long send(int partition) {
        CompletableFuture<Long> sent =
                partitions.get(partition).send(spread.id(), TestBus.text("m").build());
        runtime.runUntilIdle();
        return sent.join();
    }

    /** A partition lowers the flag for the one that had the slot before, and fails before it hears of this one. */
    @Test
    @Tag("P8")
    void isServedByTheOthersWhenItsFlagWasLoweredByOneThatHasFailed() {
        PartitionedReceiver receiver = receiver();
        CompletableFuture<Delivery> request = receiver.receive();
        runtime.runUntilIdle();
        RequestFlags requests = partitions.route(spread).flags().queue().requests();
        requests.giveBackSlot(receiver.slot());
        receiver.askAgain();
        send(1);
        assertThat(request).isCompleted();
    }

    /** It knew the definition, and was overtaken by the deletion: nothing is kept for an entity that is gone. */
    @Test
    @Tag("W4")
    void ofAnEntityThatIsDeletedMeanwhileHearsOfItAndLeavesNothingBehind() {
        partitions.deleted(spread);
        PartitionedReceiver late = receiver();
        CompletableFuture<Delivery> request = late.receive();
        runtime.runUntilIdle();
        assertThat(request).isCompletedExceptionally();
        assertThat(request.handle((delivery, failure) -> ((BrokerException) failure).code())
                        .join())
                .isEqualTo(ErrorCode.EntityNotFound);
        assertThat(partitions.route(spread)).isNotSameAs(partitions.route(spread));
    }
}
