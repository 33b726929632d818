/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.activemq.artemis.api.core.Pair;
import org.apache.activemq.artemis.core.io.SequentialFile;
import org.apache.activemq.artemis.core.journal.impl.JournalFile;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Artemis journal, whose compaction begins between two batches and right after a checkpoint.
 *
 * <p>Thread safe as far as the Artemis journal is; appends are serial, under the gate.
 *
 * <p>Why: compaction keeps only the newest replacement of a record, which must not be one of a batch that does not come to
 * be; and it drops what is dead, which a checkpoint must have said before.
 */
final class GatedJournal extends JournalImpl {

    /** Writes a checkpoint; called with the gate held. */
    interface BeforeCompaction {
        void run() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(GatedJournal.class);
    private static final int FILE_OPEN_TIMEOUT_SECONDS = 60;

    private final JournalExecutors executors;
    private final JournalSettings settings;
    private final DiskFileFactory files;
    private final ReentrantLock gate;
    private final BeforeCompaction beforeCompaction;
    private final Runnable afterFileSwitch;
    private final ReentrantLock compaction = new ReentrantLock();
    private volatile boolean stopping;
    // Of the thread that compacts.
    private boolean reserved;

    GatedJournal(
            Executor pool,
            JournalSettings settings,
            DiskFileFactory files,
            ReentrantLock gate,
            BeforeCompaction beforeCompaction,
            Runnable afterFileSwitch) {
        this(new JournalExecutors(pool), settings, files, gate, beforeCompaction, afterFileSwitch);
    }

    private GatedJournal(
            JournalExecutors executors,
            JournalSettings settings,
            DiskFileFactory files,
            ReentrantLock gate,
            BeforeCompaction beforeCompaction,
            Runnable afterFileSwitch) {
        super(
                executors,
                settings.fileBytes(),
                2,
                0,
                settings.compactMinFiles(),
                settings.compactPercentage(),
                FILE_OPEN_TIMEOUT_SECONDS,
                files,
                JournalFiles.PREFIX,
                JournalFiles.EXTENSION,
                1,
                0,
                (exception, message, file) -> files.onIOError(exception, message, file),
                0);
        this.executors = executors;
        this.settings = settings;
        this.files = files;
        this.gate = gate;
        this.beforeCompaction = beforeCompaction;
        this.afterFileSwitch = afterFileSwitch;
        setRemoveExtraFilesOnLoad(true);
        replaceableRecord(RecordType.REPLACE.id());
    }

    /** Bytes that still fit into the file that the next record goes to; none after the end. */
    long room() {
        JournalFile current = getCurrentFile();
        return current == null ? 0 : ((BatchingFile) current.getFile()).room();
    }

    /** The file that the next record goes to, if it fits. */
    BatchingFile currentBatchingFile() {
        return (BatchingFile) getCurrentFile().getFile();
    }

    /** Files in use, the one that the next record goes to last. Under the gate, while nothing is reclaimed. */
    List<Path> filesInUse() {
        List<Path> paths = new ArrayList<>();
        for (JournalFile file : getDataFiles()) {
            paths.add(files.directory().resolve(file.getFile().getFileName()));
        }
        paths.add(files.directory().resolve(currentBatchingFile().getFileName()));
        return paths;
    }

    /** Runs all that deletes files. */
    HoldableExecutor reclaiming() {
        return executors.compaction();
    }

    @Override
    protected void moveNextFile(boolean scheduleReclaim, boolean blockOnClose) throws Exception {
        files.becomeBusy();
        super.moveNextFile(scheduleReclaim, blockOnClose);
        unreserve();
        afterFileSwitch.run();
    }

    // Not under the monitor that Artemis's stop holds while it waits for this thread.
    @Override
    public void compact() {
        compaction.lock();
        try {
            if (!stopping && hasRoomToCompact()) {
                super.compact();
            }
        } finally {
            if (gate.isHeldByCurrentThread()) {
                gate.unlock();
            }
            unreserve();
            compaction.unlock();
        }
    }

    // A compaction that runs out of room fails the journal, which could have been drained.
    private boolean hasRoomToCompact() {
        try {
            return files.disk().usableBytes(files.directory())
                    > liveBytes() + 4L * settings.firstFillBytes() + settings.fillStepBytes();
        } catch (IOException e) {
            LOG.warn("{} is not compacted: its room cannot be told", files.directory(), e);
            return false;
        }
    }

    private long liveBytes() {
        long live = getCurrentFile().getLiveSize();
        for (JournalFile file : getDataFiles()) {
            live += file.getLiveSize();
        }
        return live;
    }

    /**
     * Deletes the files that nothing needs, and compacts the others if most of them is dead. Returns at once.
     *
     * @param before writes a checkpoint, so that no file is kept for an older one; on the thread that reclaims
     */
    void shrink(Runnable before) {
        executors.compaction().execute(() -> {
            try {
                before.run();
                checkReclaimStatus();
                files.spares().release();
                if (!stopping && isMostlyDead()) {
                    compact();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.warn("{} gives no disk space back: {}", files.directory(), e.getMessage());
            }
        });
    }

    /** Has a task done by another thread, at the latest when this stops; false if there is no thread. */
    boolean tryBeforeStop(Runnable task) {
        try {
            executors.compaction().execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("the store's threads were shut down", e);
            return false;
        }
    }

    private boolean isMostlyDead() throws IOException {
        long used = settings.fileBytes() - room();
        for (JournalFile file : getDataFiles()) {
            used += files.disk().size(files.directory().resolve(file.getFile().getFileName()));
        }
        return used > settings.fillStepBytes() && liveBytes() * 2 < used;
    }

    private void unreserve() {
        if (compaction.isHeldByCurrentThread() && reserved) {
            reserved = false;
            files.writer().turns().unreserve();
        }
    }

    /** Waits for what is under way in other threads (Artemis would for ten seconds only), then stops. Without the gate. */
    @Override
    public void stop() {
        stopping = true;
        executors.drain();
        super.stop();
    }

    /** Ends the files, after {@link #stop} and the end of the writer: nothing is left open, nor of former uses unless there was a failure. */
    void endFiles() {
        files.closeAll();
        if (files.writer().failure() == null) {
            files.removeRemains();
        }
    }

    @Override
    protected void onCompactStart() throws Exception {
        reserved = true;
        files.writer().turns().reserve();
        gate.lock();
        beforeCompaction.run();
    }

    // The journal's own lock is held now, until the snapshot is taken: appends wait there, before their next record.
    @Override
    protected void onCompactLockingTheJournal() {
        if (gate.isHeldByCurrentThread()) {
            gate.unlock();
        }
    }

    @Override
    protected SequentialFile createControlFile(
            List<JournalFile> oldFiles, List<JournalFile> newFiles, Pair<String, String> cleanupRename)
            throws Exception {
        // The point of no return: the new files are not whole if anything failed, and they hold none but the last
        // checkpoint, so the mark must know of that.
        files.writer().syncAndMark();
        new CompactionControl(names(oldFiles), names(newFiles)).write(files.disk(), files.directory());
        return files.createSequentialFile(JournalFiles.CONTROL);
    }

    private static List<String> names(List<JournalFile> journalFiles) {
        return journalFiles.stream().map(file -> file.getFile().getFileName()).toList();
    }

    // Old files must be gone for good before the note that says so goes.
    @Override
    protected void deleteControlFile(SequentialFile controlFile) throws Exception {
        files.syncDirectory();
        controlFile.delete();
        files.syncDirectory();
    }
}
