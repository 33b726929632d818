/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/**
 * Puts what nobody can read in the place of records of a partition, as damage of a disk does.
 *
 * <p>Not thread safe.
 */
final class LostRecords implements RecordVisitor, JournalListener {
    static final int BRANCH = 20;
    private static final long FAR = 1_000_000;

    private final TreeMap<Long, Integer> kinds = new TreeMap<>();

    private LostRecords() {}

    /** All records of a kind. */
    static void lose(JournalStore store, int partition, int kind) throws JournalException {
        LostRecords records = new LostRecords();
        try (PartitionJournal journal = store.open(partition, records)) {
            journal.load(records);
            Batch batch = new Batch();
            records.kinds.forEach((id, of) -> {
                if (of == kind) {
                    batch.remove(id);
                    batch.put(id + FAR, kind, RecordBody.of(new byte[] {99}));
                }
            });
            journal.append(batch.durable());
        }
    }

    @Override
    public void put(long id, int kind, ByteBuffer body) {
        kinds.put(id, kind);
    }

    @Override
    public void replace(long id, int kind, ByteBuffer body) {
        // The record keeps its kind for who asks here.
    }

    @Override
    public void remove(long id) {
        kinds.remove(id);
    }

    @Override
    public void durable(long index) {}

    @Override
    public void failed(JournalException cause) {}
}
