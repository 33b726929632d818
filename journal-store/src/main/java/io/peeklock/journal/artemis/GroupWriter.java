/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.activemq.artemis.core.journal.EncodingSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was appended in groups: while one is written and synced, the next one forms. Also the place where a failure
 * is latched: after the first one nothing is acknowledged and nothing is tried again (journal dangers 1 and 2).
 *
 * <p>Thread safe. One flusher at a time, on a pool thread; only it calls the listener. It leaves its thread when there is
 * nothing to do and the mark is up to date.
 */
final class GroupWriter {

    private final ListenerTurns turns;
    private final FailureLatch failure;
    private final GroupFlusher flusher;
    private final String name;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final FlusherShift shift;
    private Pending filling;
    private Pending draining;
    private long appendedIndex;
    private Mark appended;
    private volatile long durableIndex;
    private volatile long durableSequence;
    private boolean roomWanted;
    private boolean markWanted;
    private boolean stopping;
    private boolean stopped;
    private long lastTicket;
    private long doneTicket;

    // Of the flusher alone.
    private Mark durable;

    private final AtomicLong records = new AtomicLong();

    /**
     * A writer.
     *
     * @param start what is durable already
     */
    GroupWriter(JournalPlace place, JournalListener listener, Mark start) {
        this.shift = new FlusherShift(place.pool(), lock, this::run);
        this.turns = new ListenerTurns(listener);
        this.failure = new FailureLatch(place.name());
        this.name = place.name();
        this.filling = new Pending(place.settings().bufferBytes());
        this.draining = new Pending(place.settings().bufferBytes());
        this.appended = start.withClean(false);
        this.durable = appended;
        this.durableSequence = start.sequence();
        this.flusher = new GroupFlusher(
                place, start, e -> fail("sync failed, the outcome of what was in flight is unknown", e));
    }

    // Called by the appending thread.

    /**
     * Takes a record for a place in a file. Waits while the buffer is full; not for itself, when the listener appends on the
     * flusher's own thread.
     */
    void write(OpenFile file, long position, int size, EncodingSupport record) throws IOException {
        lock.lock();
        try {
            requireWorking();
            while (!filling.hasRoom(size) && !turns.isTurnOfThisThread()) {
                callFlusher();
                progress.awaitUninterruptibly();
                requireWorking();
            }
            filling.add(file, position, size, record);
            records.incrementAndGet();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says where the journal stands now that what was written so far is whole. Before the deletes that follow: when one of
     * them lets a file go, the mark must know the reason.
     */
    void advance(Mark position) {
        locked(() -> appended = position);
    }

    /**
     * Says that a batch is complete, and where that leaves the journal.
     *
     * @return false if there is no thread that could write it, and none that could tell the listener
     */
    boolean endBatch(long index, Mark position, boolean sync) {
        lock.lock();
        try {
            appendedIndex = index;
            appended = position;
            if (sync) {
                filling.wantSync();
            }
            if (filling.hasWork()) {
                schedule();
            }
            return !shift.isOff() || !failure.isSet();
        } finally {
            lock.unlock();
        }
    }

    boolean hasRoomFor(long bytes) {
        lock.lock();
        try {
            boolean room = !failure.isSet() && !turns.isReserved() && filling.hasRoom(bytes);
            roomWanted |= !room;
            return room;
        } finally {
            lock.unlock();
        }
    }

    /** Asks for a call of the listener after the next group. */
    void wantRoom() {
        locked(() -> roomWanted = true);
    }

    // Called by anyone.

    ListenerTurns turns() {
        return turns;
    }

    /** Writes what is pending for a file, syncs and closes it; with {@code wait} returns only then. */
    void close(OpenFile file, boolean wait) throws IOException {
        lock.lock();
        try {
            filling.addClose(file);
            if (!failure.isSet()) {
                schedule();
            }
        } finally {
            lock.unlock();
        }
        if (wait) {
            sync();
        }
    }

    /** Makes everything appended so far durable. */
    void sync() throws IOException {
        sync(false);
    }

    /** The same, and says so in the mark. */
    void syncAndMark() throws IOException {
        sync(true);
    }

    private void sync(boolean mark) throws IOException {
        lock.lock();
        try {
            requireWorking();
            filling.wantSync();
            markWanted |= mark;
            long ticket = ++lastTicket;
            callFlusher();
            while (doneTicket < ticket) {
                progress.awaitUninterruptibly();
                requireWorking();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sees to it that a file that was just kept is given back in time. */
    void watchSpares() {
        locked(() -> {
            if (!stopped && !shift.call()) {
                flusher.endSpares();
            }
        });
    }

    /** Latches the failure; the first one counts. */
    void fail(JournalException cause) {
        locked(() -> {
            if (failure.set(cause)) {
                progress.signalAll();
                schedule();
            }
        });
    }

    void fail(String what, Throwable cause) {
        fail(failure.because(what, cause));
    }

    /** Ends the flusher after what is pending. The listener is not called after this returns. */
    void stop() {
        locked(() -> {
            stopping = true;
            if (!shift.isOff() || !failure.isSet() && filling.hasWork()) {
                schedule();
            }
            while (!shift.isOff()) {
                progress.awaitUninterruptibly();
            }
            stopped = true;
            GroupFlusher.abandon(filling);
        });
    }

    @Nullable
    JournalException failure() {
        return failure.get();
    }

    long durableIndex() {
        return durableIndex;
    }

    /** Every operation up to this sequence is durable. */
    long durableSequence() {
        return durableSequence;
    }

    /** What is durable; exact after {@link #stop}. */
    Mark durable() {
        return durable;
    }

    /** Number of records taken so far. */
    long records() {
        return records.get();
    }

    /** For its counters. */
    GroupFlusher flusher() {
        return flusher;
    }

    long bytesInFlight() {
        lock.lock();
        try {
            return (long) filling.used() + draining.used();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private void requireWorking() throws IOException {
        failure.requireWorking();
        if (stopped) {
            throw new IOException(name + " is closed");
        }
    }

    /** For who waits for it then: there may be no thread that could ever wake the caller. */
    private void callFlusher() throws IOException {
        schedule();
        requireWorking();
    }

    private void schedule() {
        if (!stopped && !shift.call()) {
            failure.set(new JournalException(
                    Reason.IO, name + ": there is no thread to write it; is the number of threads limited?"));
            progress.signalAll();
        }
    }

    // The flusher.

    private void run() {
        lock.lock();
        try {
            shift.begin();
            while (oneRound()) {}
        } finally {
            shift.end();
            progress.signalAll();
            lock.unlock();
        }
    }

    /** Does the next thing there is to do; false if there is none. */
    private boolean oneRound() {
        if (failure.isSet()) {
            tellFailure();
            return false;
        }
        if (filling.hasWork()) {
            flushGroup();
            return true;
        }
        if (stopping || flusher.isIdle(durable)) {
            return false;
        }
        if (!shift.linger(flusher.nanosUntilUpkeep(durable), this::hasReasonToGoOn)) {
            unlocked(() -> flusher.upkeep(durable));
        }
        return true;
    }

    private boolean hasReasonToGoOn() {
        return filling.hasWork() || stopping || failure.isSet();
    }

    private void flushGroup() {
        Pending group = filling;
        filling = draining;
        draining = group;
        // Who waits for room has it now, not only when this group is written.
        progress.signalAll();
        final long index = appendedIndex;
        final Mark position = appended;
        final long ticket = lastTicket;
        final boolean tellRoom = roomWanted;
        final boolean markNow = markWanted;
        roomWanted = false;
        markWanted = false;
        boolean synced = group.wantsSync();
        unlocked(() -> {
            flusher.flush(group, durable);
            if (markNow && !flusher.isMarked(position)) {
                flusher.mark(position);
            }
        });
        if (failure.isSet()) {
            GroupFlusher.abandon(group);
            return;
        }
        group.clear();
        if (synced) {
            durable = position;
            durableSequence = position.sequence();
            doneTicket = ticket;
        }
        progress.signalAll();
        boolean tellDurable = synced && index > durableIndex;
        if (tellDurable) {
            durableIndex = index;
        }
        unlocked(() -> {
            turns.tellProgress(tellDurable, index, tellRoom);
            if (!flusher.isMarked(durable) && flusher.nanosUntilMark() <= 0) {
                flusher.mark(durable);
            }
        });
    }

    private interface Step {
        void run() throws IOException;
    }

    private void unlocked(Step step) {
        lock.unlock();
        try {
            step.run();
        } catch (IOException | RuntimeException | Error e) {
            fail("write or sync failed, the outcome of what was in flight is unknown", e);
        } finally {
            lock.lock();
        }
    }

    private void tellFailure() {
        GroupFlusher.abandon(filling);
        JournalException cause = failure.get();
        if (cause != null) {
            unlocked(() -> {
                turns.tellFailure(cause);
                flusher.endSpares();
            });
        }
    }
}
