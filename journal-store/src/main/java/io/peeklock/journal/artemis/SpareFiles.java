/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Files that a journal needs no more, kept to be written over: a sync of bytes whose blocks are there already takes half as
 * long as one beside which new files are filled with zeros.
 *
 * <p>Thread safe.
 *
 * <p>Under its name of a spare a file is none of the journal's. What was in it stays in it; behind the records of its next
 * use, {@link RecordScanner} passes over it.
 */
final class SpareFiles {

    /** Of the next header and the first record: no record of the last use may stand behind the header. */
    private static final int WIPED_BYTES = 4096;

    private final Disk disk;
    private final Path directory;
    private final int fileBytes;
    private final int most;
    private final Deque<Path> spares = new ArrayDeque<>();
    private long lastNumber;

    /**
     * None yet.
     *
     * @param fileBytes size of a file; others are not kept
     * @param most that are kept
     */
    SpareFiles(Disk disk, Path directory, int fileBytes, int most) {
        this.disk = disk;
        this.directory = directory;
        this.fileBytes = fileBytes;
        this.most = most;
    }

    /** Takes over a file that nothing needs any more; false if it is to be deleted. */
    synchronized boolean keep(Path file) throws IOException {
        if (spares.size() >= most || disk.size(file) != fileBytes) {
            return false;
        }
        lastNumber++;
        Path spare = directory.resolve(JournalFiles.SPARE + lastNumber);
        disk.rename(file, spare);
        // Before it is written over it must be gone for good under its old name.
        disk.syncDirectory(directory);
        spares.add(spare);
        return true;
    }

    /** Puts a spare file in the place of one; false if there is none. What is in it is not synced. */
    boolean take(Path target) throws IOException {
        Path spare;
        synchronized (this) {
            spare = spares.poll();
        }
        if (spare == null) {
            return false;
        }
        try (DiskFile file = disk.open(spare, false)) {
            OpenFile.zeros(file, 0, Math.min(WIPED_BYTES, fileBytes));
        }
        disk.rename(spare, target);
        // Before it gets its last name: the file that it replaces may be there after a power cut, and is empty.
        disk.syncDirectory(directory);
        return true;
    }

    /** Gives their room back. */
    synchronized void release() throws IOException {
        for (Path spare = spares.poll(); spare != null; spare = spares.poll()) {
            disk.delete(spare);
        }
    }

    /** Deletes those of a journal that is about to be loaded. */
    static void deleteAll(Disk disk, Path directory) throws IOException {
        for (String name : disk.list(directory)) {
            if (JournalFiles.isSpare(name)) {
                disk.delete(directory.resolve(name));
            }
        }
    }
}
