/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStatistics;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition's journal on the Artemis journal, with envelopes, checkpoints and a mark of its own around it.
 *
 * <p>Thread safe as {@link PartitionJournal} says. The gate makes appends, checkpoints, the start of a compaction and the
 * close exclusive.
 */
public final class ArtemisPartitionJournal implements PartitionJournal {

    private static final Logger LOG = LoggerFactory.getLogger(ArtemisPartitionJournal.class);

    private enum State {
        NEW,
        LOADED,
        CLOSED
    }

    private final Path directory;
    private final Disk disk;
    private final Executor pool;
    private final JournalSettings settings;
    private final JournalListener listener;
    private final RecordCodec codec;
    private final MarkFile marks;
    private final Reserve reserve;
    private final JournalHome home;
    private final String name;

    private final ReentrantLock gate = new ReentrantLock();
    private volatile State state = State.NEW;
    private volatile @Nullable Engine engine;
    private volatile long appendedIndex;
    private volatile boolean reserveGrown;
    private final AtomicBoolean shrinking = new AtomicBoolean();

    /** What exists once there are files. */
    private record Engine(GatedJournal journal, GroupWriter writer, BatchAppender appender) {}

    /**
     * A journal, not yet loaded.
     *
     * @param directory its own; made when it is first appended to
     * @param storeKey at least 16 secret bytes that mask bodies
     * @param storeId of the store it belongs to
     * @param index of the journal in the store
     * @param pool for the flusher, file work and compaction; must give each task a thread without waiting for others
     */
    public ArtemisPartitionJournal(
            Path directory,
            Disk disk,
            byte[] storeKey,
            UUID storeId,
            int index,
            Executor pool,
            JournalSettings settings,
            JournalListener listener) {
        this(directory, disk, storeKey, storeId, index, pool, settings, listener, JournalHome.NONE);
    }

    ArtemisPartitionJournal(
            Path directory,
            Disk disk,
            byte[] storeKey,
            UUID storeId,
            int index,
            Executor pool,
            JournalSettings settings,
            JournalListener listener,
            JournalHome home) {
        this.directory = directory;
        this.disk = disk;
        this.pool = pool;
        this.settings = settings;
        this.listener = listener;
        this.home = home;
        BodyMask mask = new BodyMask(storeKey);
        this.codec = new RecordCodec(mask);
        this.marks = new MarkFile(disk, directory, storeId, index, mask.check());
        this.reserve = new Reserve(disk, directory, settings.reserveBytes());
        this.name = "journal " + index + " in " + directory;
    }

    @Override
    public LoadReport load(RecordVisitor visitor) throws JournalException {
        gate.lock();
        try {
            if (state != State.NEW) {
                throw new IllegalStateException(name + " was loaded or closed already");
            }
            if (!marks.exists() && JournalFiles.dataFiles(disk, directory).isEmpty()) {
                state = State.LOADED;
                return new LoadReport(0, 0, true, filesLost());
            }
            LoadReport report = loadFiles(visitor);
            state = State.LOADED;
            return report;
        } catch (IOException e) {
            throw DiskErrors.because(name + " cannot be loaded", e);
        } finally {
            gate.unlock();
        }
    }

    private List<Finding> filesLost() {
        return home.mustHaveFiles()
                ? List.of(new Finding(
                        Damage.DAMAGED_FILE, 0, directory.toString(), "all files of the journal are missing"))
                : List.of();
    }

    private LoadReport loadFiles(RecordVisitor visitor) throws JournalException, IOException {
        JournalLoader loader = new JournalLoader(disk, directory, codec, Bookkeeping.read(marks));
        reserve.releaseUnder(4L * settings.firstFillBytes() + settings.fillStepBytes());
        JournalLoader.Inspection inspection = loader.inspect(marks.register());
        for (Finding finding : inspection.findings()) {
            LOG.warn("{}: {} {}: {}", name, finding.damage(), finding.where(), finding.description());
        }
        Engine started = start(inspection);
        try {
            loader.stream(inspection, started.journal(), visitor);
            boolean healthy = inspection.findings().isEmpty()
                    && inspection.clean()
                    && inspection.superfluous().size() == 0;
            if (!healthy || started.appender().isCheckpointDue()) {
                tidy(started, inspection);
            }
            requireWorking(started);
        } catch (JournalException | RuntimeException e) {
            // Of a failed disk Artemis only says that a file is not open.
            JournalException failure = started.writer().failure();
            stop(started);
            closeMarks();
            if (failure != null) {
                throw BatchAppender.again(failure);
            }
            throw e;
        }
        engine = started;
        loader.complete();
        return new LoadReport(
                inspection.live().size(), inspection.maxRecordId(), inspection.clean(), inspection.findings());
    }

    private Engine start(JournalLoader.Inspection inspection) {
        GroupWriter writer = new GroupWriter(pool, listener, marks, settings, name, inspection.position());
        DiskFileFactory files = new DiskFileFactory(disk, directory, settings, writer);
        GatedJournal journal =
                new GatedJournal(pool, settings, files, gate, this::checkpointBeforeCompaction, this::growReserve);
        BatchAppender appender = new BatchAppender(
                journal,
                writer,
                marks.register(),
                codec,
                settings,
                inspection.live(),
                inspection.checkpoint(),
                inspection.nextSequence(),
                inspection.maxRecordId());
        journal.start();
        return new Engine(journal, writer, appender);
    }

    /** Leaves nothing for the next load to find again: a new checkpoint, and deletes of what is not live. */
    private void tidy(Engine on, JournalLoader.Inspection inspection) throws JournalException {
        on.appender().checkpoint();
        List<Long> ids = new ArrayList<>();
        inspection.superfluous().forEach(ids::add);
        for (long id : ids) {
            on.appender().delete(id);
        }
        on.writer().endBatch(0, on.appender().position(), true);
        try {
            on.writer().sync();
        } catch (IOException e) {
            requireWorking(on);
            throw DiskErrors.because(name + " cannot be loaded", e);
        }
    }

    /** Makes the files of a journal that is appended to for the first time. */
    private Engine create() throws JournalException {
        home.create();
        try {
            disk.createDirectoriesDurably(directory);
            marks.write(Mark.NOTHING.withClean(false));
        } catch (IOException e) {
            throw DiskErrors.because(name + " cannot be created", e);
        }
        Engine created = start(JournalLoader.Inspection.ofNothing());
        try {
            created.journal().loadInternalOnly();
        } catch (Exception e) {
            JournalException failure = created.writer().failure();
            stop(created);
            closeMarks();
            throw failure != null ? failure : new JournalException(Reason.IO, name + " cannot be created", e);
        }
        reserve.take();
        engine = created;
        return created;
    }

    @Override
    public long append(Batch batch) throws JournalException {
        gate.lock();
        try {
            requireOpen();
            Engine on = engine == null ? create() : engine;
            requireWorking(on);
            if (on.appender().isCheckpointDue()) {
                on.appender().checkpoint();
            }
            on.appender().append(batch);
            long index = appendedIndex + 1;
            appendedIndex = index;
            on.writer().endBatch(index, on.appender().position(), batch.isDurable());
            return index;
        } finally {
            gate.unlock();
        }
    }

    private void checkpointBeforeCompaction() throws IOException {
        Engine on = engine;
        if (on == null) {
            throw new IOException(name + " is not loaded");
        }
        try {
            requireWorking(on);
            on.appender().checkpoint();
            on.writer().endBatch(appendedIndex, on.appender().position(), true);
        } catch (JournalException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void shrink() {
        Engine on = engine;
        if (on != null && state == State.LOADED && shrinking.compareAndSet(false, true)) {
            try {
                on.journal().shrink(this::checkpointBeforeShrinking);
            } catch (RejectedExecutionException e) {
                shrinking.set(false);
                LOG.debug("{}: the store's threads were shut down", name, e);
            }
        }
    }

    private void checkpointBeforeShrinking() {
        shrinking.set(false);
        Engine on = engine;
        if (on == null) {
            return;
        }
        on.writer().reserve();
        gate.lock();
        try {
            if (state == State.LOADED && on.appender().isCheckpointWorthwhile()) {
                requireWorking(on);
                on.appender().checkpoint();
                on.writer().endBatch(appendedIndex, on.appender().position(), true);
            }
        } catch (JournalException e) {
            // The listener hears of it.
            LOG.debug("{}: no checkpoint", name, e);
        } finally {
            gate.unlock();
            on.writer().unreserve();
        }
    }

    private void growReserve() {
        if (!reserveGrown) {
            reserveGrown = true;
            pool.execute(reserve::grow);
        }
    }

    private void requireOpen() throws JournalException {
        switch (state) {
            case NEW -> throw new IllegalStateException(name + " is not loaded");
            case CLOSED -> throw new JournalException(Reason.CLOSED, name + " is closed");
            case LOADED -> {}
        }
    }

    private void requireWorking(Engine on) throws JournalException {
        JournalException failure = on.writer().failure();
        if (failure != null) {
            if (failure.reason() == Reason.DISK_FULL) {
                reserve.release();
            }
            throw BatchAppender.again(failure);
        }
    }

    @Override
    public boolean hasRoomFor(long bodyBytes, int operations) {
        Engine on = engine;
        if (on == null || state != State.LOADED) {
            return false;
        }
        long bytes = bodyBytes
                + (long) operations * BatchAppender.OPERATION_OVERHEAD_BYTES
                + BatchAppender.BATCH_OVERHEAD_BYTES;
        boolean room = !on.appender().isCheckpointDue()
                && on.journal().currentBatchingFile().room() >= bytes
                && !gate.hasQueuedThreads();
        if (!room) {
            on.writer().wantRoom();
        }
        return room && on.writer().hasRoomFor(bytes);
    }

    @Override
    public long appendedIndex() {
        return appendedIndex;
    }

    @Override
    public long durableIndex() {
        Engine on = engine;
        return on == null ? 0 : on.writer().durableIndex();
    }

    @Override
    public int maxRecordBytes() {
        return settings.maxRecordBytes();
    }

    @Override
    public JournalStatistics statistics() {
        Engine on = engine;
        int files = 0;
        long bytes = 0;
        try {
            for (String file : JournalFiles.dataFiles(disk, directory)) {
                files++;
                bytes += disk.size(directory.resolve(file));
            }
        } catch (IOException e) {
            // Files come and go while they are counted.
            LOG.debug("{}: cannot count files", name, e);
        }
        if (on == null) {
            return new JournalStatistics(0, 0, 0, files, bytes, 0);
        }
        GroupWriter writer = on.writer();
        return new JournalStatistics(
                appendedIndex, writer.bytesWritten(), writer.syncs(), files, bytes, writer.bytesInFlight());
    }

    @Override
    public void close() throws JournalException {
        Engine on;
        gate.lock();
        try {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            on = engine;
            if (on != null && on.writer().failure() == null) {
                finish(on);
            }
        } finally {
            gate.unlock();
        }
        boolean clean = false;
        try {
            clean = on == null || release(on);
        } finally {
            home.closed(clean);
        }
    }

    /** Ends everything that is open; whether the journal is marked as cleanly closed. */
    private boolean release(Engine on) throws JournalException {
        stop(on);
        try {
            JournalException failure = on.writer().failure();
            if (failure == null) {
                marks.write(on.writer().durable().withClean(true));
                return true;
            }
            if (failure.reason() == Reason.DISK_FULL) {
                reserve.release();
            }
            return false;
        } catch (IOException e) {
            throw DiskErrors.because(name + " is closed, and its mark could not be written", e);
        } finally {
            closeMarks();
        }
    }

    /** Leaves a checkpoint, so that the next load can name what is missing. A failure is latched, and kept for later. */
    private void finish(Engine on) {
        try {
            if (on.appender().hasChanged()) {
                on.appender().checkpoint();
            }
            on.writer().endBatch(appendedIndex, on.appender().position(), true);
            on.writer().sync();
        } catch (JournalException | IOException e) {
            LOG.warn("{} could not be closed cleanly: {}", name, e.getMessage());
        }
    }

    private static void stop(Engine on) {
        on.journal().stop();
        on.writer().stop();
    }

    private void closeMarks() {
        try {
            marks.close();
        } catch (IOException e) {
            LOG.debug("{}: cannot close the mark", name, e);
        }
    }

    /** Waits until files that are not needed are gone; for tests. */
    void awaitReclaim() throws InterruptedException {
        Engine on = engine;
        if (on != null) {
            on.journal().flush();
        }
    }

    /** Compacts now and waits; for tests and tools. */
    void compact() {
        Engine on = engine;
        if (on != null) {
            on.journal().testCompact();
        }
    }
}
