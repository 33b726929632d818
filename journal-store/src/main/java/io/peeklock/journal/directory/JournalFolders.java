/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.Disk.Access;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and checks the directories of journals, each with a file that says whose it is, so that a wrong or unmounted disk
 * is noticed (rule P14).
 *
 * <p>Has no state that changes; used under the store's monitor.
 */
final class JournalFolders {

    static final String IDENTITY = "partition.identity";
    private static final Logger LOG = LoggerFactory.getLogger(JournalFolders.class);
    private static final String STORE = "store";
    private static final String JOURNAL = "journal";

    private final Disk disk;
    private final Path store;

    /** What an identity file says, if anything. */
    private enum Claim {
        OURS,
        FOREIGN,
        DAMAGED,
        MISSING
    }

    JournalFolders(Disk disk, Path store) {
        this.disk = disk;
        this.store = store;
    }

    /**
     * Fails if the journal's directory should be there and is not, or is somebody else's. Writes a lost identity anew where
     * there can be no doubt.
     *
     * @throws JournalException IO if it is missing or foreign, CORRUPT if its identity is damaged, ACCESS_DENIED
     */
    void check(StoreHeader header, int journal) throws JournalException {
        boolean elsewhere = header.partitionDirectories().containsKey(journal);
        if (!elsewhere && !header.journals().contains(journal)) {
            return;
        }
        refuseIfAnybodyWrites(disk, requireThere(header, journal));
        if (identify(header, journal) != Claim.OURS) {
            LOG.warn("{}: {} is missing or damaged and is written anew", describe(journal), IDENTITY);
            claim(header, journal);
        }
    }

    /** Like {@link #check}, but changes nothing. */
    void verify(StoreHeader header, int journal) throws JournalException {
        requireThere(header, journal);
        identify(header, journal);
    }

    private Path requireThere(StoreHeader header, int journal) throws JournalException {
        Path directory = header.directoryOf(journal, store);
        boolean elsewhere = header.partitionDirectories().containsKey(journal);
        if (!disk.isDirectory(directory)) {
            throw new JournalException(
                    Reason.IO,
                    describe(journal) + ": its directory " + directory + " is not there; "
                            + (elsewhere ? "is its disk mounted?" : "put it back from a backup"));
        }
        return directory;
    }

    private Claim identify(StoreHeader header, int journal) throws JournalException {
        Path directory = header.directoryOf(journal, store);
        Claim claim = claim(header, journal, directory);
        if (claim == Claim.FOREIGN) {
            throw foreign(journal, directory);
        }
        if (claim != Claim.OURS && header.partitionDirectories().containsKey(journal)) {
            throw missingIdentity(journal, directory);
        }
        return claim;
    }

    private static JournalException foreign(int journal, Path directory) {
        return new JournalException(
                Reason.IO,
                describe(journal) + ": " + directory.resolve(IDENTITY)
                        + " says that the directory belongs to another store or partition;"
                        + " is the right disk mounted there?");
    }

    private JournalException missingIdentity(int journal, Path directory) {
        boolean damaged = disk.exists(directory.resolve(IDENTITY));
        return new JournalException(
                damaged ? Reason.CORRUPT : Reason.IO,
                describe(journal) + ": " + directory.resolve(IDENTITY)
                        + (damaged
                                ? " is damaged; put it back from a backup of this directory"
                                : " is not there; is the right disk mounted?"));
    }

    /** Makes the journal's directory, durably, if it is not there. */
    void create(StoreHeader header, int journal) throws JournalException {
        Path directory = header.directoryOf(journal, store);
        if (header.journals().contains(journal) || header.partitionDirectories().containsKey(journal)) {
            check(header, journal);
            return;
        }
        Claim claim = claim(header, journal, directory);
        if (claim == Claim.FOREIGN) {
            throw foreign(journal, directory);
        }
        if (claim != Claim.OURS) {
            claim(header, journal);
        }
    }

    private void claim(StoreHeader header, int journal) throws JournalException {
        Path directory = header.directoryOf(journal, store);
        Map<String, String> values = new LinkedHashMap<>();
        values.put(STORE, header.id().toString());
        values.put(JOURNAL, StoreHeader.nameOf(journal));
        try {
            disk.createDirectoriesDurably(directory);
            SmallFile.replace(disk, directory.resolve(IDENTITY), SealedText.seal("Whose directory this is.", values));
        } catch (IOException e) {
            throw DiskErrors.because(describe(journal) + ": cannot create its directory " + directory, e);
        }
    }

    /**
     * Where partitions lie after the wishes of an opening: those remembered, and those wished where nothing is lost.
     * Changes nothing.
     *
     * @throws JournalException REFUSED if a partition has its data elsewhere, or the directory is not free for it
     */
    Map<Integer, Path> place(StoreHeader header, Map<Integer, Path> wishes) throws JournalException {
        Map<Integer, Path> places = new TreeMap<>(header.partitionDirectories());
        for (Map.Entry<Integer, Path> wish : wishes.entrySet()) {
            int journal = wish.getKey();
            Path directory = wish.getValue();
            if (journal >= header.partitions()) {
                throw new JournalException(
                        Reason.REFUSED,
                        "a directory is given for partition " + journal + ", but the store " + store
                                + " has partitions 0 to " + (header.partitions() - 1));
            }
            Path present = header.directoryOf(journal, store);
            if (!directory.equals(present)) {
                requireFree(header, journal, present, directory);
                places.put(journal, directory);
            }
            if (directory.equals(store.resolve(StoreHeader.nameOf(journal)))) {
                places.remove(journal);
            }
        }
        return places;
    }

    private void requireFree(StoreHeader header, int journal, Path present, Path directory) throws JournalException {
        if (disk.exists(directory) && !disk.isDirectory(directory)) {
            throw new JournalException(Reason.REFUSED, describe(journal) + ": " + directory + " is not a directory");
        }
        Claim claim = claim(header, journal, directory);
        if (claim == Claim.OURS) {
            return;
        }
        if (header.journals().contains(journal)) {
            throw new JournalException(
                    Reason.REFUSED,
                    describe(journal) + " lies in " + present + ", not in " + directory
                            + "; to move it, close the store, copy the whole directory there, and open it again");
        }
        List<String> content = contentOf(disk, directory);
        if (claim != Claim.MISSING || !content.isEmpty()) {
            throw new JournalException(
                    Reason.REFUSED,
                    describe(journal) + ": " + directory + " is not empty"
                            + (content.isEmpty() ? "" : " (" + content + ")")
                            + "; give it an empty directory of its own");
        }
    }

    /** Makes the directories that were wished, durably. Before the store remembers them: so those remembered have been made. */
    void claimAll(StoreHeader placed, Map<Integer, Path> wishes) throws JournalException {
        for (int journal : wishes.keySet()) {
            if (placed.partitionDirectories().containsKey(journal)) {
                Path directory = placed.directoryOf(journal, store);
                if (claim(placed, journal, directory) != Claim.OURS) {
                    claim(placed, journal);
                }
                refuseIfAnybodyWrites(disk, directory);
            }
        }
    }

    private Claim claim(StoreHeader header, int journal, Path directory) throws JournalException {
        Path file = directory.resolve(IDENTITY);
        try {
            if (!disk.exists(file)) {
                return Claim.MISSING;
            }
            Optional<Map<String, String>> values = SealedText.open(SmallFile.read(disk, file));
            if (values.isEmpty()) {
                return Claim.DAMAGED;
            }
            boolean ours = header.id().toString().equals(values.get().get(STORE))
                    && StoreHeader.nameOf(journal).equals(values.get().get(JOURNAL));
            return ours ? Claim.OURS : Claim.FOREIGN;
        } catch (IOException e) {
            throw DiskErrors.because(describe(journal) + ": cannot read " + file, e);
        }
    }

    /** Names of what is in a directory and not made by file systems, or by a crash while one of ours was written. */
    static List<String> contentOf(Disk disk, Path directory) throws JournalException {
        try {
            List<String> names = new ArrayList<>(disk.list(directory));
            names.addAll(disk.listDirectories(directory));
            names.removeAll(List.of("lost+found", IDENTITY + ".new"));
            return names;
        } catch (IOException e) {
            throw DiskErrors.because("cannot read the directory " + directory, e);
        }
    }

    static void refuseIfAnybodyWrites(Disk disk, Path directory) throws JournalException {
        try {
            if (disk.access(directory) == Access.ANYBODY_WRITES) {
                throw new JournalException(
                        Reason.ACCESS_DENIED,
                        "everybody can write to the directory " + directory
                                + ", and so could change what the store holds; take the right away (chmod 700) or use a"
                                + " directory below it");
            }
        } catch (IOException e) {
            throw DiskErrors.because("cannot read the permissions of " + directory, e);
        }
    }

    private static String describe(int journal) {
        return journal < 0 ? "the definitions" : "partition " + journal;
    }
}
