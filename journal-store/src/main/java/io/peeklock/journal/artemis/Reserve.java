/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps some bytes of the disk back, so that a journal can be loaded and drained when the disk is full (journal danger 10).
 *
 * <p>Any thread; the file system keeps its state.
 */
final class Reserve {

    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);
    // Never the last bytes of a disk for a reserve.
    private static final int SPARE_FACTOR = 64;
    private static final int GROWTH = 8;

    private final Disk disk;
    private final Path directory;
    private final Path file;
    private final int bytes;

    Reserve(Disk disk, Path directory, int bytes) {
        this.disk = disk;
        this.directory = directory;
        this.file = directory.resolve(JournalFiles.RESERVE);
        this.bytes = bytes;
    }

    /** Takes the bytes that a small journal needs, if there is plenty. */
    void take() {
        take(bytes);
    }

    /** Takes more for a journal of several files: what it takes to remove the records of one of them. */
    void grow() {
        take(bytes * GROWTH);
    }

    private void take(int wanted) {
        try {
            long taken = disk.exists(file) ? disk.size(file) : 0;
            if (taken < wanted && disk.usableBytes(directory) / SPARE_FACTOR > wanted) {
                try (DiskFile out = disk.open(file, true)) {
                    OpenFile.zeros(out, taken, wanted);
                    out.sync();
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot keep {} bytes back in {}: {}", wanted, file, e.getMessage());
            release();
        }
    }

    /** Gives the bytes back if the disk has fewer left than this. */
    void releaseUnder(long usableBytes) throws IOException {
        if (disk.exists(file) && disk.usableBytes(directory) < usableBytes) {
            release();
        }
    }

    void release() {
        try {
            disk.delete(file);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", file, e.getMessage());
        }
    }
}
