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
import java.util.UUID;
import java.util.concurrent.Executor;

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
        Reserve reserve) {

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
                new Reserve(disk, directory, settings.reserveBytes()));
    }

    /** Whether there is a journal; what was cut off while its mark was made is none. */
    boolean hasFiles(JournalHome home) throws JournalException, IOException {
        return !JournalFiles.dataFiles(disk, directory).isEmpty()
                || marks.exists()
                        && (home.isRemembered() || Bookkeeping.read(marks).mark() != null);
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
