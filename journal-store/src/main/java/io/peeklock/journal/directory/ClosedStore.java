/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupProgress.Phase;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.directory.BackupManifest.Entry;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A store that nobody has open, file by file, whatever state it is in: copies it, and compares it with a copy.
 *
 * <p>Owned by one thread, which has the store's lock.
 */
public final class ClosedStore {

    /** Not a part of what a store holds: whose directory it is, and room kept for a full disk. */
    private static final Set<String> NOT_COPIED =
            Set.of(JournalFolders.IDENTITY, JournalFolders.IDENTITY + ".new", "journal.reserve");
    /** Begins the names of files that a journal may write over. */
    private static final String SPARE = "journal.spare-";

    private final Disk disk;
    private final Path path;
    private final StoreHeader header;
    private final boolean clean;

    private record Source(int journal, Path file, long bytes) {
        String name() {
            return StoreHeader.nameOf(journal) + "/" + file.getFileName();
        }
    }

    ClosedStore(Disk disk, Path path, StoreHeader header, boolean clean) {
        this.disk = disk;
        this.path = path;
        this.header = header;
        this.clean = clean;
    }

    /**
     * Backs up a store that is not in use, and does not change it.
     *
     * @param target empty or not there, and not in the store
     * @throws JournalException STORE_LOCKED if it is in use; REFUSED, DISK_FULL, ACCESS_DENIED, CORRUPT or IO
     */
    public static BackupManifest backup(
            Path store, Path target, Disk disk, Clock clock, Consumer<BackupProgress> progress)
            throws JournalException {
        Path path = store.toAbsolutePath().normalize();
        StoreView.of(path, disk);
        try (StoreLock lock = StoreLock.take(disk, path, "a backup", clock)) {
            // Again, because it may have been changed until now.
            StoreView view = StoreView.of(path, disk);
            BackupFolder.requireOutside(disk, target, path, view.header());
            return new ClosedStore(disk, path, view.header(), view.isClosed()).copy(target, clock, progress);
        } catch (IOException e) {
            throw DiskErrors.because("cannot back up the store " + path, e);
        }
    }

    /** Copies all journals; what is there of the copy if that fails is deleted. */
    BackupManifest copy(Path target, Clock clock, Consumer<BackupProgress> progress)
            throws JournalException, IOException {
        List<Source> sources = sources();
        long bytes = sources.stream().mapToLong(Source::bytes).sum();
        BackupFolder folder = BackupFolder.create(disk, target, bytes, progress);
        boolean done = false;
        try {
            for (Source source : sources) {
                folder.copy(source.journal(), source.file(), source.bytes());
            }
            BackupManifest manifest = folder.finish(header, clock.instant().truncatedTo(ChronoUnit.MILLIS), clean);
            done = true;
            return manifest;
        } finally {
            if (!done) {
                folder.discard();
            }
        }
    }

    /** Whether a copy has exactly what the store has now. */
    boolean isSameAs(BackupManifest copy) throws JournalException, IOException {
        List<Source> sources = sources();
        Map<String, Entry> entries = new TreeMap<>();
        copy.files().forEach(entry -> entries.put(entry.name(), entry));
        CheckedCopy reader = new CheckedCopy(disk, Phase.VERIFYING, 0, ignored -> {});
        boolean same = copy.header()
                        .withDirectories(Map.of())
                        .encode()
                        .equals(header.withDirectories(Map.of()).encode())
                && sources.size() == entries.size();
        for (Source source : sources) {
            Entry entry = entries.get(source.name());
            same = same
                    && entry != null
                    && entry.bytes() == source.bytes()
                    && entry.checksum() == reader.checksum(source.file(), source.bytes());
        }
        return same;
    }

    /** Every file of every journal, which must all be there; not what others put beside, such as a file manager. */
    private List<Source> sources() throws JournalException, IOException {
        List<Source> sources = new ArrayList<>();
        for (int journal : header.journals()) {
            new JournalFolders(disk, path).verify(header, journal);
            Path directory = header.directoryOf(journal, path);
            for (String name : disk.list(directory)) {
                Path file = directory.resolve(name);
                if (!NOT_COPIED.contains(name)
                        && !name.startsWith(SPARE)
                        && Entry.canBeOf(StoreHeader.nameOf(journal) + "/" + name)) {
                    sources.add(new Source(journal, file, disk.size(file)));
                }
            }
        }
        return sources;
    }
}
