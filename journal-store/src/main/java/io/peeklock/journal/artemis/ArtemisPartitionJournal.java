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
import io.peeklock.journal.SyncTimes;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
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

    private final JournalPlace place;
    private final JournalListener listener;
    private final JournalHome home;

    private final ReentrantLock gate = new ReentrantLock();
    // Held for all of a close, so that a second one does not return before the files are left alone.
    private final ReentrantLock closing = new ReentrantLock();
    private volatile State state = State.NEW;
    private volatile @Nullable JournalEngine engine;

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
        this.place = JournalPlace.of(directory, disk, storeKey, storeId, index, pool, settings);
        this.listener = listener;
        this.home = home;
    }

    @Override
    public LoadReport load(RecordVisitor visitor) throws JournalException {
        return OwnThread.call("load", () -> loadHere(visitor));
    }

    private LoadReport loadHere(RecordVisitor visitor) throws JournalException {
        gate.lock();
        try {
            if (state != State.NEW) {
                throw new IllegalStateException(place.name() + " was loaded or closed already");
            }
            LoadReport report = place.hasFiles(home) ? loadFiles(visitor) : new LoadReport(0, 0, true, filesLost());
            state = State.LOADED;
            return report;
        } catch (IOException e) {
            throw DiskErrors.because(place.name() + " cannot be loaded", e);
        } finally {
            gate.unlock();
        }
    }

    private List<Finding> filesLost() {
        return home.isRemembered()
                ? List.of(new Finding(
                        Damage.DAMAGED_FILE, 0, place.directory().toString(), "all files of the journal are missing"))
                : List.of();
    }

    private LoadReport loadFiles(RecordVisitor visitor) throws JournalException, IOException {
        home.remember();
        JournalSettings settings = place.settings();
        Bookkeeping known = Bookkeeping.read(place.marks());
        SpareFiles.deleteAll(place.disk(), place.directory());
        place.reserve().releaseUnder(4L * settings.firstFillBytes() + settings.fillStepBytes());
        JournalLoader loader = new JournalLoader(place.disk(), place.directory(), place.codec(), known);
        JournalLoader.Inspection inspection = loader.inspect(place.marks().register());
        if (!inspection.clean()) {
            place.sync();
        }
        for (Finding finding : inspection.findings()) {
            LOG.warn("{}: {} {}: {}", place.name(), finding.damage(), finding.where(), finding.description());
        }
        engine = start(inspection, started -> started.load(loader, inspection, visitor));
        loader.complete();
        return new LoadReport(
                inspection.live().size(), inspection.maxRecordId(), inspection.clean(), inspection.findings());
    }

    private interface Beginning {
        void of(JournalEngine started) throws JournalException;
    }

    /** Starts an engine and begins with it; if that fails, nothing is left of it. */
    private JournalEngine start(JournalLoader.Inspection inspection, Beginning beginning) throws JournalException {
        JournalEngine started = new JournalEngine(place, gate, listener, inspection);
        try {
            beginning.of(started);
        } catch (JournalException | RuntimeException | Error e) {
            started.stop();
            closeMarks();
            throw e;
        }
        return started;
    }

    /** Makes the files of a journal that is appended to for the first time. */
    private JournalEngine create() throws JournalException {
        home.makeDirectory();
        try {
            place.disk().createDirectoriesDurably(place.directory());
            place.marks().write(Mark.NOTHING.withClean(false));
        } catch (IOException e) {
            closeMarks();
            throw DiskErrors.because(place.name() + " cannot be created", e);
        }
        remember();
        JournalEngine created = start(JournalLoader.Inspection.ofNothing(), JournalEngine::make);
        place.reserve().take();
        engine = created;
        return created;
    }

    private void remember() throws JournalException {
        try {
            home.remember();
        } catch (JournalException e) {
            closeMarks();
            throw e;
        }
    }

    @Override
    public long append(Batch batch) throws JournalException {
        gate.lock();
        try {
            requireOpen();
            JournalEngine on = engine;
            return (on == null ? create() : on).append(batch);
        } finally {
            gate.unlock();
        }
    }

    @Override
    public long tryAppend(Batch batch) throws JournalException {
        // A checkpoint that somebody else writes waits for the flusher, with the gate.
        if (!gate.tryLock()) {
            return NOT_NOW;
        }
        try {
            requireOpen();
            return hasRoomFor(batch.bodyBytes(), batch.entries().size()) ? append(batch) : NOT_NOW;
        } finally {
            gate.unlock();
        }
    }

    private void requireOpen() throws JournalException {
        switch (state) {
            case NEW -> throw new IllegalStateException(place.name() + " is not loaded");
            case CLOSED -> throw new JournalException(Reason.CLOSED, place.name() + " is closed");
            case LOADED -> {}
        }
    }

    @Override
    public void shrink() {
        JournalEngine on = engine;
        if (on != null && state == State.LOADED) {
            on.shrink();
        }
    }

    @Override
    public boolean hasRoomFor(long bodyBytes, int operations) {
        JournalEngine on = engine;
        return on != null && state == State.LOADED && on.hasRoomFor(bodyBytes, operations);
    }

    @Override
    public long appendedIndex() {
        JournalEngine on = engine;
        return on == null ? 0 : on.appendedIndex();
    }

    @Override
    public long durableIndex() {
        JournalEngine on = engine;
        return on == null ? 0 : on.durableIndex();
    }

    @Override
    public int maxRecordBytes() {
        return place.settings().maxRecordBytes();
    }

    @Override
    public JournalStatistics statistics() {
        JournalEngine on = engine;
        int files = 0;
        long bytes = 0;
        try {
            for (String file : place.disk().list(place.directory())) {
                if (!JournalFiles.isDataFile(file) && !JournalFiles.isSpare(file)) {
                    continue;
                }
                files++;
                bytes += place.disk().size(place.directory().resolve(file));
            }
        } catch (IOException e) {
            // Files come and go while they are counted.
            LOG.debug("{}: cannot count files", place.name(), e);
        }
        return on == null
                ? new JournalStatistics(0, 0, 0, SyncTimes.NONE, files, bytes, 0)
                : new JournalStatistics(
                        on.appendedIndex(),
                        on.bytesWritten(),
                        on.syncs().count(),
                        on.syncs().times(System.nanoTime()),
                        files,
                        bytes,
                        on.bytesInFlight());
    }

    @Override
    public void close() throws JournalException {
        OwnThread.call("close", () -> {
            closing.lock();
            try {
                closeHere();
                return true;
            } finally {
                closing.unlock();
            }
        });
    }

    private void closeHere() throws JournalException {
        JournalEngine on;
        boolean hadFailed;
        gate.lock();
        try {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            on = engine;
            hadFailed = on != null && on.failure() != null;
            if (on != null) {
                on.finish();
            }
        } finally {
            gate.unlock();
        }
        boolean clean = false;
        try {
            clean = on == null || release(on, hadFailed);
        } finally {
            home.closed(clean);
        }
    }

    /**
     * Ends everything that is open; whether the journal is marked as cleanly closed.
     *
     * @throws JournalException if what was appended could not be brought to the disk; nobody else may tell of it
     */
    private boolean release(JournalEngine on, boolean hadFailed) throws JournalException {
        try {
            on.stop();
            JournalException failure = on.failure();
            if (failure == null) {
                place.marks().write(on.durable().withClean(true));
                return true;
            }
            if (failure.reason() == Reason.DISK_FULL) {
                place.reserve().release();
            }
            if (!hadFailed) {
                throw BatchAppender.again(failure);
            }
            return false;
        } catch (IOException e) {
            throw DiskErrors.because(place.name() + " is closed, and its mark could not be written", e);
        } finally {
            closeMarks();
        }
    }

    private void closeMarks() {
        try {
            place.marks().close();
        } catch (IOException e) {
            LOG.debug("{}: cannot close the mark", place.name(), e);
        }
    }

    // For backups.

    ReentrantLock gate() {
        return gate;
    }

    JournalPlace place() {
        return place;
    }

    /** Its files, null if it has none yet. */
    @Nullable
    JournalEngine engine() {
        return engine;
    }

    /**
     * Fails unless it is loaded, not closed and well.
     *
     * @throws JournalException what it failed with; CLOSED, or REFUSED if it is being loaded
     */
    void requireWorking() throws JournalException {
        if (state == State.NEW) {
            throw new JournalException(Reason.REFUSED, place.name() + " is being loaded; try again when it is");
        }
        requireOpen();
        JournalEngine on = engine;
        JournalException failure = on == null ? null : on.failure();
        if (failure != null) {
            throw BatchAppender.again(failure);
        }
    }

    /** Waits until files that are not needed are gone; for tests. */
    void awaitReclaim() throws InterruptedException {
        JournalEngine on = engine;
        if (on != null) {
            on.awaitReclaim();
        }
    }

    /** Compacts now and waits; for tests and tools. */
    void compact() {
        JournalEngine on = engine;
        if (on != null) {
            on.compact();
        }
    }
}
