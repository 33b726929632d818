/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupProgress.Phase;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.directory.BackupManifest.Entry;
import io.peeklock.journal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that is being made of a backup: becomes one with {@link #finish}, and before that nobody can open it.
 *
 * <p>Owned by one thread.
 */
public final class NewStore implements AutoCloseable {

    private final Disk disk;
    private final Path path;
    private final StoreHeader header;
    private final boolean clean;
    private final StoreLock lock;
    private final JournalFolders folders;
    private final long bytes;
    private @Nullable CheckedCopy copier;

    private NewStore(Disk disk, Path path, StoreHeader header, BackupManifest manifest, StoreLock lock) {
        this.disk = disk;
        this.path = path;
        this.header = header;
        this.clean = manifest.clean();
        this.bytes = manifest.bytes();
        this.lock = lock;
        this.folders = new JournalFolders(disk, path);
    }

    /**
     * Begins.
     *
     * @param wished the store's header
     * @param elsewhere partitions that are to lie elsewhere
     * @throws JournalException REFUSED if a directory is not free, DISK_FULL, STORE_LOCKED, ACCESS_DENIED or IO
     */
    public static NewStore begin(
            Disk disk,
            Path directory,
            StoreHeader wished,
            Map<Integer, Path> elsewhere,
            BackupManifest manifest,
            Clock clock)
            throws JournalException, IOException {
        Path path = directory.toAbsolutePath().normalize();
        BackupFolder.requireFree(disk, path);
        StoreHeader header = placed(disk, path, wished, elsewhere);
        requireRoom(disk, path, header, manifest);
        disk.createDirectoriesDurably(path);
        disk.restrictToOwner(path);
        StoreLock lock = StoreLock.take(disk, path, "a restore", clock);
        boolean begun = false;
        try {
            requireStillFree(disk, path);
            SmallFile.replace(disk, path.resolve(StorePlace.RESTORING), "a backup is being restored here\n");
            NewStore store = new NewStore(disk, path, header, manifest, lock);
            store.folders.claimAll(header, header.partitionDirectories());
            begun = true;
            return store;
        } finally {
            if (!begun) {
                lock.close();
            }
        }
    }

    /** As if nothing had been written yet, so that each directory must be free. */
    private static StoreHeader placed(Disk disk, Path path, StoreHeader wished, Map<Integer, Path> elsewhere)
            throws JournalException {
        StoreOptions options =
                StoreOptions.builder().partitionDirectories(elsewhere).build();
        StoreHeader empty = wished.withDirectories(Map.of()).withJournals(Set.of());
        StoreHeader placed =
                wished.withDirectories(new JournalFolders(disk, path).place(empty, options.partitionDirectories()));
        for (Path directory : placed.partitionDirectories().values()) {
            // Also if it is of this very store and partition: then it is the original's, with all that it has.
            BackupFolder.requireFree(disk, directory);
        }
        return placed;
    }

    private static void requireRoom(Disk disk, Path path, StoreHeader header, BackupManifest manifest)
            throws JournalException, IOException {
        Map<Path, Long> rooms = new LinkedHashMap<>();
        for (int journal : header.journals()) {
            Path place = header.partitionDirectories().getOrDefault(journal, path);
            for (Entry file : manifest.filesOf(journal)) {
                rooms.merge(place, file.bytes(), Long::sum);
            }
        }
        for (Map.Entry<Path, Long> room : rooms.entrySet()) {
            BackupFolder.requireRoom(disk, room.getKey(), room.getValue());
        }
    }

    /** Now that nobody else can make a store of it: somebody may have, since it was looked at. */
    private static void requireStillFree(Disk disk, Path path) throws JournalException {
        List<String> content = JournalFolders.contentOf(disk, path);
        content.remove(StoreLock.FILE);
        if (!content.isEmpty()) {
            throw new JournalException(
                    Reason.REFUSED,
                    "somebody else put " + content.get(0) + " into the directory " + path
                            + " at the same time; give one that is empty or not there");
        }
    }

    /** Makes the directory of a journal. */
    public Path makeDirectory(int journal) throws JournalException {
        // Not yet one that can be missed.
        folders.create(header.withJournals(Set.of()), journal);
        return header.directoryOf(journal, path);
    }

    /** Copies a file of a backup, which must be as the manifest says. */
    public void copy(Path source, Entry expected, Path target, Consumer<BackupProgress> progress)
            throws JournalException, IOException {
        requireSize(source, expected);
        requireChecksum(source, expected, copier(progress).copy(source, expected.bytes(), target));
    }

    /** Only looks whether a file of a backup is as the manifest says. */
    public void compare(Path source, Entry expected, Consumer<BackupProgress> progress)
            throws JournalException, IOException {
        requireSize(source, expected);
        requireChecksum(source, expected, copier(progress).checksum(source, expected.bytes()));
    }

    private CheckedCopy copier(Consumer<BackupProgress> progress) {
        CheckedCopy present = copier;
        if (present == null) {
            present = new CheckedCopy(disk, Phase.COPYING, bytes, progress);
            copier = present;
        }
        return present;
    }

    private void requireSize(Path source, Entry expected) throws JournalException, IOException {
        if (!disk.exists(source) || disk.size(source) != expected.bytes()) {
            throw BackupFolder.different(source, disk.exists(source) ? "has another size" : "is missing");
        }
    }

    private static void requireChecksum(Path source, Entry expected, int checksum) throws JournalException {
        if (checksum != expected.checksum()) {
            throw BackupFolder.different(source, "has other bytes than were written");
        }
    }

    /** Makes it a store. */
    public void finish() throws IOException {
        for (int journal : header.journals()) {
            disk.syncDirectory(header.directoryOf(journal, path));
        }
        StoreState.write(disk, path, clean);
        header.write(disk, path);
        disk.delete(path.resolve(StorePlace.RESTORING));
        disk.syncDirectory(path);
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
