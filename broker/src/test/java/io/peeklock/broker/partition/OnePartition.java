/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.CountedTimers;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;

/**
 * One partition by itself, in simulated time and on a simulated store, and what it has answered.
 *
 * <p>Not thread safe.
 */
abstract class OnePartition {
    static final long ENTITY = 7;
    static final Duration LOCK = Duration.ofSeconds(30);

    final SimulatedRuntime runtime = new SimulatedRuntime(1);
    final CountedTimers timers = new CountedTimers(runtime);
    final SimulatedJournalStore store = new SimulatedJournalStore(1);
    final EntityFlags flags = EntityFlags.forPartitions(1);
    final List<String> answers = new ArrayList<>();
    JournalStore journals = store;
    Partition partition;

    @BeforeEach
    void open() {
        store.swapOnlyWhen(runtime::onBusThread);
        partition = opening();
        runtime.runUntilIdle();
        assertThat(partition.health().state()).isEqualTo(State.UNUSED);
    }

    Partition opening() {
        PartitionSettings settings = new PartitionSettings(journals, runtime, Profile.JMS, budget());
        Partition opening = new Partition(0, settings, Duration.ofSeconds(60));
        opening.start(List.of(entity(1, LOCK)), List.of(), ENTITY);
        return opening;
    }

    MemoryBudget budget() {
        return new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    Partition.Entity entity(int version, Duration lock) {
        QueueDescription queue =
                QueueDescription.builder("q").lockDuration(lock).build();
        return new Partition.Entity(new EntityDefinition(ENTITY, version, queue), flags);
    }

    static Message message(int bytes) {
        return Message.builder().body(BodyKind.BYTES, new byte[bytes]).build();
    }

    <T> CompletableFuture<T> noted(String name, CompletableFuture<T> future) {
        future.whenComplete(
                (value, failure) -> answers.add(name + (failure instanceof BrokerException e ? " " + e.code() : "")));
        return future;
    }

    void run() {
        runtime.runUntilIdle();
        while (store.waiting(0) > 0) {
            store.sync();
            runtime.runUntilIdle();
        }
        store.checkSwapUse();
    }

    /** Closes it, which gives all memory back, and loads it from what a compaction leaves. */
    void again(MemoryBudget budget) {
        partition.close();
        run();
        assertThat(budget.indexBytes()).isZero();
        store.compact(0, 1);
        partition = opening();
        run();
    }

    /** Loads it again from a journal that has a record which this program cannot read. */
    void loadWithUnreadable(RecordKind kind) throws JournalException {
        partition.close();
        run();
        try (PartitionJournal journal = store.open(0, new JournalWatch(() -> {}))) {
            journal.load(new RecordVisitor() {
                @Override
                public void put(long id, int kind, ByteBuffer body) {}

                @Override
                public void replace(long id, int kind, ByteBuffer body) {}

                @Override
                public void remove(long id) {}
            });
            journal.append(new Batch()
                    .put(100_000, kind.id(), RecordBody.of(new byte[] {99}))
                    .durable());
        }
        partition = opening();
        run();
        assertThat(partition.health().findings()).hasSize(1);
    }

    /** Whoever has nothing to do any more does not wake up for it. */
    void assertIsIdle() {
        // Locks of what was received, and what was asked for last.
        runtime.advance(Duration.ofMinutes(1));
        run();
        int before = timers.count();
        runtime.advance(Duration.ofMinutes(10));
        run();
        assertThat(timers.count()).as("timers").isEqualTo(before);
    }

    TestSubscriber subscriber(ReceiveMode mode, int wanted) {
        TestSubscriber subscriber = new TestSubscriber(flags.queue().requests(), mode, null, 0);
        subscriber.want(wanted);
        partition.subscribe(ENTITY, false, subscriber);
        return subscriber;
    }

    Delivery received() {
        noted("sent", partition.send(ENTITY, message(1)));
        run();
        TestSubscriber subscriber = subscriber(ReceiveMode.PEEK_LOCK, 1);
        run();
        return subscriber.received.get(0);
    }
}
