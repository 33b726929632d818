/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.LoaderCallback;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.jspecify.annotations.Nullable;

/**
 * Artemis's journal and nothing else, set for speed: what its own files can do.
 *
 * <p>Not thread safe; the workers share the journal, which is.
 */
final class RawJournalSubject implements Subject {

    // As in Artemis's broker, but for the timeout: sync at once, and let the next batch gather meanwhile.
    private static final int FILE_BYTES = 10 * 1024 * 1024;
    private static final int MIN_FILES = 2;
    private static final int POOL_FILES = -1;
    private static final int COMPACT_MIN_FILES = 10;
    private static final int COMPACT_PERCENTAGE = 30;
    private static final int BUFFER_BYTES = 490 * 1024;
    private static final int BUFFER_TIMEOUT_NS = 1;
    private static final byte RECORD_TYPE = 1;

    private static final LoaderCallback NOTHING_TO_LOAD = new LoaderCallback() {
        @Override
        public void addPreparedTransaction(PreparedTransactionInfo transaction) {}

        @Override
        public void addRecord(RecordInfo info) {}

        @Override
        public void deleteRecord(long id) {}

        @Override
        public void updateRecord(RecordInfo info) {}

        @Override
        public void failedTransaction(long id, List<RecordInfo> records, List<RecordInfo> recordsToDelete) {}
    };

    private @Nullable JournalImpl journal;

    @Override
    public boolean takes(Workload workload) {
        return !workload.journalLoad().isNothing();
    }

    @Override
    public List<Worker> open(Workload workload, Path directory) throws Exception {
        SequentialFileFactory files =
                new NIOSequentialFileFactory(directory.toFile(), true, BUFFER_BYTES, BUFFER_TIMEOUT_NS, 1, false);
        JournalImpl opened = new JournalImpl(
                FILE_BYTES, MIN_FILES, POOL_FILES, COMPACT_MIN_FILES, COMPACT_PERCENTAGE, files, "raw", "log", 1);
        opened.start();
        opened.load(NOTHING_TO_LOAD);
        journal = opened;
        AtomicLong ids = new AtomicLong();
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < workload.journalLoad().threads(); i++) {
            workers.add(new Writer(
                    opened, ids, Workloads.body(i), workload.journalLoad().deletes()));
        }
        return workers;
    }

    @Override
    public void close() throws Exception {
        if (journal != null) {
            journal.stop();
        }
    }

    /** Adds a record, and deletes it if asked to, waiting for the disk each time. Owned by one thread. */
    private static final class Writer implements Worker {

        private final JournalImpl journal;
        private final AtomicLong ids;
        private final byte[] body;
        private final boolean deletes;

        Writer(JournalImpl journal, AtomicLong ids, byte[] body, boolean deletes) {
            this.journal = journal;
            this.ids = ids;
            this.body = body;
            this.deletes = deletes;
        }

        @Override
        public long once() throws Exception {
            long id = ids.incrementAndGet();
            long start = System.nanoTime();
            journal.appendAddRecord(id, RECORD_TYPE, body, true);
            if (deletes) {
                journal.appendDeleteRecord(id, true);
            }
            return System.nanoTime() - start;
        }
    }
}
