/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import io.peeklock.broker.runtime.ForwardingJournalStore;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStatistics;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A store that ends the process at a point, as a kill would, and counts what is appended.
 *
 * <p>Thread safe.
 */
final class HaltingStore extends ForwardingJournalStore {
    static final int STATUS = 9;

    private final AtomicIntegerArray appended;
    private volatile KillPoint point = KillPoint.NOWHERE;
    private volatile boolean armed;

    HaltingStore(JournalStore store) {
        super(store);
        appended = new AtomicIntegerArray(store.partitions());
    }

    /** From now on batches count. */
    void arm(KillPoint where) {
        point = where;
        armed = true;
    }

    /** Batches of a partition that counted. */
    int appended(int partition) {
        return appended.get(partition);
    }

    private void haltAt(int partition, int batch, KillPoint.Moment moment) {
        if (batch > 0 && point.equals(new KillPoint(partition, batch, moment))) {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    @Override
    public PartitionJournal open(int index, JournalListener listener) throws JournalException {
        if (index < 0) {
            return store.open(index, listener);
        }
        Watched watched = new Watched(index, listener);
        return new HaltingJournal(index, store.open(index, watched), watched);
    }

    /** Tells its listener, unless the process ends. */
    private final class Watched implements JournalListener {
        private final int partition;
        private final JournalListener listener;
        /** Where the batches begin that count: that with this index is the first. */
        private final AtomicInteger first = new AtomicInteger();

        private Watched(int partition, JournalListener listener) {
            this.partition = partition;
            this.listener = listener;
        }

        private int counted(long index) {
            return first.get() == 0 ? 0 : Math.toIntExact(index) - first.get() + 1;
        }

        @Override
        public void durable(long index) {
            boolean reached = armed && counted(index) >= point.batch();
            haltAt(partition, reached ? point.batch() : 0, KillPoint.Moment.DURABLE);
            listener.durable(index);
            haltAt(partition, reached ? point.batch() : 0, KillPoint.Moment.HEARD);
        }

        @Override
        public void failed(JournalException cause) {
            listener.failed(cause);
        }

        @Override
        public void roomAvailable() {
            listener.roomAvailable();
        }
    }

    /** Appends, unless the process ends. Appends come one at a time. */
    private final class HaltingJournal implements PartitionJournal {
        private final int partition;
        private final PartitionJournal journal;
        private final Watched watched;

        private HaltingJournal(int partition, PartitionJournal journal, Watched watched) {
            this.partition = partition;
            this.journal = journal;
            this.watched = watched;
        }

        private int next() {
            if (!armed) {
                return 0;
            }
            watched.first.compareAndSet(0, Math.toIntExact(journal.appendedIndex()) + 1);
            return appended.incrementAndGet(partition);
        }

        @Override
        public long append(Batch batch) throws JournalException {
            int number = next();
            haltAt(partition, number, KillPoint.Moment.BEFORE);
            long index = journal.append(batch);
            haltAt(partition, number, KillPoint.Moment.APPENDED);
            return index;
        }

        @Override
        public long tryAppend(Batch batch) throws JournalException {
            return hasRoomFor(batch.bodyBytes(), batch.entries().size()) ? append(batch) : NOT_NOW;
        }

        @Override
        public LoadReport load(RecordVisitor visitor) throws JournalException {
            return journal.load(visitor);
        }

        @Override
        public boolean hasRoomFor(long bodyBytes, int operations) {
            return journal.hasRoomFor(bodyBytes, operations);
        }

        @Override
        public long appendedIndex() {
            return journal.appendedIndex();
        }

        @Override
        public long durableIndex() {
            return journal.durableIndex();
        }

        @Override
        public int maxRecordBytes() {
            return journal.maxRecordBytes();
        }

        @Override
        public void shrink() {
            journal.shrink();
        }

        @Override
        public JournalStatistics statistics() {
            return journal.statistics();
        }

        @Override
        public void close() throws JournalException {
            journal.close();
        }
    }
}
