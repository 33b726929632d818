/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.directory.BackupFolder;
import io.peeklock.journal.directory.BackupManifest;
import io.peeklock.journal.directory.StoreDirectory;
import io.peeklock.journal.directory.StoreHeader;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backs up all journals of an open store as they are at one instant.
 *
 * <p>Owned by the thread that makes the backup.
 *
 * <p>Nobody can append to any journal at that instant, and what was appended until then is what the backup has: it is what a
 * loss of power of the whole machine might have left, so that whatever is right after that is right after a restore. Nothing
 * is read or written meanwhile: where each journal stands is noted, the gates are opened, and what was noted is synced and
 * copied while appends go on behind it. Files stay until they are copied.
 */
final class OnlineBackup {

    private static final int ATTEMPTS = 50;
    private static final long MOST_HELD_MS = 100;
    private static final long PATIENCE_MS = 10_000;

    private final StoreDirectory store;
    private final Clock clock;
    private final List<JournalHold> holds = new ArrayList<>();
    private Instant at = Instant.EPOCH;
    private Duration held = Duration.ZERO;
    private long heldSince;
    private @Nullable JournalHold busy;
    private int attempts;

    OnlineBackup(StoreDirectory store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Takes part in it; see {@link JournalHold#begin}. */
    void add(int index, ArtemisPartitionJournal journal) throws JournalException {
        JournalHold hold = new JournalHold(index, journal);
        holds.add(hold);
        hold.begin();
    }

    /** What takes part in it. */
    List<JournalHold> holds() {
        return holds;
    }

    /**
     * Stops all appends for a moment and notes where the journals stand.
     *
     * @return the header of the store as it was then, or null if somebody has to be waited for, see {@link #await}
     * @throws JournalException if one of them has failed or is closed
     */
    @Nullable
    StoreHeader tryCut() throws JournalException {
        try {
            busy = lockAll();
            return busy == null ? cutLocked() : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw tooBusy();
        }
    }

    /** Waits for who kept {@link #tryCut} from it. He waits for his disk, which is no reason to stop the others. */
    void await() throws JournalException {
        JournalHold inTheWay = busy;
        attempts++;
        try {
            if (inTheWay != null && inTheWay.lock(PATIENCE_MS)) {
                inTheWay.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            attempts = ATTEMPTS;
        }
        if (attempts >= ATTEMPTS) {
            throw tooBusy();
        }
    }

    private JournalException tooBusy() {
        return new JournalException(
                Reason.IO, "the journals of " + store.path() + " are too busy for a backup; try again later");
    }

    /** Locks all, or none and says who kept it from that. */
    private @Nullable JournalHold lockAll() throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < holds.size(); i++) {
            long left = MOST_HELD_MS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (!holds.get(i).lock(Math.max(0, left))) {
                holds.subList(0, i).forEach(JournalHold::unlock);
                return holds.get(i);
            }
            if (i == 0) {
                start = System.nanoTime();
            }
        }
        heldSince = start;
        return null;
    }

    private StoreHeader cutLocked() throws JournalException {
        try {
            for (JournalHold hold : holds) {
                hold.cut();
            }
            at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            return store.header();
        } finally {
            held = Duration.ofNanos(System.nanoTime() - heldSince);
            holds.forEach(JournalHold::unlock);
        }
    }

    /** Copies what was noted, and verifies the copy; deletes it if that fails. */
    BackupReport copy(StoreHeader header, Path target, Consumer<BackupProgress> progress) throws JournalException {
        try {
            long bytes = 0;
            TreeSet<Integer> journals = new TreeSet<>();
            for (JournalHold hold : holds) {
                hold.sync();
                bytes += hold.bytes();
                if (hold.hasFiles()) {
                    journals.add(hold.index());
                }
            }
            BackupFolder folder = BackupFolder.create(store.disk(), target, bytes, progress);
            boolean done = false;
            try {
                for (JournalHold hold : holds) {
                    hold.copy(folder, header.id());
                    hold.close();
                }
                StoreHeader ofBackup = header.withJournals(journals);
                long records = BackupVerifier.readable(store.disk(), target, ofBackup);
                BackupManifest manifest = folder.finish(ofBackup, at, true);
                done = true;
                return new BackupReport(target, at, manifest.files().size(), manifest.bytes(), records, held);
            } finally {
                if (!done) {
                    folder.discard();
                }
            }
        } catch (IOException e) {
            throw DiskErrors.because("cannot back up the store " + store.path() + " into " + target, e);
        }
    }

    /** Lets all files go. */
    void end() {
        holds.forEach(JournalHold::close);
    }
}
