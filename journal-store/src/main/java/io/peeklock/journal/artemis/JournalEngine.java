/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal that has files: the Artemis journal, with the appender before it and the group writer behind it.
 *
 * <p>Loading, appending, checkpoints and {@link #finish} are under the journal's gate; the rest is for any thread.
 */
final class JournalEngine {

    private static final Logger LOG = LoggerFactory.getLogger(JournalEngine.class);

    private final JournalPlace place;
    private final ReentrantLock gate;
    private final GroupWriter writer;
    private final GatedJournal journal;
    private final BatchAppender appender;
    private final AtomicBoolean shrinking = new AtomicBoolean();
    private volatile long appendedIndex;
    private volatile boolean reserveGrown;
    private volatile boolean finished;

    /** Starts it; it is to be loaded. */
    JournalEngine(
            JournalPlace place, ReentrantLock gate, JournalListener listener, JournalLoader.Inspection inspection) {
        this.place = place;
        this.gate = gate;
        this.writer = new GroupWriter(
                place.pool(), listener, place.marks(), place.settings(), place.name(), inspection.position());
        DiskFileFactory files = new DiskFileFactory(place.disk(), place.directory(), place.settings(), writer);
        this.journal = new GatedJournal(
                place.pool().executor(),
                place.settings(),
                files,
                gate,
                this::checkpointBeforeCompaction,
                this::growReserve);
        this.appender = new BatchAppender(
                journal,
                writer,
                place.marks().register(),
                place.codec(),
                place.settings(),
                inspection.live(),
                inspection.checkpoint(),
                inspection.nextSequence(),
                inspection.maxRecordId());
        journal.start();
    }

    /** Loads what was found, and leaves nothing that the next load would find again. */
    void load(JournalLoader loader, JournalLoader.Inspection inspection, RecordVisitor visitor)
            throws JournalException {
        try {
            loader.stream(inspection, journal, visitor);
        } catch (JournalException e) {
            // Of a disk that failed Artemis only says that a file is not open.
            requireWorking();
            throw e;
        }
        boolean healthy = inspection.findings().isEmpty()
                && inspection.clean()
                && inspection.superfluous().size() == 0;
        if (!healthy || appender.isCheckpointDue()) {
            tidy(inspection);
        }
        requireWorking();
    }

    /** Writes a new checkpoint, and deletes of what is not live. */
    private void tidy(JournalLoader.Inspection inspection) throws JournalException {
        appender.checkpoint();
        List<Long> ids = new ArrayList<>();
        inspection.superfluous().forEach(ids::add);
        for (long id : ids) {
            appender.delete(id);
        }
        writer.endBatch(0, appender.position(), true);
        try {
            writer.sync();
        } catch (IOException e) {
            requireWorking();
            throw DiskErrors.because(place.name() + " cannot be loaded", e);
        }
    }

    /** Makes the first files. */
    void make() throws JournalException {
        try {
            journal.loadInternalOnly();
        } catch (Exception e) {
            JournalException failure = writer.failure();
            throw failure != null ? failure : new JournalException(Reason.IO, place.name() + " cannot be created", e);
        }
    }

    long append(Batch batch) throws JournalException {
        requireWorking();
        try {
            if (appender.isCheckpointDue()) {
                appender.checkpoint();
            }
            appender.append(batch);
        } catch (RuntimeException | Error e) {
            // A part of the batch may be in the files, and its sequences must not be used again.
            writer.fail("a batch could not be written whole", e);
            throw e;
        }
        long index = appendedIndex + 1;
        appendedIndex = index;
        if (!writer.endBatch(index, appender.position(), batch.isDurable())) {
            requireWorking();
        }
        return index;
    }

    boolean hasRoomFor(long bodyBytes, int operations) {
        long bytes = bodyBytes
                + (long) operations * BatchAppender.OPERATION_OVERHEAD_BYTES
                + BatchAppender.BATCH_OVERHEAD_BYTES;
        boolean room = !appender.isCheckpointDue() && journal.room() >= bytes && !gate.hasQueuedThreads();
        if (!room) {
            writer.wantRoom();
        }
        return room && writer.hasRoomFor(bytes);
    }

    private void checkpoint() throws JournalException {
        requireWorking();
        appender.checkpoint();
        writer.endBatch(appendedIndex, appender.position(), true);
    }

    private void checkpointBeforeCompaction() throws IOException {
        try {
            checkpoint();
        } catch (JournalException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Gives disk space back soon. */
    void shrink() {
        if (!finished && shrinking.compareAndSet(false, true)) {
            try {
                journal.shrink(this::checkpointBeforeShrinking);
            } catch (RejectedExecutionException e) {
                shrinking.set(false);
                LOG.debug("{}: the store's threads were shut down", place.name(), e);
            }
        }
    }

    private void checkpointBeforeShrinking() {
        shrinking.set(false);
        writer.turns().reserve();
        gate.lock();
        try {
            if (!finished && appender.isCheckpointWorthwhile()) {
                checkpoint();
            }
        } catch (JournalException e) {
            // The listener hears of it.
            LOG.debug("{}: no checkpoint", place.name(), e);
        } finally {
            gate.unlock();
            writer.turns().unreserve();
        }
    }

    private void growReserve() {
        if (!reserveGrown) {
            // Without a thread it stays as it is.
            reserveGrown = journal.tryBeforeStop(place.reserve()::grow);
        }
    }

    // For backups.

    /** Runs all that deletes files: while it is held they stay. */
    HoldableExecutor reclaiming() {
        return journal.reclaiming();
    }

    /** Where what was appended so far is. With the gate, while files stay. */
    JournalCut cut() {
        return new JournalCut(
                journal.filesInUse(), journal.currentBatchingFile().position(), appender.position());
    }

    /** Brings what was appended so far into the files, durably. Without the gate. */
    void sync() throws JournalException {
        try {
            writer.sync();
        } catch (IOException e) {
            requireWorking();
            throw DiskErrors.because(place.name() + " cannot be synced", e);
        }
    }

    private void requireWorking() throws JournalException {
        JournalException failure = writer.failure();
        if (failure != null) {
            if (failure.reason() == Reason.DISK_FULL) {
                place.reserve().release();
            }
            throw BatchAppender.again(failure);
        }
    }

    @Nullable
    JournalException failure() {
        return writer.failure();
    }

    long appendedIndex() {
        return appendedIndex;
    }

    long durableIndex() {
        return writer.durableIndex();
    }

    /** What is durable; exact after {@link #stop}. */
    Mark durable() {
        return writer.durable();
    }

    long bytesWritten() {
        return writer.flusher().bytesWritten();
    }

    SyncClock syncs() {
        return writer.flusher().syncs();
    }

    long bytesInFlight() {
        return writer.bytesInFlight();
    }

    /** Leaves a checkpoint, so that the next load can name what is missing. A failure is latched, and kept for later. */
    void finish() {
        finished = true;
        if (writer.failure() != null) {
            return;
        }
        try {
            if (appender.hasChanged()) {
                appender.checkpoint();
            }
            writer.endBatch(appendedIndex, appender.position(), true);
            writer.sync();
        } catch (JournalException | IOException e) {
            LOG.warn("{} could not be closed cleanly: {}", place.name(), e.getMessage());
        }
    }

    /** Ends everything that is under way, and closes every file. Without the gate. */
    void stop() {
        journal.stop();
        writer.stop();
        journal.endFiles();
    }

    /** Waits until files that are not needed are gone; for tests. */
    void awaitReclaim() throws InterruptedException {
        journal.flush();
    }

    /** Compacts now and waits; for tests and tools. */
    void compact() {
        journal.testCompact();
    }
}
