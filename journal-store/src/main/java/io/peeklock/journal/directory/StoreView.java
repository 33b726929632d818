/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Looks at a store directory without opening it: takes no lock and changes nothing, also while somebody has it open.
 *
 * <p>Has no state that changes; any thread.
 */
public final class StoreView {

    private final Disk disk;
    private final Path path;
    private final StoreHeader.Reading reading;

    private StoreView(Disk disk, Path path, StoreHeader.Reading reading) {
        this.disk = disk;
        this.path = path;
        this.reading = reading;
    }

    /**
     * Looks at the store in this directory.
     *
     * @throws JournalException REFUSED if there is none; NEWER_FORMAT, CORRUPT, ACCESS_DENIED or IO
     */
    public static StoreView of(Path directory, Disk disk) throws JournalException {
        Path path = directory.toAbsolutePath().normalize();
        if (!disk.isDirectory(path)) {
            throw new JournalException(
                    Reason.REFUSED, path + (disk.exists(path) ? " is a file, not a store" : " is not there"));
        }
        try {
            disk.list(path);
        } catch (IOException e) {
            throw DiskErrors.because("cannot read the directory " + path, e);
        }
        Optional<StoreHeader.Reading> reading = StoreHeader.read(disk, path);
        if (reading.isEmpty()) {
            throw new JournalException(
                    Reason.REFUSED, "the directory " + path + " is not a store: it has no " + StoreHeader.FILE);
        }
        return new StoreView(disk, path, reading.get());
    }

    public Path path() {
        return path;
    }

    public StoreHeader header() {
        return reading.header();
    }

    /** What is wrong with the header's files; empty if nothing. */
    public List<String> headerProblems() {
        return reading.problems();
    }

    /** Whether the last user closed the store. If not, it is open now, or its user was stopped. */
    public boolean isClosed() {
        try {
            return StoreState.isClean(disk, path);
        } catch (IOException e) {
            return false;
        }
    }

    /** Who opened the store last, as far as that is written down. */
    public Optional<String> lastHolder() {
        Optional<String> here = StoreLock.holderInThisProcess(disk, path);
        // Opening the lock's file in the process that holds it, and closing it again, would give the lock away.
        return here.isPresent() ? here : readHolder();
    }

    private Optional<String> readHolder() {
        try {
            return Optional.of(
                            SmallFile.read(disk, path.resolve(StoreLock.FILE)).strip())
                    .filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public Path directoryOf(int journal) {
        return header().directoryOf(journal, path);
    }

    /**
     * Fails if the directory of a journal that was created is not there, or is another one's.
     *
     * @throws JournalException IO or CORRUPT, as {@link StoreDirectory#journalDirectory}
     */
    public void verifyDirectoryOf(int journal) throws JournalException {
        new JournalFolders(disk, path).verify(header(), journal);
    }
}
