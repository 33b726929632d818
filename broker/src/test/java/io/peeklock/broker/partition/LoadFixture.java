/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A partition that is loaded again and again, and whose journal is tampered with meanwhile.
 *
 * <p>Not thread safe.
 */
abstract class LoadFixture {
    final SimulatedRuntime runtime = new SimulatedRuntime(1);
    final SimulatedJournalStore store = new SimulatedJournalStore(1);
    Partition partition;

    void start(List<Partition.Entity> entities, long highestEntityId) {
        MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
        partition =
                new Partition(0, new PartitionSettings(store, runtime, Profile.JMS, budget), Duration.ofSeconds(60));
        partition.start(entities, List.of(), highestEntityId);
        run();
        assertThat(partition.health().reason()).isNull();
    }

    void restart(List<Partition.Entity> entities, long highestEntityId) {
        partition.close();
        run();
        start(entities, highestEntityId);
    }

    void run() {
        runtime.runUntilIdle();
        while (store.waiting(0) > 0) {
            store.sync();
            runtime.runUntilIdle();
        }
    }

    <T> T get(CompletableFuture<T> future) {
        run();
        assertThat(future).isDone();
        return future.join();
    }

    List<Finding> findings() {
        return partition.health().findings();
    }

    /** Does something to the journal behind the partition's back, while that is closed. */
    void tamper(Batch batch) throws JournalException {
        partition.close();
        run();
        try (PartitionJournal journal = store.open(0, new JournalWatch(() -> {}))) {
            journal.load(new Ids());
            journal.append(batch);
        }
        // A journal that lost something shows nothing of it.
        store.compact(0, 1);
    }

    List<Long> recordIds() throws JournalException {
        partition.close();
        run();
        Ids ids = new Ids();
        try (PartitionJournal journal = store.open(0, new JournalWatch(() -> {}))) {
            journal.load(ids);
        }
        return ids.live;
    }

    /** The ids of what is live. */
    private static final class Ids implements RecordVisitor {
        private final List<Long> live = new ArrayList<>();

        @Override
        public void put(long id, int kind, ByteBuffer body) {
            live.add(id);
        }

        @Override
        public void replace(long id, int kind, ByteBuffer body) {}

        @Override
        public void remove(long id) {
            live.remove(id);
        }
    }
}
