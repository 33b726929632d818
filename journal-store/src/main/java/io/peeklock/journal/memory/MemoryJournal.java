/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStatistics;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.SyncTimes;
import java.util.List;

/**
 * A journal whose batches are durable, for as long as the process lives, when they are appended.
 *
 * <p>Thread rule of {@link PartitionJournal}. The listener hears of a batch inside {@link #append}, on the appending
 * thread; {@link #durableIndex} says so already then. It must not append.
 */
final class MemoryJournal implements PartitionJournal {

    private final MemoryJournalStore store;
    private final int index;
    private final JournalListener listener;
    private final RetainedRecords records;
    private State state = State.OPENED;
    private long usedUpTo;
    private long bytesAppended;
    private boolean notifying;
    private volatile long appendedIndex;

    private enum State {
        OPENED,
        LOADED,
        CLOSED
    }

    MemoryJournal(MemoryJournalStore store, int index, JournalListener listener, RetainedRecords records) {
        this.store = store;
        this.index = index;
        this.listener = listener;
        this.records = records;
    }

    @Override
    public synchronized LoadReport load(RecordVisitor visitor) throws JournalException {
        requireNotClosed();
        if (state != State.OPENED) {
            throw new IllegalStateException("a journal is loaded once");
        }
        records.visit(visitor);
        usedUpTo = records.maxRecordId();
        state = State.LOADED;
        return new LoadReport(records.size(), records.maxRecordId(), true, List.of());
    }

    @Override
    public long append(Batch batch) throws JournalException {
        long appended;
        synchronized (this) {
            requireNotClosed();
            if (state != State.LOADED) {
                throw new IllegalStateException("a journal is loaded before anything is appended");
            }
            if (notifying) {
                throw new IllegalStateException("a listener must not append: it has to hand over and return");
            }
            if (store.retains()) {
                BatchRules.check(batch, records::isLive, usedUpTo, maxRecordBytes());
                records.apply(batch);
            } else {
                forget(batch);
            }
            store.markAppended(index);
            bytesAppended += batch.bodyBytes();
            appended = appendedIndex + 1;
            appendedIndex = appended;
            notifying = true;
        }
        try {
            listener.durable(appended);
        } finally {
            synchronized (this) {
                notifying = false;
            }
        }
        return appended;
    }

    private void forget(Batch batch) throws JournalException {
        List<Batch.Entry> entries = batch.entries();
        for (int i = 0; i < entries.size(); i++) {
            Batch.Entry entry = entries.get(i);
            if (entry.body().encodedBytes() > maxRecordBytes()) {
                throw new JournalException(
                        Reason.REFUSED,
                        "the body of record " + entry.id() + " is larger than " + maxRecordBytes()
                                + " bytes; split it");
            }
        }
        for (int i = 0; i < entries.size(); i++) {
            records.use(entries.get(i).id());
        }
    }

    private void requireNotClosed() throws JournalException {
        if (state == State.CLOSED) {
            throw new JournalException(Reason.CLOSED, "journal " + index + " was closed");
        }
    }

    @Override
    public boolean hasRoomFor(long bodyBytes, int operations) {
        return true;
    }

    @Override
    public long appendedIndex() {
        return appendedIndex;
    }

    @Override
    public long durableIndex() {
        return appendedIndex;
    }

    @Override
    public int maxRecordBytes() {
        return store.maxRecordBytes();
    }

    @Override
    public void shrink() {}

    @Override
    public synchronized JournalStatistics statistics() {
        return new JournalStatistics(appendedIndex, bytesAppended, 0, SyncTimes.NONE, 0, 0, 0);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
        }
        store.closed(index, this);
    }
}
