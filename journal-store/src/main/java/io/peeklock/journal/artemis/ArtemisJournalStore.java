/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.SwapSpace;
import io.peeklock.journal.directory.BackupFolder;
import io.peeklock.journal.directory.StoreDirectory;
import io.peeklock.journal.directory.StoreHeader;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import io.peeklock.journal.disk.FileSystemDisk;
import io.peeklock.journal.disk.SwapFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journals of a namespace in a store directory, each an Artemis journal.
 *
 * <p>Thread safe.
 *
 * <p>All journals share one pool of daemon threads, which has none while nothing is written: at most one flusher, one file
 * maker and one compactor for each journal that is busy. It has no upper bound, because its tasks wait for each other.
 */
public final class ArtemisJournalStore implements JournalStore {

    private static final Logger LOG = LoggerFactory.getLogger(ArtemisJournalStore.class);
    private static final int IDLE_THREAD_SECONDS = 2;
    private static final int SHUTDOWN_SECONDS = 60;

    private final StoreDirectory directory;
    private final Disk disk;
    private final JournalSettings settings;
    private final Clock clock;
    private final byte[] key;
    private final ThreadPoolExecutor pool;
    private final AtomicInteger lastThread = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    // Changed under the monitor.
    private final Map<Integer, ArtemisPartitionJournal> open = new ConcurrentHashMap<>();
    private final Map<Integer, SwapSpace> swaps = new HashMap<>();
    private boolean closed;
    // Held for all of a close, so that a second one does not return before the lock is given back.
    private final ReentrantLock closing = new ReentrantLock();

    private ArtemisJournalStore(StoreDirectory directory, Disk disk, JournalSettings settings, Clock clock) {
        this.directory = directory;
        this.disk = disk;
        this.settings = settings;
        this.clock = clock;
        this.key = directory.maskingKey();
        this.pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_THREAD_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::newThread);
    }

    private Thread newThread(Runnable task) {
        Runnable untilItsEnd = () -> {
            try {
                task.run();
            } finally {
                threads.remove(Thread.currentThread());
            }
        };
        Thread thread = new Thread(untilItsEnd, "peeklock-journal-io-" + lastThread.incrementAndGet());
        thread.setDaemon(true);
        thread.setContextClassLoader(ArtemisJournalStore.class.getClassLoader());
        threads.add(thread);
        return thread;
    }

    /** Opens the store in this directory of the machine's file system, or creates it. See {@link StoreDirectory#open}. */
    public static ArtemisJournalStore open(Path directory, StoreOptions options) throws JournalException {
        return open(directory, options, new FileSystemDisk(), Clock.systemUTC());
    }

    /** Opens the store in this directory of a disk. See {@link StoreDirectory#open}. */
    public static ArtemisJournalStore open(Path directory, StoreOptions options, Disk disk, Clock clock)
            throws JournalException {
        JournalSettings settings = JournalSettings.DEFAULT
                .withFileBytes(options.fileSizeBytes())
                .withMarkInterval(Duration.ofMillis(options.markIntervalMs()));
        return OwnThread.call(
                "open",
                () -> new ArtemisJournalStore(
                        StoreDirectory.open(directory, options, disk, clock), disk, settings, clock));
    }

    @Override
    public UUID id() {
        return directory.id();
    }

    @Override
    public int partitions() {
        return directory.partitions();
    }

    @Override
    public boolean exists(int index) {
        return directory.exists(index);
    }

    @Override
    public synchronized PartitionJournal open(int index, JournalListener listener) throws JournalException {
        requireOpen();
        if (open.containsKey(index)) {
            throw new JournalException(Reason.REFUSED, "journal " + index + " is open; close it first");
        }
        Path path = OwnThread.call("open", () -> directory.journalDirectory(index));
        ArtemisPartitionJournal journal = new ArtemisPartitionJournal(
                path, disk, key, directory.id(), index, pool, settings, listener, new Home(index));
        open.put(index, journal);
        return journal;
    }

    private final class Home implements JournalHome {
        private final int index;

        Home(int index) {
            this.index = index;
        }

        @Override
        public void makeDirectory() throws JournalException {
            directory.makeJournalDirectory(index);
        }

        @Override
        public void remember() throws JournalException {
            if (!directory.exists(index)) {
                directory.createJournalDirectory(index);
            }
        }

        @Override
        public boolean isRemembered() {
            return directory.exists(index);
        }

        @Override
        public void closed(boolean cleanly) {
            if (!cleanly) {
                directory.keepUnclean();
            }
            synchronized (ArtemisJournalStore.this) {
                open.remove(index);
            }
        }
    }

    @Override
    public synchronized SwapSpace openSwap(int index) throws JournalException {
        requireOpen();
        SwapSpace before = swaps.remove(index);
        if (before != null) {
            before.close();
        }
        SwapSpace swap = SwapFile.open(disk, directory.swapDirectory(index));
        swaps.put(index, swap);
        return swap;
    }

    @Override
    public long usableBytes(int index) {
        try {
            long usable = disk.usableBytes(directory.swapDirectory(index));
            if (!settings.isPlenty(usable)) {
                releaseSpares();
            }
            return usable;
        } catch (IOException e) {
            LOG.warn("cannot tell the room left for journal {}: {}", index, e.getMessage());
            return Long.MAX_VALUE;
        }
    }

    /** Has all journals give back what they keep beside what they need, soon: the one that is short may have nothing. */
    private void releaseSpares() {
        List<ArtemisPartitionJournal> keeping = open.values().stream()
                .filter(ArtemisPartitionJournal::hasSpares)
                .toList();
        if (!keeping.isEmpty()) {
            new IoPool(pool).tryExecute(() -> keeping.forEach(ArtemisPartitionJournal::releaseSpares));
        }
    }

    @Override
    public synchronized String quarantine(int index, String name, byte[] content) throws JournalException {
        requireOpen();
        return OwnThread.call("quarantine", () -> quarantineHere(index, name, content));
    }

    private String quarantineHere(int index, String name, byte[] content) throws JournalException {
        Path path = directory.makeJournalDirectory(index);
        // Names may come from users: nothing of them may lead elsewhere.
        String safe = name.replaceAll("[^A-Za-z0-9_-]", "_");
        try {
            return path.resolve(new Quarantine(disk, path)
                            .write(
                                    (safe.length() > 100 ? safe.substring(0, 100) : safe) + ".bin",
                                    ByteBuffer.wrap(content)))
                    .toString();
        } catch (IOException e) {
            throw DiskErrors.because("cannot set aside " + safe + " in " + path, e);
        }
    }

    @Override
    public BackupReport backup(Path target, Consumer<BackupProgress> progress) throws JournalException {
        return OwnThread.call("backup", () -> backupHere(target, progress));
    }

    private BackupReport backupHere(Path target, Consumer<BackupProgress> progress) throws JournalException {
        try {
            BackupFolder.requireOutside(disk, target, directory.path(), directory.header());
        } catch (IOException e) {
            throw DiskErrors.because("cannot back up into " + target, e);
        }
        OnlineBackup backup = new OnlineBackup(directory, clock);
        try {
            Map<Integer, ArtemisPartitionJournal> journals;
            synchronized (this) {
                requireOpen();
                journals = new TreeMap<>(open);
            }
            for (Map.Entry<Integer, ArtemisPartitionJournal> journal : journals.entrySet()) {
                backup.add(journal.getKey(), journal.getValue());
            }
            StoreHeader header = cut(backup);
            while (header == null) {
                backup.await();
                header = cut(backup);
            }
            return backup.copy(header, target, progress);
        } finally {
            backup.end();
        }
    }

    private synchronized @Nullable StoreHeader cut(OnlineBackup backup) throws JournalException {
        requireOpen();
        requireAllIn(backup);
        return backup.tryCut();
    }

    /** A backup without a journal that was ever written would restore to a store that has lost messages. */
    private void requireAllIn(OnlineBackup backup) throws JournalException {
        Set<Integer> in = new HashSet<>();
        for (JournalHold hold : backup.holds()) {
            if (hold.isOf(open.get(hold.index()))) {
                in.add(hold.index());
            }
        }
        for (int index = DEFINITIONS; index < partitions(); index++) {
            boolean concerned = directory.exists(index) || open.containsKey(index);
            if (concerned && !in.contains(index)) {
                throw new JournalException(
                        Reason.REFUSED,
                        StoreHeader.nameOf(index) + " is out, or was just opened: a backup has all journals; bring it"
                                + " back, or close the store and copy it");
            }
        }
    }

    @Override
    public List<String> warnings() {
        return directory.warnings();
    }

    private void requireOpen() throws JournalException {
        if (closed) {
            throw new JournalException(Reason.CLOSED, "the store " + directory.path() + " was closed");
        }
    }

    @Override
    public void close() throws JournalException {
        OwnThread.call("close", () -> {
            closing.lock();
            try {
                closeHere();
                return true;
            } finally {
                closing.unlock();
            }
        });
    }

    private void closeHere() throws JournalException {
        List<ArtemisPartitionJournal> journals;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            journals = new ArrayList<>(open.values());
            swaps.values().forEach(SwapSpace::close);
            swaps.clear();
        }
        JournalException first = null;
        for (ArtemisPartitionJournal journal : journals) {
            try {
                journal.close();
            } catch (JournalException e) {
                LOG.warn("a journal could not be closed cleanly: {}", e.getMessage());
                first = first == null ? e : first;
            }
        }
        endThreads();
        directory.close();
        if (first != null) {
            throw first;
        }
    }

    private void endThreads() {
        pool.shutdown();
        List<Thread> left = List.copyOf(threads);
        try {
            if (!pool.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} threads of the store {} do not end", pool.getActiveCount(), directory.path());
                return;
            }
            // The pool is done a moment before its threads are.
            for (Thread thread : left) {
                thread.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            // Nobody knows this thread.
            Thread.currentThread().interrupt();
        }
    }
}
