/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Disk;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells a directory that is a store, or can become one, from every other.
 *
 * <p>Has no state; any thread.
 */
final class StorePlace {

    /** Stands in a directory while a backup is restored into it. */
    static final String RESTORING = "restore.incomplete";

    private static final Set<String> MADE_BEFORE_THE_HEADER = Set.of(
            StoreLock.FILE,
            StoreState.FILE,
            StoreHeader.FILE,
            StoreHeader.COPY,
            StoreHeader.FILE + ".new",
            StoreHeader.COPY + ".new");

    private StorePlace() {}

    /**
     * The header of the store that is there, empty if a store can be made there.
     *
     * @throws JournalException REFUSED if neither; CORRUPT, NEWER_FORMAT, ACCESS_DENIED or IO
     */
    static Optional<StoreHeader.Reading> read(Disk disk, Path path) throws JournalException {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        if (!disk.isDirectory(path)) {
            throw new JournalException(Reason.REFUSED, path + " is a file; a store is a directory of its own");
        }
        Optional<StoreHeader.Reading> reading = StoreHeader.read(disk, path);
        if (reading.isEmpty()) {
            List<String> content = JournalFolders.contentOf(disk, path);
            content.removeAll(MADE_BEFORE_THE_HEADER);
            if (content.contains(BackupManifest.FILE)) {
                throw new JournalException(
                        Reason.REFUSED, path + " is a backup, not a store; restore it into a directory of its own");
            }
            if (content.contains(RESTORING)) {
                throw new JournalException(
                        Reason.REFUSED,
                        "a backup was being restored into " + path + " and that was cut short; delete what is there and"
                                + " restore it again");
            }
            if (content.stream().anyMatch(StoreHeader::isJournalName)) {
                throw new JournalException(
                        Reason.CORRUPT,
                        "the directory " + path + " has journals (" + content + ") but no " + StoreHeader.FILE
                                + "; put that back from a backup of this store: its key is needed to read them");
            }
            if (!content.isEmpty()) {
                throw new JournalException(
                        Reason.REFUSED,
                        "the directory " + path + " is not a store and not empty (it has " + content.get(0)
                                + "); give the store a directory of its own");
            }
        }
        return reading;
    }
}
