/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a journal has that is not removed, by kind.
 *
 * <p>Not thread safe.
 */
final class LiveRecords implements RecordVisitor {
    private final Map<Long, Integer> kinds = new TreeMap<>();

    private LiveRecords() {}

    /** Of a partition that is closed. */
    static LiveRecords of(JournalStore store, int partition) throws JournalException {
        try (PartitionJournal journal = store.open(partition, new JournalWatch(() -> {}))) {
            return loaded(journal);
        }
    }

    static LiveRecords loaded(PartitionJournal journal) throws JournalException {
        LiveRecords live = new LiveRecords();
        journal.load(live);
        return live;
    }

    /** The ids of all. */
    List<Long> ids() {
        return List.copyOf(kinds.keySet());
    }

    List<Long> ofKind(RecordKind kind) {
        return kinds.keySet().stream().filter(id -> kinds.get(id) == kind.id()).toList();
    }

    @Override
    public void put(long id, int kind, ByteBuffer body) {
        kinds.put(id, kind);
    }

    @Override
    public void replace(long id, int kind, ByteBuffer body) {}

    @Override
    public void remove(long id) {
        kinds.remove(id);
    }
}
