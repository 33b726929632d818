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
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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

    private final Executor pool;
    private final JournalListener listener;
    private final MarkFile marks;
    private final long markIntervalNanos;
    private final int fillStep;
    private final String name;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
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
    private long lastTicket;
    private long doneTicket;

    // Of the flusher alone.
    private final Set<OpenFile> dirty = new LinkedHashSet<>();
    private Mark durable;
    private Mark marked;
    private long markedAt;

    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicLong syncs = new AtomicLong();

    /**
     * A writer.
     *
     * @param name of the journal, for messages
     * @param start what is durable already
     */
    GroupWriter(
            Executor pool, JournalListener listener, MarkFile marks, JournalSettings settings, String name, Mark start) {
        this.pool = pool;
        this.listener = listener;
        this.marks = marks;
        this.markIntervalNanos = settings.markInterval().toNanos();
        this.fillStep = settings.fillStepBytes();
        this.name = name;
        this.filling = new Pending(settings.bufferBytes());
        this.draining = new Pending(settings.bufferBytes());
        this.appended = start.withClean(false);
        this.durable = appended;
        this.durableSequence = start.sequence();
        this.marked = start;
        this.markedAt = System.nanoTime() - markIntervalNanos;
    }

    // Called by the appending thread.

    /** Takes a record for a place in a file. Waits while the buffer is full. */
    void write(OpenFile file, long position, int size, EncodingSupport record) throws IOException {
        lock.lock();
        try {
            requireWorking();
            while (!filling.hasRoom(size)) {
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

    /** Says that a batch is complete, and where that leaves the journal. */
    void endBatch(long index, Mark position, boolean sync) {
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
        } finally {
            lock.unlock();
        }
    }

    boolean hasRoomFor(long bytes) {
        lock.lock();
        try {
            boolean room = failure == null && filling.hasRoom(bytes);
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
            closeQuietly(filling);
            filling.clear();
        } finally {
            lock.unlock();
        }
    }

    @Nullable JournalException failure() {
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
        return bytesWritten.get();
    }

    long syncs() {
        return syncs.get();
    }

    long bytesInFlight() {
        lock.lock();
        try {
            return filling.used() + draining.used();
        } finally {
            lock.unlock();
        }
    }

    private void requireWorking() throws IOException {
        if (failure != null) {
            throw new IOException(name + " has failed", failure);
        }
    }

    private void schedule() {
        switch (state) {
            case IDLE -> {
                state = State.SCHEDULED;
                try {
                    pool.execute(this::run);
                } catch (RejectedExecutionException e) {
                    state = State.IDLE;
                    if (failure == null) {
                        failure = new JournalException(Reason.CLOSED, name + ": the store's threads were shut down", e);
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
        if (stopping || durable.equals(marked)) {
            return false;
        }
        long wait = markedAt + markIntervalNanos - System.nanoTime();
        if (wait > 0) {
            linger(wait);
        } else {
            unlocked(() -> mark(durable));
        }
        return true;
    }

    private void linger(long nanos) {
        state = State.LINGERING;
        try {
            work.awaitNanos(nanos);
        } catch (InterruptedException e) {
            // The pool is going down; the mark is written at once, then the thread ends with its flag set.
            markedAt = System.nanoTime() - markIntervalNanos;
            unlocked(() -> mark(durable));
            Thread.currentThread().interrupt();
        } finally {
            state = State.RUNNING;
        }
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
            write(group);
            if (markNow && !position.equals(marked)) {
                mark(position);
            }
        });
        if (failure != null) {
            closeQuietly(group);
        }
        group.clear();
        if (failure != null) {
            return;
        }
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
            if (tellDurable) {
                listener.durable(index);
            }
            if (tellRoom) {
                listener.roomAvailable();
            }
            if (!durable.equals(marked) && System.nanoTime() - markedAt >= markIntervalNanos) {
                mark(durable);
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

    private void write(Pending group) throws IOException {
        if (marked.clean() && !group.segments().isEmpty()) {
            // From here on a stop without a close can be told.
            mark(durable);
        }
        Pending.Segment last = null;
        for (Pending.Segment segment : group.segments()) {
            dirty.add(segment.file());
            segment.file().write(group.content(segment), segment.position());
            bytesWritten.addAndGet(segment.to() - segment.from());
            last = segment;
        }
        if (group.wantsSync()) {
            for (OpenFile file : dirty) {
                file.sync();
                syncs.incrementAndGet();
            }
            dirty.clear();
        }
        for (OpenFile file : group.closes()) {
            if (dirty.remove(file)) {
                file.sync();
                syncs.incrementAndGet();
            }
            file.close();
        }
        if (last != null && !group.closes().contains(last.file())) {
            fillAhead(last.file(), last.position() + last.to() - last.from());
        }
    }

    private void fillAhead(OpenFile file, long position) {
        if (file.needsFill(position, fillStep)) {
            Runnable fill = () -> fill(file);
            try {
                pool.execute(fill);
            } catch (RejectedExecutionException e) {
                fill.run();
            }
        }
    }

    private void fill(OpenFile file) {
        try {
            file.fill(fillStep);
        } catch (IOException | RuntimeException | Error e) {
            fail("sync failed, the outcome of what was in flight is unknown", e);
        }
    }

    private void mark(Mark mark) throws IOException {
        marks.write(mark);
        marked = mark;
        markedAt = System.nanoTime();
    }

    private void tellFailure() {
        closeQuietly(filling);
        filling.clear();
        JournalException cause = failure;
        if (!failureTold && cause != null) {
            failureTold = true;
            unlocked(() -> listener.failed(cause));
        }
    }

    private static void closeQuietly(Pending pending) {
        for (OpenFile file : pending.closes()) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("cannot close a file of a failed journal", e);
            }
        }
    }
}
