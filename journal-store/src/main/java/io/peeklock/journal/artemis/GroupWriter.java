/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.activemq.artemis.core.journal.EncodingSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was appended in groups: while one is written and synced, the next one forms. Also the place where a failure
 * is latched: after the first one nothing is acknowledged and nothing is tried again (journal dangers 1 and 2).
 *
 * <p>Thread safe. One flusher at a time, on a pool thread; only it calls the listener. It leaves its thread when there is
 * nothing to do and the mark is up to date.
 */
final class GroupWriter {

    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

    private enum State {
        IDLE,
        SCHEDULED,
        RUNNING,
        LINGERING
    }

    private final IoPool pool;
    private final JournalListener listener;
    private final GroupFlusher flusher;
    private final String name;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
    // Held by the flusher while the listener is called.
    private final ReentrantLock callbacks = new ReentrantLock();
    private final AtomicInteger reservations = new AtomicInteger();
    private State state = State.IDLE;
    private Pending filling;
    private Pending draining;
    private long appendedIndex;
    private Mark appended;
    private volatile long durableIndex;
    private volatile long durableSequence;
    private volatile @Nullable JournalException failure;
    private boolean failureTold;
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
     * @param name of the journal, for messages
     * @param start what is durable already
     */
    GroupWriter(
            IoPool pool,
            JournalListener listener,
            MarkFile marks,
            JournalSettings settings,
            String name,
            Mark start) {
        this.pool = pool;
        this.listener = listener;
        this.name = name;
        this.filling = new Pending(settings.bufferBytes());
        this.draining = new Pending(settings.bufferBytes());
        this.appended = start.withClean(false);
        this.durable = appended;
        this.durableSequence = start.sequence();
        this.flusher = new GroupFlusher(
                pool,
                marks,
                settings,
                start,
                e -> fail("sync failed, the outcome of what was in flight is unknown", e));
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
            while (!filling.hasRoom(size) && !callbacks.isHeldByCurrentThread()) {
                schedule();
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
        lock.lock();
        try {
            appended = position;
        } finally {
            lock.unlock();
        }
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
            return state != State.IDLE || failure == null;
        } finally {
            lock.unlock();
        }
    }

    boolean hasRoomFor(long bytes) {
        lock.lock();
        try {
            boolean room = failure == null && reservations.get() == 0 && filling.hasRoom(bytes);
            roomWanted |= !room;
            return room;
        } finally {
            lock.unlock();
        }
    }

    /** Asks for a call of the listener after the next group. */
    void wantRoom() {
        lock.lock();
        try {
            roomWanted = true;
        } finally {
            lock.unlock();
        }
    }

    // Called by anyone.

    /**
     * From when this returns until {@link #unreserve}, the listener is told that there is no room, so that it does not
     * append on the flusher's thread: the caller is about to hold what appends wait for, and to wait for the flusher.
     */
    void reserve() {
        reservations.incrementAndGet();
        callbacks.lock();
        callbacks.unlock();
    }

    void unreserve() {
        reservations.decrementAndGet();
    }

    /** Writes what is pending for a file, syncs and closes it; with {@code wait} returns only then. */
    void close(OpenFile file, boolean wait) throws IOException {
        lock.lock();
        try {
            filling.addClose(file);
            if (failure == null) {
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
            schedule();
            while (doneTicket < ticket) {
                progress.awaitUninterruptibly();
                requireWorking();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Latches the failure; the first one counts. */
    void fail(JournalException cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
                LOG.error("{} has failed and refuses from now on: {}", name, cause.getMessage());
                progress.signalAll();
                schedule();
            }
        } finally {
            lock.unlock();
        }
    }

    void fail(String what, Throwable cause) {
        Throwable root = cause;
        while (!(root instanceof IOException) && root.getCause() != null) {
            root = root.getCause();
        }
        fail(
                root instanceof IOException io
                        ? DiskErrors.because(name + ": " + what, io)
                        : new JournalException(Reason.IO, name + ": " + what + ": " + cause, cause));
    }

    /** Ends the flusher after what is pending. The listener is not called after this returns. */
    void stop() {
        lock.lock();
        try {
            stopping = true;
            work.signal();
            if (failure == null && filling.hasWork()) {
                schedule();
            }
            while (state != State.IDLE) {
                progress.awaitUninterruptibly();
            }
            stopped = true;
            GroupFlusher.abandon(filling);
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    JournalException failure() {
        return failure;
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

    long bytesWritten() {
        return flusher.bytesWritten();
    }

    long syncs() {
        return flusher.syncs();
    }

    long bytesInFlight() {
        lock.lock();
        try {
            return (long) filling.used() + draining.used();
        } finally {
            lock.unlock();
        }
    }

    private void requireWorking() throws IOException {
        if (failure != null) {
            throw new IOException(name + " has failed", failure);
        }
        if (stopped) {
            throw new IOException(name + " is closed");
        }
    }

    private void schedule() {
        if (stopped) {
            return;
        }
        switch (state) {
            case IDLE -> {
                state = State.SCHEDULED;
                if (!pool.tryExecute(this::run)) {
                    state = State.IDLE;
                    if (failure == null) {
                        failure = new JournalException(
                                Reason.IO, name + ": there is no thread to write it; is the number of threads limited?");
                        progress.signalAll();
                    }
                }
            }
            case LINGERING -> work.signal();
            case SCHEDULED, RUNNING -> {}
        }
    }

    // The flusher.

    private void run() {
        lock.lock();
        try {
            state = State.RUNNING;
            while (oneRound()) {}
        } finally {
            state = State.IDLE;
            progress.signalAll();
            lock.unlock();
        }
    }

    /** Does the next thing there is to do; false if there is none. */
    private boolean oneRound() {
        if (failure != null) {
            tellFailure();
            return false;
        }
        if (filling.hasWork()) {
            flushGroup();
            return true;
        }
        if (stopping || flusher.isMarked(durable)) {
            return false;
        }
        if (!linger(flusher.nanosUntilMark())) {
            unlocked(() -> flusher.mark(durable));
        }
        return true;
    }

    /** Waits for work until the mark is due; whether there is any. */
    private boolean linger(long nanos) {
        state = State.LINGERING;
        long left = nanos;
        boolean interrupted = false;
        while (left > 0 && !filling.hasWork() && !stopping && failure == null) {
            try {
                left = work.awaitNanos(left);
            } catch (InterruptedException e) {
                // The pool is going down: the mark is written at once.
                interrupted = true;
                left = 0;
            }
        }
        state = State.RUNNING;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return left > 0;
    }

    private void flushGroup() {
        Pending group = filling;
        filling = draining;
        draining = group;
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
        if (failure != null) {
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
            tellProgress(tellDurable, index, tellRoom);
            if (!flusher.isMarked(durable) && flusher.nanosUntilMark() <= 0) {
                flusher.mark(durable);
            }
        });
    }

    private void tellProgress(boolean isDurable, long index, boolean hasRoom) {
        callbacks.lock();
        try {
            if (isDurable) {
                listener.durable(index);
            }
            if (hasRoom) {
                listener.roomAvailable();
            }
        } finally {
            callbacks.unlock();
        }
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
        JournalException cause = failure;
        if (!failureTold && cause != null) {
            failureTold = true;
            unlocked(() -> listener.failed(cause));
        }
    }
}
