/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.Disk.Access;
import io.peeklock.journal.disk.DiskErrors;
import io.peeklock.journal.disk.FileSystemDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * An open store directory: creates it or takes it over whole, locks it, and says where each journal lies.
 *
 * <p>Thread safe.
 *
 * <pre>
 * store.properties        identity, number of partitions, masking key, which journals there are and where
 * store.properties.copy   the same once more
 * store.lock              locked while the store is open; names the holder
 * store.state             whether the last user closed the store
 * definitions/            the journal of definitions
 * partition-00/ ...       the journals of the partitions, made when first written; elsewhere if so wished
 *   partition.identity      whose directory this is
 *   swap/                   bodies over the memory budget, emptied at each open
 *   quarantine/             copies of what must not be served
 * </pre>
 */
public final class StoreDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreDirectory.class);
    private final Disk disk;
    private final Path path;
    private final StoreOptions options;
    private final StoreLock lock;
    private final JournalFolders folders;
    private final boolean cleanlyClosed;
    private StoreHeader header;
    private boolean closed;
    private boolean unclean;

    private StoreDirectory(
            Disk disk, Path path, StoreOptions options, StoreLock lock, StoreHeader header, boolean cleanlyClosed) {
        this.disk = disk;
        this.path = path;
        this.options = options;
        this.lock = lock;
        this.header = header;
        this.cleanlyClosed = cleanlyClosed;
        this.folders = new JournalFolders(disk, path);
    }

    /** Opens the store in this directory of the machine's file system, or creates it. */
    public static StoreDirectory open(Path directory, StoreOptions options) throws JournalException {
        return open(directory, options, new FileSystemDisk(), Clock.systemUTC());
    }

    /**
     * Opens the store in this directory, or creates one if there is no directory or an empty one. Creation that was cut
     * short is completed by the next opening.
     *
     * @throws JournalException STORE_LOCKED naming the holder; NEWER_FORMAT naming both formats; ACCESS_DENIED if there
     *     is no right, or everybody has it; REFUSED if it is no store and cannot become one, or the options contradict
     *     what is stored; CORRUPT if its header is damaged; DISK_FULL or IO
     */
    public static StoreDirectory open(Path directory, StoreOptions options, Disk disk, Clock clock)
            throws JournalException {
        Path path = directory.toAbsolutePath().normalize();
        try {
            if (StorePlace.read(disk, path).isEmpty()) {
                prepare(disk, path, options, clock);
            }
            StoreLock lock = StoreLock.take(disk, path, options.holder(), clock);
            boolean opened = false;
            try {
                StoreDirectory store = openLocked(disk, path, options, lock, clock);
                opened = true;
                return store;
            } finally {
                if (!opened) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw DiskErrors.because("cannot open the store " + path, e);
        }
    }

    private static StoreDirectory openLocked(Disk disk, Path path, StoreOptions options, StoreLock lock, Clock clock)
            throws IOException, JournalException {
        // Again, because who had the lock before may have created it.
        Optional<StoreHeader.Reading> reading = StorePlace.read(disk, path);
        boolean clean = reading.isEmpty() || StoreState.isClean(disk, path);
        StoreHeader header;
        if (reading.isPresent()) {
            header = reading.get().header();
            requireStored(path, options, header);
            checkAccess(disk, path);
            place(disk, path, header, options);
            if (!reading.get().problems().isEmpty()) {
                repair(disk, path, reading.get());
            }
            if (header.format() < StoreHeader.FORMAT) {
                header = StoreUpgrade.upgrade(disk, path, header, clean, Optional.empty(), clock);
            }
            StoreHeader placed = place(disk, path, header, options);
            markInUse(disk, path);
            header = remember(disk, path, header, placed, options);
        } else {
            header = create(disk, path, options, clock);
        }
        warnings(disk, path, header).forEach(LOG::warn);
        LOG.info("Opened {} in {}{}", header, path, clean ? "" : "; it was not closed by its last user");
        return new StoreDirectory(disk, path, options, lock, header, clean);
    }

    private static void requireStored(Path path, StoreOptions options, StoreHeader header) throws JournalException {
        if (options.partitions() != 0 && options.partitions() != header.partitions()) {
            throw new JournalException(
                    Reason.REFUSED,
                    "the store " + path + " was created with " + header.partitions() + " partitions and cannot have "
                            + options.partitions() + "; leave the number out or give " + header.partitions());
        }
    }

    private static StoreHeader create(Disk disk, Path path, StoreOptions options, Clock clock)
            throws IOException, JournalException {
        StoreHeader header = newHeader(options, clock);
        StoreHeader placed = place(disk, path, header, options);
        StoreState.write(disk, path, false);
        header.write(disk, path);
        return remember(disk, path, header, placed, options);
    }

    /** Makes the directory of a new store, once it is sure that there is nothing to refuse: so nothing is left behind. */
    private static void prepare(Disk disk, Path path, StoreOptions options, Clock clock)
            throws IOException, JournalException {
        place(disk, path, newHeader(options, clock), options);
        disk.createDirectoriesDurably(path);
        // A directory that somebody made for the store may have the rights that directories usually have.
        try {
            disk.restrictToOwner(path);
        } catch (IOException e) {
            LOG.debug("Cannot restrict {} to its owner", path, e);
        }
        checkAccess(disk, path);
    }

    private static StoreHeader newHeader(StoreOptions options, Clock clock) {
        byte[] key = new byte[StoreHeader.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        int partitions = options.partitions() == 0 ? StoreOptions.DEFAULT_PARTITIONS : options.partitions();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new StoreHeader(StoreHeader.FORMAT, UUID.randomUUID(), now, partitions, key, Set.of(), Map.of());
    }

    private static void checkAccess(Disk disk, Path path) throws IOException, JournalException {
        JournalFolders.refuseIfAnybodyWrites(disk, path);
        if (disk.access(path) == Access.SOME_OTHERS) {
            LOG.warn("Others than its owner can get at the directory {}; chmod 700 would keep them out", path);
        }
    }

    private static StoreHeader place(Disk disk, Path path, StoreHeader header, StoreOptions options)
            throws JournalException {
        return header.withDirectories(new JournalFolders(disk, path).place(header, options.partitionDirectories()));
    }

    private static StoreHeader remember(
            Disk disk, Path path, StoreHeader header, StoreHeader placed, StoreOptions options)
            throws IOException, JournalException {
        if (!placed.partitionDirectories().equals(header.partitionDirectories())) {
            new JournalFolders(disk, path).claimAll(placed, options.partitionDirectories());
            placed.write(disk, path);
        }
        return placed;
    }

    private static void markInUse(Disk disk, Path path) throws IOException {
        try {
            StoreState.write(disk, path, false);
        } catch (IOException e) {
            if (DiskErrors.reason(e) != Reason.DISK_FULL) {
                throw e;
            }
            // A full store must open, or it could never be drained; each journal has a mark of its own too.
            LOG.warn("The disk of {} is full: an unclean stop from now on will not be noticed", path);
        }
    }

    private static void repair(Disk disk, Path path, StoreHeader.Reading reading) throws IOException {
        boolean creationWasCutShort = reading.header().journals().isEmpty()
                && reading.problems().stream().allMatch(problem -> problem.endsWith("is missing"));
        LOG.atLevel(creationWasCutShort ? Level.INFO : Level.WARN)
                .log("The header of the store {} was repaired from its other copy: {}", path, reading.problems());
        for (String name : List.of(StoreHeader.FILE, StoreHeader.COPY)) {
            boolean good = name.equals(StoreHeader.FILE) == reading.firstIsGood();
            if (!good && disk.exists(path.resolve(name))) {
                disk.rename(path.resolve(name), path.resolve(name + ".damaged"));
            }
        }
        reading.header().write(disk, path);
    }

    private static List<String> warnings(Disk disk, Path path, StoreHeader header) {
        return Stream.concat(Stream.of(path), header.partitionDirectories().values().stream())
                .flatMap(directory -> FileSystemWarning.of(disk, directory).stream())
                .toList();
    }

    /** What the user should know of where the store lies, such as on a network file system; was logged when it was opened. */
    public List<String> warnings() {
        return warnings(disk, path, header());
    }

    public Path path() {
        return path;
    }

    public Disk disk() {
        return disk;
    }

    public StoreOptions options() {
        return options;
    }

    public UUID id() {
        return header().id();
    }

    public int partitions() {
        return header().partitions();
    }

    /** The random key that record bodies are masked with. A copy. */
    public byte[] maskingKey() {
        return header().maskingKey();
    }

    /** Whether the last user closed the store, or there was none. */
    public boolean wasCleanlyClosed() {
        return cleanlyClosed;
    }

    /** What the store knows of itself now. */
    public synchronized StoreHeader header() {
        return header;
    }

    /** Whether {@link #createJournalDirectory} was ever done for this journal. Remembered, not looked up. */
    public boolean exists(int journal) {
        requireIndex(journal);
        return header().journals().contains(journal);
    }

    /**
     * Where this journal lies; the directory need not exist before {@link #createJournalDirectory}.
     *
     * @throws JournalException IO if it should be there and is not, or is another one's: then only this journal is out
     */
    public synchronized Path journalDirectory(int journal) throws JournalException {
        requireIndex(journal);
        requireOpen();
        folders.check(header, journal);
        return header.directoryOf(journal, path);
    }

    /** Makes the directory of this journal, durably, if it is not there, and says where it is; does not yet remember it. */
    public synchronized Path makeJournalDirectory(int journal) throws JournalException {
        requireIndex(journal);
        requireOpen();
        folders.create(header, journal);
        return header.directoryOf(journal, path);
    }

    /** Makes the directory of this journal, durably, if it is not there, remembers it, and says where it is. */
    public synchronized Path createJournalDirectory(int journal) throws JournalException {
        makeJournalDirectory(journal);
        if (!header.journals().contains(journal)) {
            StoreHeader more = header.withJournal(journal);
            try {
                more.write(disk, path);
            } catch (IOException e) {
                throw DiskErrors.because("cannot record a new journal in the store " + path, e);
            }
            header = more;
        }
        return header.directoryOf(journal, path);
    }

    /** Where the bodies of this journal go that are over the memory budget; need not exist. */
    public Path swapDirectory(int journal) {
        requireIndex(journal);
        return header().directoryOf(journal, path).resolve("swap");
    }

    /** Where copies of what must not be served go; need not exist. */
    public Path quarantineDirectory(int journal) {
        requireIndex(journal);
        return header().directoryOf(journal, path).resolve("quarantine");
    }

    private void requireIndex(int journal) {
        if (journal < JournalStore.DEFINITIONS || journal >= partitions()) {
            throw new IllegalArgumentException(
                    "no journal " + journal + " in a store of " + partitions() + " partitions");
        }
    }

    private void requireOpen() throws JournalException {
        if (closed) {
            throw new JournalException(Reason.CLOSED, "the store " + path + " was closed");
        }
    }

    /** Something was not closed as it should be: {@link #close} will not call the store cleanly closed. */
    public synchronized void keepUnclean() {
        unclean = true;
    }

    /** Marks the store as cleanly closed and gives back its lock. Idempotent. */
    @Override
    public synchronized void close() throws JournalException {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            if (!unclean) {
                StoreState.write(disk, path, true);
            }
        } catch (IOException e) {
            throw DiskErrors.because("cannot mark the store " + path + " as closed", e);
        }
    }
}
