/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.directory.BackupManifest;
import io.peeklock.journal.directory.BackupManifest.Entry;
import io.peeklock.journal.directory.NewStore;
import io.peeklock.journal.directory.StoreHeader;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Makes a store of a backup.
 *
 * <p>Immutable; any thread that may wait for the disk.
 *
 * @param backup the backup's directory
 * @param sameIdentity whether the new store has the UUID of the one that was backed up, which it then is to replace: two
 *     stores that are used at a time must not share it
 * @param partitionDirectories partitions that are to lie elsewhere than in the store's directory; of each, a directory that is
 *     empty or not there
 */
public record StoreRestore(Path backup, boolean sameIdentity, Map<Integer, Path> partitionDirectories) {

    public StoreRestore {
        partitionDirectories = Map.copyOf(partitionDirectories);
    }

    /**
     * Restores into a directory that is empty or not there; every file is compared with the manifest as it is copied.
     *
     * @return the UUID of the new store
     * @throws JournalException REFUSED if there is something in the directory, or no backup; CORRUPT naming the damaged file;
     *     STORE_LOCKED, DISK_FULL, NEWER_FORMAT, ACCESS_DENIED or IO. Nothing can be opened then
     */
    public UUID into(Path directory, Disk disk, Clock clock, Consumer<BackupProgress> progress)
            throws JournalException {
        return OwnThread.call("restore", () -> intoHere(directory, disk, clock, progress));
    }

    private UUID intoHere(Path directory, Disk disk, Clock clock, Consumer<BackupProgress> progress)
            throws JournalException {
        BackupManifest manifest = BackupManifest.read(disk, backup);
        StoreHeader header = manifest.header();
        requireOutside(directory, disk);
        if (!sameIdentity) {
            header = header.withId(UUID.randomUUID());
        }
        try (NewStore store = NewStore.begin(disk, directory, header, partitionDirectories, manifest, clock)) {
            for (int journal : header.journals()) {
                Path made = store.makeDirectory(journal);
                for (Entry file : manifest.filesOf(journal)) {
                    Path source = backup.resolve(file.name());
                    if (sameIdentity || !isOfOneStore(file.fileName())) {
                        store.copy(source, file, made.resolve(file.fileName()), progress);
                    } else {
                        store.compare(source, file, progress);
                    }
                }
                if (!sameIdentity) {
                    mark(disk, manifest.header(), journal, made, header.id());
                }
            }
            store.finish();
            return header.id();
        } catch (IOException e) {
            throw DiskErrors.because("cannot restore " + backup + " into " + directory, e);
        }
    }

    private void requireOutside(Path directory, Disk disk) throws JournalException {
        List<Path> places = new ArrayList<>(partitionDirectories.values());
        places.add(directory);
        try {
            for (Path place : places) {
                if (disk.realPath(place).startsWith(disk.realPath(backup))) {
                    throw new JournalException(
                            Reason.REFUSED, place + " lies in the backup, and would be lost with it");
                }
            }
        } catch (IOException e) {
            throw DiskErrors.because("cannot restore " + backup + " into " + directory, e);
        }
    }

    private static boolean isOfOneStore(String file) {
        return file.equals(MarkFile.NAME) || file.startsWith(RegisterFile.PREFIX);
    }

    /** Says under the new identity what mark and register said under the old one. */
    private void mark(Disk disk, StoreHeader old, int journal, Path made, UUID id)
            throws JournalException, IOException {
        MarkFile before = new MarkFile(
                disk,
                backup.resolve(StoreHeader.nameOf(journal)),
                old.id(),
                journal,
                new BodyMask(old.maskingKey()).check());
        Mark known = Bookkeeping.read(before).mark();
        if (known == null) {
            throw new JournalException(
                    Reason.CORRUPT,
                    "the mark of " + StoreHeader.nameOf(journal) + " in " + backup
                            + " is damaged; it can be restored under the same identity only");
        }
        MarkFile mark = before.ofCopy(made, id);
        try {
            mark.write(known);
        } finally {
            mark.close();
        }
    }
}
