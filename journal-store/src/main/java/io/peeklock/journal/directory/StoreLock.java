/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a store to one user at a time: one process, and in it one class loader.
 *
 * <p>Thread safe. Two locks: the operating system's, on {@code store.lock}, which ends with the process however that
 * ends; and an entry in the system properties, which all class loaders of a JVM share. The second is asked first,
 * because on POSIX systems merely closing {@code store.lock} in the holder's process would give its lock away. The
 * file's text names the holder and is not the lock: one left behind by a dead process is no obstacle.
 */
final class StoreLock implements AutoCloseable {

    static final String FILE = "store.lock";
    private static final String PROPERTY_PREFIX = "io.peeklock.store.lock:";
    private static final Logger LOG = LoggerFactory.getLogger(StoreLock.class);

    // Openings of a file that this very process has locked by another path: closing them would unlock it.
    private static final Queue<DiskFile> NEVER_TO_BE_CLOSED = new ConcurrentLinkedQueue<>();

    private final String property;
    private final DiskFile file;

    private StoreLock(String property, DiskFile file) {
        this.property = property;
        this.file = file;
    }

    /**
     * Takes the lock, without waiting.
     *
     * @throws JournalException STORE_LOCKED naming the holder; ACCESS_DENIED, DISK_FULL or IO
     */
    static StoreLock take(Disk disk, Path store, String description, Clock clock) throws JournalException {
        Path path = store.resolve(FILE);
        String holder = holder(description, clock);
        try {
            String property = PROPERTY_PREFIX + disk.identity(store);
            Object other = System.getProperties().putIfAbsent(property, holder);
            if (other != null) {
                throw locked(store, other + " (in this same process: share its store, or close it first)");
            }
            boolean taken = false;
            try {
                DiskFile file = lock(disk, store, path);
                taken = true;
                name(file, path, holder);
                return new StoreLock(property, file);
            } finally {
                if (!taken) {
                    System.getProperties().remove(property);
                }
            }
        } catch (IOException e) {
            throw DiskErrors.because("cannot lock the store " + store + " by " + path, e);
        }
    }

    private static DiskFile lock(Disk disk, Path store, Path path) throws IOException, JournalException {
        DiskFile file = disk.open(path, true);
        boolean locked = false;
        try {
            locked = file.tryLock();
            if (!locked) {
                // Through this opening: see above.
                String other = SmallFile.read(file, path).strip();
                if (other.startsWith(process() + ",")) {
                    NEVER_TO_BE_CLOSED.add(file);
                    locked = true;
                }
                throw locked(store, other.isEmpty() ? "a process that has not yet told its name" : other);
            }
            return file;
        } finally {
            if (!locked) {
                file.close();
            }
        }
    }

    /** Only a courtesy to the next one: on a full disk the store must open without. */
    private static void name(DiskFile file, Path path, String holder) {
        try {
            SmallFile.overwrite(file, holder + "\n");
        } catch (IOException e) {
            LOG.warn("Cannot write into {} who holds the store: {}", path, e.toString());
        }
    }

    /** Who has the store open in this JVM, in whatever class loader. Touches no file. */
    static Optional<String> holderInThisProcess(Disk disk, Path store) {
        try {
            return Optional.ofNullable(System.getProperty(PROPERTY_PREFIX + disk.identity(store)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static JournalException locked(Path store, String holder) {
        return new JournalException(
                Reason.STORE_LOCKED, "the store " + store + " is in use by " + holder + "; one at a time can open it");
    }

    private static String holder(String description, Clock clock) {
        String started = ProcessHandle.current()
                .info()
                .startInstant()
                .map(time -> ", started " + time.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        String opened = ", opened " + clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return process() + started + opened + (description.isEmpty() ? "" : ": " + description);
    }

    private static String process() {
        return "process " + ProcessHandle.current().pid() + " on " + host();
    }

    /** Not from a name service: that may take seconds. */
    private static String host() {
        try {
            Path kernel = Path.of("/proc/sys/kernel/hostname");
            if (Files.isReadable(kernel)) {
                return Files.readString(kernel).strip();
            }
        } catch (IOException e) {
            LOG.debug("No host name from the kernel", e);
        }
        String name = System.getenv("COMPUTERNAME");
        name = name == null ? System.getenv("HOSTNAME") : name;
        return name == null ? "this host" : name;
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            System.getProperties().remove(property);
        }
    }
}
