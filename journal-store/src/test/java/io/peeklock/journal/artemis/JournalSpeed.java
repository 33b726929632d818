/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.disk.FileSystemDisk;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.LoaderCallback;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/**
 * Compares the journal with the bare Artemis journal in alternating rounds; prints operations per second and ratios.
 *
 * <p>A program, not a test: {@code JournalSpeed <directory> <seconds per round> <rounds>}.
 */
final class JournalSpeed {

    private static final int RECORD_BYTES = 1024;

    /** One operation that returns when it is durable. */
    private interface Subject extends AutoCloseable {
        void add(long id) throws Exception;

        void remove(long id) throws Exception;
    }

    private final Path root;
    private final long roundNanos;
    private final AtomicLong ids = new AtomicLong();

    private JournalSpeed(Path root, long roundNanos) {
        this.root = root;
        this.roundNanos = roundNanos;
    }

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        int rounds = Integer.parseInt(args[2]);
        JournalSpeed speed = new JournalSpeed(root, (long) (Double.parseDouble(args[1]) * 1e9));
        for (int threads : new int[] {1, 16}) {
            for (boolean remove : threads == 1 ? new boolean[] {false} : new boolean[] {false, true}) {
                List<Double> ratios = new ArrayList<>();
                for (int round = 0; round <= rounds; round++) {
                    double raw = speed.measure(speed.new Bare(), threads, remove);
                    double ours = speed.measure(speed.new Peeklock(), threads, remove);
                    String name = threads + " threads, " + (remove ? "add and remove" : "add");
                    System.out.printf(
                            Locale.ROOT,
                            "%s: bare %.0f/s, peeklock %.0f/s, ratio %.2f%s%n",
                            name,
                            raw,
                            ours,
                            ours / raw,
                            round == 0 ? " (warm-up)" : "");
                    if (round > 0) {
                        ratios.add(ours / raw);
                    }
                }
                ratios.sort(Comparator.naturalOrder());
                System.out.printf(Locale.ROOT, "  median ratio %.2f%n", ratios.get(ratios.size() / 2));
            }
        }
    }

    private double measure(Subject subject, int threads, boolean remove) throws Exception {
        AtomicLong done = new AtomicLong();
        long end;
        try (subject) {
            end = System.nanoTime() + roundNanos;
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread worker = new Thread(() -> {
                    try {
                        while (System.nanoTime() < end) {
                            long id = ids.incrementAndGet();
                            subject.add(id);
                            done.incrementAndGet();
                            if (remove) {
                                subject.remove(id);
                                done.incrementAndGet();
                            }
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                workers.add(worker);
                worker.start();
            }
            for (Thread worker : workers) {
                worker.join();
            }
        }
        return done.get() * 1e9 / roundNanos;
    }

    private Path fresh(String name) throws Exception {
        Path directory = root.resolve(name);
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return directory;
    }

    /** JournalImpl with a buffer time-out of 1 ns and its own executors. */
    private final class Bare implements Subject {
        private final JournalImpl journal;
        private final byte[] body = new byte[RECORD_BYTES];

        Bare() throws Exception {
            Path directory = fresh("bare");
            Files.createDirectories(directory);
            NIOSequentialFileFactory factory =
                    new NIOSequentialFileFactory(directory.toFile(), true, 490 * 1024, 1, 1, false, null, null);
            journal = new JournalImpl(10 * 1024 * 1024, 2, 10, 0, 0, factory, "bare", "jnl", 1);
            journal.start();
            journal.load(new LoaderCallback() {
                @Override
                public void addPreparedTransaction(PreparedTransactionInfo preparedTransaction) {}

                @Override
                public void addRecord(RecordInfo info) {}

                @Override
                public void deleteRecord(long id) {}

                @Override
                public void updateRecord(RecordInfo info) {}

                @Override
                public void failedTransaction(
                        long transactionId, List<RecordInfo> records, List<RecordInfo> recordsToDelete) {}
            });
        }

        @Override
        public void add(long id) throws Exception {
            journal.appendAddRecord(id, (byte) 1, body, true);
        }

        @Override
        public void remove(long id) throws Exception {
            journal.appendDeleteRecord(id, true);
        }

        @Override
        public void close() throws Exception {
            journal.stop();
        }
    }

    /** Ours, driven under a lock as a partition does. */
    private final class Peeklock implements Subject, JournalListener {
        private record Waiter(Thread thread, long index) {}

        private final ExecutorService pool = Executors.newCachedThreadPool();
        private final ReentrantLock lock = new ReentrantLock();
        private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
        private final ArtemisPartitionJournal journal;
        private final RecordBody body = RecordBody.of(new byte[RECORD_BYTES]);
        private volatile long durable;

        Peeklock() throws Exception {
            journal = new ArtemisPartitionJournal(
                    fresh("peeklock"),
                    new FileSystemDisk(),
                    new byte[16],
                    new UUID(1, 1),
                    0,
                    pool,
                    JournalSettings.DEFAULT,
                    this);
            journal.load(new RecordVisitor() {
                @Override
                public void put(long id, int kind, ByteBuffer body) {}

                @Override
                public void replace(long id, int kind, ByteBuffer body) {}

                @Override
                public void remove(long id) {}
            });
        }

        @Override
        public void add(long id) throws Exception {
            commit(new Batch().put(id, 1, body).durable());
        }

        @Override
        public void remove(long id) throws Exception {
            commit(new Batch().remove(id).durable());
        }

        private void commit(Batch batch) throws JournalException {
            long index;
            lock.lock();
            try {
                index = journal.append(batch);
                waiters.add(new Waiter(Thread.currentThread(), index));
            } finally {
                lock.unlock();
            }
            while (durable < index) {
                LockSupport.park(this);
            }
        }

        @Override
        public void durable(long index) {
            durable = index;
            for (Waiter waiter = waiters.peek(); waiter != null && waiter.index() <= index; waiter = waiters.peek()) {
                waiters.poll();
                LockSupport.unpark(waiter.thread());
            }
        }

        @Override
        public void failed(JournalException cause) {
            cause.printStackTrace();
            System.exit(1);
        }

        @Override
        public void close() throws Exception {
            journal.close();
            pool.shutdown();
        }
    }
}
