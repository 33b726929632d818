/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.directory.BackupFolder;
import io.peeklock.journal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Copies a journal as it was at an instant while it is appended to: its files stay from {@link #begin} until {@link #close},
 * and only grow.
 *
 * <p>Owned by the thread that makes a backup.
 */
final class JournalHold implements AutoCloseable {

    private final int index;
    private final ArtemisPartitionJournal journal;
    private @Nullable JournalEngine held;
    private @Nullable JournalCut cut;

    JournalHold(int index, ArtemisPartitionJournal journal) {
        this.index = index;
        this.journal = journal;
    }

    int index() {
        return index;
    }

    /** Whether it is this journal that is held. */
    boolean isOf(@Nullable ArtemisPartitionJournal other) {
        return journal == other;
    }

    /** From when this returns its files stay. */
    void begin() throws JournalException {
        journal.requireWorking();
        JournalEngine engine = journal.engine();
        if (engine != null) {
            hold(engine);
            try {
                engine.reclaiming().drain();
            } catch (RejectedExecutionException e) {
                throw new JournalException(Reason.CLOSED, "the store is being closed", e);
            }
        }
    }

    private void hold(JournalEngine engine) {
        engine.reclaiming().hold();
        held = engine;
    }

    /** Keeps everybody from appending until {@link #unlock}; false if somebody does not end for so long. */
    boolean lock(long millis) throws InterruptedException {
        return journal.gate().tryLock(millis, TimeUnit.MILLISECONDS);
    }

    void unlock() {
        journal.gate().unlock();
    }

    /** Notes where it stands. Between {@link #lock} and {@link #unlock}. */
    void cut() throws JournalException {
        journal.requireWorking();
        JournalEngine engine = journal.engine();
        if (engine == null) {
            return;
        }
        if (held == null) {
            // It was made since then, and nothing of it can be superfluous yet.
            hold(engine);
        }
        cut = engine.cut();
    }

    /** Whether there was anything to copy at the instant. */
    boolean hasFiles() {
        return cut != null;
    }

    /** Brings what it held at the instant into its files. */
    void sync() throws JournalException {
        if (held != null) {
            held.sync();
        }
    }

    /** Bytes that {@link #copy} will copy. */
    long bytes() throws IOException {
        JournalCut at = cut;
        long bytes = 0;
        if (at != null) {
            Disk disk = journal.place().disk();
            for (Path file : at.files().subList(0, at.files().size() - 1)) {
                bytes += disk.size(file);
            }
            bytes += at.lastBytes();
        }
        return bytes;
    }

    /** Copies it, as a journal that was closed at the instant. */
    void copy(BackupFolder folder, UUID storeId) throws JournalException, IOException {
        JournalCut at = cut;
        if (at == null) {
            return;
        }
        Disk disk = journal.place().disk();
        List<Path> files = at.files();
        for (int i = 0; i < files.size(); i++) {
            boolean last = i == files.size() - 1;
            folder.copy(index, files.get(i), last ? at.lastBytes() : disk.size(files.get(i)));
            // A journal that is closed or has failed gives its files up.
            requireUnchanged();
        }
        Path directory = folder.directoryOf(index);
        MarkFile marks = journal.place().marks().ofCopy(directory, storeId);
        try {
            marks.write(at.mark().withClean(true));
        } finally {
            marks.close();
        }
        for (String name : disk.list(directory)) {
            if (!JournalFiles.isDataFile(name)) {
                folder.add(index, name);
            }
        }
    }

    private void requireUnchanged() throws JournalException {
        try {
            journal.requireWorking();
        } catch (JournalException e) {
            throw new JournalException(
                    e.reason() == Reason.REFUSED ? Reason.IO : e.reason(),
                    journal.place().name() + " was closed or has failed while it was copied: " + e.getMessage(),
                    e);
        }
    }

    /** Lets its files go. */
    @Override
    public void close() {
        JournalEngine engine = held;
        held = null;
        if (engine != null) {
            engine.reclaiming().release();
        }
    }
}
