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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One journal of a {@link SimulatedJournalStore}: batches wait until they are synced.
 *
 * <p>Thread safe; the listener is called without the monitor.
 */
final class SimulatedJournal implements PartitionJournal {

    private final SimulatedJournalStore store;
    private final int index;
    private final JournalListener listener;
    private final Deque<List<SimulatedHistory.Operation>> waiting = new ArrayDeque<>();
    private final Set<Long> live = new HashSet<>();
    private boolean loaded;
    private boolean room = true;
    private long usedUpTo;
    private long appendedIndex;
    private long durableIndex;
    private long bytes;
    private long syncs;
    private @Nullable JournalException failure;
    private @Nullable Reason nextAppend;
    private @Nullable Reason nextSync;
    private int survivorsOfNextSync;

    SimulatedJournal(SimulatedJournalStore store, int index, JournalListener listener) {
        this.store = store;
        this.index = index;
        this.listener = listener;
    }

    @Override
    public synchronized LoadReport load(RecordVisitor visitor) throws JournalException {
        requireNotFailed();
        if (loaded) {
            throw new IllegalStateException("a journal is loaded once");
        }
        loaded = true;
        SimulatedHistory history = store.history(index);
        history.visit(visitor);
        live.addAll(history.live().keySet());
        usedUpTo = history.maxRecordId();
        return new LoadReport(live.size(), usedUpTo, !store.wasUnclean(index), List.of());
    }

    @Override
    public long append(Batch batch) throws JournalException {
        JournalException fault;
        synchronized (this) {
            requireNotFailed();
            if (!loaded) {
                throw new IllegalStateException("a journal is loaded before anything is appended");
            }
            BatchRules.check(batch, live::contains, usedUpTo, maxRecordBytes());
            Reason reason = nextAppend;
            if (reason == null) {
                for (Batch.Entry entry : batch.entries()) {
                    switch (entry.operation()) {
                        case PUT -> live.add(entry.id());
                        case REPLACE -> {}
                        case REMOVE -> live.remove(entry.id());
                    }
                }
                waiting.add(SimulatedHistory.Operation.of(batch));
                bytes += batch.bodyBytes();
                return ++appendedIndex;
            }
            fault = fail(reason, "append");
        }
        listener.failed(fault);
        throw fault;
    }

    void sync(int batches) {
        long reached;
        JournalException fault = null;
        synchronized (this) {
            if (failure != null || waiting.isEmpty()) {
                return;
            }
            Reason reason = nextSync;
            int count = Math.min(reason == null ? batches : survivorsOfNextSync, waiting.size());
            for (int i = 0; i < count; i++) {
                store.synced(index, waiting.remove());
            }
            syncs++;
            if (reason == null) {
                durableIndex += count;
            } else {
                fault = fail(reason, "sync");
            }
            reached = durableIndex;
        }
        if (fault != null) {
            listener.failed(fault);
        } else {
            listener.durable(reached);
        }
    }

    private JournalException fail(Reason reason, String what) {
        JournalException fault =
                new JournalException(reason, "journal " + index + ": the " + what + " failed, as the test wished");
        failure = fault;
        waiting.clear();
        return fault;
    }

    synchronized void failNextAppend(Reason reason) {
        nextAppend = reason;
    }

    synchronized void failNextSync(Reason reason, int survivors) {
        nextSync = reason;
        survivorsOfNextSync = survivors;
    }

    void setRoom(boolean has) {
        synchronized (this) {
            room = has;
        }
        if (has) {
            listener.roomAvailable();
        }
    }

    synchronized int waiting() {
        return waiting.size();
    }

    synchronized List<List<SimulatedHistory.Operation>> firstWaiting(int count) {
        return new ArrayList<>(waiting).subList(0, count);
    }

    private void requireNotFailed() throws JournalException {
        JournalException cause = failure;
        if (cause != null) {
            throw new JournalException(cause.reason(), cause.getMessage(), cause);
        }
    }

    @Override
    public synchronized boolean hasRoomFor(long bodyBytes, int operations) {
        return room && failure == null;
    }

    @Override
    public synchronized long appendedIndex() {
        return appendedIndex;
    }

    @Override
    public synchronized long durableIndex() {
        return durableIndex;
    }

    @Override
    public int maxRecordBytes() {
        return MemoryJournalStore.MAX_RECORD_BYTES;
    }

    @Override
    public void shrink() {}

    @Override
    public synchronized JournalStatistics statistics() {
        return new JournalStatistics(appendedIndex, bytes, syncs, SyncTimes.NONE, 0, 0, waiting.size());
    }

    @Override
    public void close() {
        sync(Integer.MAX_VALUE);
        boolean clean;
        synchronized (this) {
            clean = failure == null;
        }
        abandon();
        store.closed(index, this, clean);
    }

    /** Ends it without syncing, as a power cut does: nobody hears of it. */
    synchronized void abandon() {
        if (failure == null) {
            failure = new JournalException(Reason.CLOSED, "journal " + index + " was closed");
        }
        waiting.clear();
    }
}
