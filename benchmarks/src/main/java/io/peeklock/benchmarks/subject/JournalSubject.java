/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workload;
import io.peeklock.benchmarks.workload.Workloads;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One partition's journal of a Peeklock store and nothing above it.
 *
 * <p>Not thread safe; the workers share the journal through {@link DurableAppends}, which is.
 */
public final class JournalSubject implements Subject {

    /** Makes a store in an empty directory. */
    interface Opener {
        JournalStore open(Path directory) throws JournalException;
    }

    private static final int RECORD_KIND = 1;

    private static final RecordVisitor NOTHING_TO_LOAD = new RecordVisitor() {
        @Override
        public void put(long id, int kind, ByteBuffer body) {}

        @Override
        public void replace(long id, int kind, ByteBuffer body) {}

        @Override
        public void remove(long id) {}
    };

    private final Opener opener;
    private @Nullable JournalStore store;

    JournalSubject(Opener opener) {
        this.opener = opener;
    }

    @Override
    public boolean takes(Workload workload) {
        return workload.layered();
    }

    @Override
    public List<Worker> open(Workload workload, Path directory) throws JournalException {
        JournalStore opened = opener.open(directory);
        store = opened;
        DurableAppends appends = new DurableAppends();
        PartitionJournal journal = opened.open(0, appends);
        LoadReport report = journal.load(NOTHING_TO_LOAD);
        AtomicLong ids = new AtomicLong(report.maxRecordId());
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < workload.storage().threads(); i++) {
            RecordBody body = RecordBody.of(Workloads.body(i, workload.bodyBytes()));
            workers.add(
                    new Writer(journal, appends, ids, body, workload.storage().deletes()));
        }
        return workers;
    }

    @Override
    public void close() throws JournalException {
        if (store != null) {
            store.close();
        }
    }

    /** Puts a record, and removes it if asked to, waiting for the disk each time. Owned by one thread. */
    private static final class Writer implements Worker {

        private final PartitionJournal journal;
        private final DurableAppends appends;
        private final AtomicLong ids;
        private final RecordBody body;
        private final boolean deletes;
        private final Batch batch = new Batch();

        Writer(PartitionJournal journal, DurableAppends appends, AtomicLong ids, RecordBody body, boolean deletes) {
            this.journal = journal;
            this.appends = appends;
            this.ids = ids;
            this.body = body;
            this.deletes = deletes;
        }

        @Override
        public long once() throws JournalException {
            long id = ids.incrementAndGet();
            long start = System.nanoTime();
            batch.clear();
            appends.append(journal, batch.put(id, RECORD_KIND, body).durable());
            if (deletes) {
                batch.clear();
                appends.append(journal, batch.remove(id).durable());
            }
            return System.nanoTime() - start;
        }
    }
}
