/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a journal lies, and what stands beside its files.
 *
 * <p>Itself immutable; each of its parts has a thread rule of its own.
 *
 * @param name of the journal, for messages
 */
record JournalPlace(
        String name,
        Path directory,
        Disk disk,
        IoPool pool,
        JournalSettings settings,
        RecordCodec codec,
        MarkFile marks,
        Reserve reserve,
        SpareFiles spares) {

    private static final Logger LOG = LoggerFactory.getLogger(JournalPlace.class);

    static JournalPlace of(
            Path directory,
            Disk disk,
            byte[] storeKey,
            UUID storeId,
            int index,
            Executor pool,
            JournalSettings settings) {
        BodyMask mask = new BodyMask(storeKey);
        return new JournalPlace(
                "journal " + index + " in " + directory,
                directory,
                disk,
                new IoPool(pool),
                settings,
                new RecordCodec(mask),
                new MarkFile(disk, directory, storeId, index, mask.check()),
                new Reserve(disk, directory, settings.reserveBytes()),
                new SpareFiles(disk, directory, settings));
    }

    /** Whether there is a journal; what was cut off while its mark was made is none. */
    boolean hasFiles(JournalHome home) throws JournalException, IOException {
        return !JournalFiles.dataFiles(disk, directory).isEmpty()
                || marks.exists()
                        && (home.isRemembered() || Bookkeeping.read(marks).mark() != null);
    }

    /** Makes room for a load if the disk is full. */
    void makeRoom() throws IOException {
        long needed = 4L * settings.firstFillBytes() + settings.fillStepBytes();
        if (disk.usableBytes(directory) < needed) {
            spares.deleteLeft();
        }
        reserve.releaseUnder(needed);
    }

    /** Gives back what is kept for other times: a disk is full, and the journal has failed. */
    void giveRoomBack() {
        spares.end();
        reserve.release();
    }

    /** Files in use, and the bytes of these and of spare ones. */
    record Use(int files, long bytes) {}

    /** Counts its files, which come and go meanwhile. */
    Use use() {
        int files = 0;
        long bytes = 0;
        for (String file : list()) {
            boolean used = JournalFiles.isDataFile(file);
            if (used || JournalFiles.isSpare(file)) {
                try {
                    bytes += disk.size(directory.resolve(file));
                    files += used ? 1 : 0;
                } catch (IOException e) {
                    LOG.debug("{}: {} is not there any more", name, file, e);
                }
            }
        }
        return new Use(files, bytes);
    }

    private List<String> list() {
        try {
            return disk.list(directory);
        } catch (IOException e) {
            LOG.debug("{}: cannot count files", name, e);
            return List.of();
        }
    }

    /** Makes durable what is in the files: a process that was killed may have left it in a cache. */
    void sync() throws IOException {
        for (String name : disk.list(directory)) {
            try (DiskFile file = disk.open(directory.resolve(name), false)) {
                file.sync();
            }
        }
        disk.syncDirectory(directory);
    }
}
