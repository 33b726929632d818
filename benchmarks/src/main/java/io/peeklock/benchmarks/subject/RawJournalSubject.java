/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.StorageLoad;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workload;
import io.peeklock.benchmarks.workload.Workloads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.LoaderCallback;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/**
 * Artemis's journal and nothing else: what its own files can do.
 *
 * <p>Not thread safe; the workers share the journals, which are.
 */
public final class RawJournalSubject implements Subject {

    /**
     * How the journal is set.
     *
     * @param poolFiles files kept for use again, -1 for all
     * @param bufferTimeoutNs how long it waits for company before it syncs
     * @param besideBody bytes of a record beside the message's body
     * @param layersOnly whether it is run only where the layers of Peeklock are
     */
    public record Settings(
            int poolFiles,
            int compactMinFiles,
            int bufferBytes,
            int bufferTimeoutNs,
            int besideBody,
            boolean layersOnly) {

        /** As Artemis's broker sets it. */
        static final Settings STOCK = new Settings(-1, 10, 490 * 1024, 3_333_333, 0, false);

        /** The same, but synced at once; the next batch gathers meanwhile. */
        static final Settings STOCK_AT_ONCE = new Settings(-1, 10, 490 * 1024, 1, 0, true);

        /** As Peeklock sets it, with records as large as Peeklock's; files are used again, which Peeklock sees to itself. */
        public static final Settings OWN = new Settings(-1, 8, 1024 * 1024, 1, PEEKLOCK_BESIDE_BODY, false);
    }

    /** Bytes of Peeklock's record of a message beside its body: identifiers, headers, checksums. */
    public static final int PEEKLOCK_BESIDE_BODY = 160;

    // The same in both.
    private static final int FILE_BYTES = 10 * 1024 * 1024;
    private static final int MIN_FILES = 2;
    private static final int COMPACT_PERCENTAGE = 30;
    private static final byte RECORD_TYPE = 1;
    private static final byte[] XID = new byte[32];

    /** Hands over each record that is loaded. */
    private record Loading(Consumer<RecordInfo> record) implements LoaderCallback {

        @Override
        public void addPreparedTransaction(PreparedTransactionInfo transaction) {}

        @Override
        public void addRecord(RecordInfo info) {
            record.accept(info);
        }

        @Override
        public void deleteRecord(long id) {}

        @Override
        public void updateRecord(RecordInfo info) {}

        @Override
        public void failedTransaction(long id, List<RecordInfo> records, List<RecordInfo> recordsToDelete) {}
    }

    private final Settings settings;
    private final List<JournalImpl> journals = new ArrayList<>();

    RawJournalSubject(Settings settings) {
        this.settings = settings;
    }

    @Override
    public boolean takes(Workload workload) {
        return settings.layersOnly() ? workload.layered() : !workload.storage().isNothing();
    }

    @Override
    public List<Worker> open(Workload workload, Path directory) throws Exception {
        StorageLoad load = workload.storage();
        for (int i = 0; i < load.journals(); i++) {
            journals.add(open(Files.createDirectories(directory.resolve("journal-" + i)), settings, record -> {}));
        }
        AtomicLong ids = new AtomicLong();
        if (load.unit() == StorageLoad.Unit.FAN_OUT) {
            List<byte[]> bodies = new ArrayList<>();
            for (int i = 0; i < load.threads(); i++) {
                bodies.add(Workloads.body(i, load.bodyBytes() + settings.besideBody()));
            }
            return new RawFanOut(journals.get(0), ids, RECORD_TYPE, load.records()).workers(bodies);
        }
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < load.threads(); i++) {
            workers.add(new Writer(
                    journals.get(i % load.journals()),
                    ids,
                    load,
                    Workloads.body(i, load.bodyBytes() + settings.besideBody())));
        }
        return workers;
    }

    /** Opens one in a directory that is there, and hands over the records that it finds in it. */
    public static JournalImpl open(Path directory, Settings settings, Consumer<RecordInfo> loaded) throws Exception {
        SequentialFileFactory files = new NIOSequentialFileFactory(
                directory.toFile(), true, settings.bufferBytes(), settings.bufferTimeoutNs(), 1, false);
        JournalImpl journal = new JournalImpl(
                FILE_BYTES,
                MIN_FILES,
                settings.poolFiles(),
                settings.compactMinFiles(),
                COMPACT_PERCENTAGE,
                files,
                "raw",
                "log",
                1);
        journal.start();
        journal.load(new Loading(loaded));
        return journal;
    }

    @Override
    public void close() throws Exception {
        for (JournalImpl journal : journals) {
            journal.stop();
        }
    }

    /** Does one turn after the other, waiting for the disk each time. Owned by one thread. */
    private static final class Writer implements Worker {

        private final JournalImpl journal;
        private final AtomicLong ids;
        private final StorageLoad load;
        private final byte[] body;
        private long last;

        Writer(JournalImpl journal, AtomicLong ids, StorageLoad load, byte[] body) {
            this.journal = journal;
            this.ids = ids;
            this.load = load;
            this.body = body;
        }

        @Override
        public int operations() {
            return load.records();
        }

        @Override
        public long once() throws Exception {
            long start = System.nanoTime();
            switch (load.unit()) {
                case ADD -> add();
                case ADD_AND_DELETE -> delete(add());
                case PREPARE_AND_COMMIT -> prepareAndCommit();
                case FAN_OUT, NOTHING -> throw new IllegalStateException("not a turn of one thread");
            }
            return System.nanoTime() - start;
        }

        /** Gives the first of the consecutive identifiers. */
        private long add() throws Exception {
            long first = ids.getAndAdd(load.records() + 1) + 1;
            if (load.records() == 1) {
                journal.appendAddRecord(first, RECORD_TYPE, body, true);
                return first;
            }
            long transaction = first + load.records();
            for (int i = 0; i < load.records(); i++) {
                journal.appendAddRecordTransactional(transaction, first + i, RECORD_TYPE, body);
            }
            journal.appendCommitRecord(transaction, true);
            return first;
        }

        private void delete(long first) throws Exception {
            if (load.records() == 1) {
                journal.appendDeleteRecord(first, true);
                return;
            }
            long transaction = ids.incrementAndGet();
            for (int i = 0; i < load.records(); i++) {
                journal.appendDeleteRecordTransactional(transaction, first + i);
            }
            journal.appendCommitRecord(transaction, true);
        }

        /** Replaces the record that the last turn left. */
        private void prepareAndCommit() throws Exception {
            long id = ids.getAndAdd(2) + 1;
            long transaction = id + 1;
            if (last != 0) {
                journal.appendDeleteRecordTransactional(transaction, last);
            }
            journal.appendAddRecordTransactional(transaction, id, RECORD_TYPE, body);
            journal.appendPrepareRecord(transaction, XID, true);
            journal.appendCommitRecord(transaction, true);
            last = id;
        }
    }
}
