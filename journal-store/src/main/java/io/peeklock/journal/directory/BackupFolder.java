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
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backup that is being written: copies files into it and ends it with its manifest.
 *
 * <p>Owned by one thread.
 */
public final class BackupFolder {

    private static final Logger LOG = LoggerFactory.getLogger(BackupFolder.class);
    /** Left free on the device, which may be the store's: a backup must not fill it. */
    static final long SPARE_BYTES = 64L << 20;

    private final Disk disk;
    private final Path path;
    private final CheckedCopy copier;
    private final Consumer<BackupProgress> progress;
    private final List<Entry> files = new ArrayList<>();

    private BackupFolder(Disk disk, Path path, long bytes, Consumer<BackupProgress> progress) {
        this.disk = disk;
        this.path = path;
        this.progress = progress;
        this.copier = new CheckedCopy(disk, Phase.COPYING, bytes, progress);
    }

    /**
     * Begins a backup in a directory that is empty or not there yet.
     *
     * @param bytes of the files that will come
     * @throws JournalException REFUSED if there is something in it, DISK_FULL if there is not enough room, ACCESS_DENIED, IO
     */
    public static BackupFolder create(Disk disk, Path directory, long bytes, Consumer<BackupProgress> progress)
            throws JournalException {
        Path path = directory.toAbsolutePath().normalize();
        requireFree(disk, path);
        try {
            requireRoom(disk, path, bytes);
            disk.createDirectoriesDurably(path);
            disk.restrictToOwner(path);
            return new BackupFolder(disk, path, bytes, progress);
        } catch (IOException e) {
            throw DiskErrors.because("cannot begin a backup in " + path, e);
        }
    }

    /** Refuses a backup in the store of which it is, also through a link and in a partition's directory elsewhere. */
    public static void requireOutside(Disk disk, Path target, Path store, StoreHeader header)
            throws JournalException, IOException {
        List<Path> places = new ArrayList<>(header.partitionDirectories().values());
        places.add(store);
        for (Path place : places) {
            if (disk.realPath(target).startsWith(disk.realPath(place))) {
                throw new JournalException(
                        Reason.REFUSED,
                        target + " lies in the store that is to be backed up, and would be lost with it");
            }
        }
    }

    /** Refuses a directory that has something in it. */
    static void requireFree(Disk disk, Path path) throws JournalException {
        if (disk.exists(path) && !disk.isDirectory(path)) {
            throw new JournalException(
                    Reason.REFUSED, path + " is a file; give a directory that is empty or not there");
        }
        List<String> content = JournalFolders.contentOf(disk, path);
        if (!content.isEmpty()) {
            boolean ofABackup = content.contains(BackupManifest.FILE);
            boolean cutShort = isCutShort(disk, path, content);
            throw new JournalException(
                    Reason.REFUSED,
                    "the directory " + path + " is not empty (it has "
                            + (ofABackup
                                    ? "a backup"
                                    : cutShort ? "a backup that was cut short; delete it" : content.get(0))
                            + "); give one that is empty or not there");
        }
    }

    /** Whether this is what a backup leaves behind that was killed: nothing that a user may have put there, or a store. */
    static boolean isCutShort(Disk disk, Path path, List<String> content) {
        return content.stream()
                .allMatch(name -> name.equals(BackupManifest.UNFINISHED)
                        || StoreHeader.isJournalName(name)
                                && !disk.exists(path.resolve(name).resolve(JournalFolders.IDENTITY)));
    }

    static void requireRoom(Disk disk, Path path, long bytes) throws IOException, JournalException {
        long usable = disk.usableBytes(path);
        if (usable - SPARE_BYTES < bytes) {
            throw new JournalException(
                    Reason.DISK_FULL,
                    "not enough room for a copy in " + path + ": it takes " + bytes + " bytes, " + SPARE_BYTES
                            + " more are to stay free, and there are " + usable);
        }
    }

    /** Makes the directory of a journal and says where it is. */
    public Path directoryOf(int journal) throws IOException {
        Path directory = path.resolve(StoreHeader.nameOf(journal));
        disk.createDirectoriesDurably(directory);
        return directory;
    }

    /** Copies the first bytes of a journal's file. */
    public void copy(int journal, Path source, long bytes) throws IOException {
        String name = String.valueOf(source.getFileName());
        int checksum = copier.copy(source, bytes, directoryOf(journal).resolve(name));
        files.add(new Entry(nameOf(journal, name), bytes, checksum));
    }

    /** Takes in a file that its owner wrote into {@link #directoryOf}, and synced. */
    public void add(int journal, String name) throws IOException {
        Path file = directoryOf(journal).resolve(name);
        long bytes = disk.size(file);
        int checksum = new CheckedCopy(disk, Phase.COPYING, bytes, ignored -> {}).checksum(file, bytes);
        files.add(new Entry(nameOf(journal, name), bytes, checksum));
    }

    private static String nameOf(int journal, String file) {
        return StoreHeader.nameOf(journal) + "/" + file;
    }

    /**
     * Reads everything again and compares, and only then makes it a backup.
     *
     * @throws JournalException CORRUPT if the disk does not give back what was written
     */
    public BackupManifest finish(StoreHeader header, Instant at, boolean clean) throws JournalException, IOException {
        BackupManifest manifest = new BackupManifest(header, at, clean, files);
        requireSame(disk, path, manifest, progress);
        for (int journal : header.journals()) {
            disk.syncDirectory(directoryOf(journal));
        }
        disk.syncDirectory(path);
        manifest.write(disk, path);
        return manifest;
    }

    /**
     * Reads all files of a backup and compares their sizes and checksums.
     *
     * @throws JournalException CORRUPT, naming the first that is missing or different; IO if one cannot be read
     */
    public static void requireSame(
            Disk disk, Path directory, BackupManifest manifest, Consumer<BackupProgress> progress)
            throws JournalException {
        CheckedCopy reader = new CheckedCopy(disk, Phase.VERIFYING, manifest.bytes(), progress);
        for (Entry entry : manifest.files()) {
            Path file = directory.resolve(entry.name());
            try {
                if (!disk.exists(file) || disk.size(file) != entry.bytes()) {
                    throw different(file, disk.exists(file) ? "has another size" : "is missing");
                }
                if (reader.checksum(file, entry.bytes()) != entry.checksum()) {
                    throw different(file, "has other bytes than were written");
                }
            } catch (IOException e) {
                throw DiskErrors.because("cannot read " + file, e);
            }
        }
    }

    static JournalException different(Path file, String how) {
        return new JournalException(
                Reason.CORRUPT, "the backup's file " + file + " " + how + ": this backup is damaged; take another");
    }

    /** Takes back what was copied, as far as that goes. What is left has no manifest, and is no backup. */
    public void discard() {
        discard(disk, path);
    }

    static void discard(Disk disk, Path path) {
        // Whoever is told of the progress may have interrupted it, and then no file could be opened.
        boolean interrupted = Thread.interrupted();
        try {
            // First, should it be there: without it nothing is taken for a backup.
            disk.delete(path.resolve(BackupManifest.FILE));
            disk.delete(path.resolve(BackupManifest.UNFINISHED));
            disk.syncDirectory(path);
            for (String name : disk.listDirectories(path)) {
                if (StoreHeader.isJournalName(name)) {
                    for (String file : disk.list(path.resolve(name))) {
                        disk.delete(path.resolve(name).resolve(file));
                    }
                    disk.delete(path.resolve(name));
                }
            }
            disk.syncDirectory(path);
        } catch (IOException e) {
            LOG.warn("Cannot delete what is left of a backup in {}: {}", path, e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
