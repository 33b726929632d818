/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that a journal needs no more, kept to be written over: a sync of bytes whose blocks are there already takes half as
 * long as one beside which new files are filled with zeros.
 *
 * <p>Thread safe.
 *
 * <p>Under its name of a spare a file is none of the journal's. What was in it stays in it, but for its beginning, when it is
 * used again; behind the records of its next use, {@link RecordScanner} passes over it.
 */
final class SpareFiles {

    private static final Logger LOG = LoggerFactory.getLogger(SpareFiles.class);
    /** Of the next header and the first record: nothing of the last use may stand there. */
    private static final int WIPED_BYTES = 4096;
    // What a checkpoint or a compaction lets go at a time, about.
    private static final int MOST = 4;

    private final Disk disk;
    private final Path directory;
    private final JournalSettings settings;
    // Changed under the monitor; looked at by writers, who do not wait for a disk.
    private final Queue<Path> spares = new ConcurrentLinkedQueue<>();
    private long lastNumber;
    private boolean ended;

    /** None yet. */
    SpareFiles(Disk disk, Path directory, JournalSettings settings) {
        this.disk = disk;
        this.directory = directory;
        this.settings = settings;
    }

    /** Takes over a file that nothing needs any more; false if it is to be deleted. */
    synchronized boolean keep(Path file) throws IOException {
        if (ended
                || spares.size() >= MOST
                || !settings.isPlenty(disk.usableBytes(directory))
                || disk.size(file) != settings.fileBytes()) {
            return false;
        }
        lastNumber++;
        Path spare = directory.resolve(JournalFiles.SPARE + lastNumber);
        disk.rename(file, spare);
        spares.add(spare);
        return true;
    }

    /** Whether there is nothing of a former use where the first record of a file is, or will be. */
    static boolean isWiped(ByteBuffer file) {
        for (int at = RecordScanner.FILE_HEADER_BYTES; at < Math.min(WIPED_BYTES, file.limit()); at++) {
            if (file.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    boolean isEmpty() {
        return spares.isEmpty();
    }

    /** Puts a spare file, which nobody has open, in the place of one, which nobody may have open either; false if there is none. */
    boolean take(Path target) throws IOException {
        Path spare;
        synchronized (this) {
            spare = spares.poll();
        }
        if (spare == null) {
            return false;
        }
        disk.rename(spare, target);
        // Before it is written over it must be gone for good under the name with which it was of use.
        disk.syncDirectory(directory);
        // Synced apart from what comes next at this place: if that is lost, no old header and records are there again.
        try (DiskFile wiped = disk.open(target, false)) {
            OpenFile.zeros(wiped, 0, WIPED_BYTES);
            wiped.sync();
        }
        return true;
    }

    /** Gives their room back. What cannot be deleted is left to the next load. */
    synchronized void release() {
        for (Path spare = spares.poll(); spare != null; spare = spares.poll()) {
            delete(spare);
        }
    }

    /** Gives their room back, and keeps none any more. */
    synchronized void end() {
        ended = true;
        release();
    }

    /** Deletes those that an earlier process left. Nothing needs them, and nothing reads them. */
    synchronized void deleteLeft() throws IOException {
        for (String name : disk.list(directory)) {
            if (JournalFiles.isSpare(name)) {
                delete(directory.resolve(name));
            }
        }
    }

    private void delete(Path spare) {
        try {
            disk.delete(spare);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", spare, e.getMessage());
        }
    }
}
