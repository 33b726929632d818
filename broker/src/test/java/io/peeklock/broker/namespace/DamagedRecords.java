/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/**
 * Makes records of a closed partition's journal unreadable, as damage of a disk does.
 *
 * <p>Not thread safe.
 */
final class DamagedRecords implements RecordVisitor, JournalListener {
    static final int BRANCH = 20;
    static final int DECISION = 21;
    private static final long FAR = 1_000_000;

    private final TreeMap<Long, Integer> kinds = new TreeMap<>();

    private DamagedRecords() {}

    /** All records of a kind, each as one that has these bytes. */
    static void damage(SimulatedJournalStore store, int partition, int kind, int... bytes) throws JournalException {
        byte[] body = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            body[i] = (byte) bytes[i];
        }
        DamagedRecords records = new DamagedRecords();
        try (PartitionJournal journal = store.open(partition, records)) {
            journal.load(records);
            Batch batch = new Batch();
            records.kinds.forEach((id, of) -> {
                if (of == kind) {
                    batch.remove(id);
                    batch.put(id + FAR, kind, RecordBody.of(body));
                }
            });
            journal.append(batch.durable());
        }
    }

    /** How many of a kind there are. */
    static long count(SimulatedJournalStore store, int partition, int kind) throws JournalException {
        DamagedRecords records = new DamagedRecords();
        try (PartitionJournal journal = store.open(partition, records)) {
            journal.load(records);
        }
        return records.kinds.values().stream().filter(of -> of == kind).count();
    }

    /** One more of a kind, that nobody can read. */
    static void add(SimulatedJournalStore store, int partition, int kind) throws JournalException {
        DamagedRecords records = new DamagedRecords();
        try (PartitionJournal journal = store.open(partition, records)) {
            journal.load(records);
            journal.append(new Batch()
                    .put(2 * FAR, kind, RecordBody.of(new byte[] {99}))
                    .durable());
        }
    }

    @Override
    public void put(long id, int kind, ByteBuffer body) {
        kinds.put(id, kind);
    }

    @Override
    public void replace(long id, int kind, ByteBuffer body) {
        kinds.put(id, kind);
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
