/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.Child;
import io.peeklock.benchmarks.study.LargeQueue.Load;
import io.peeklock.benchmarks.subject.RawJournalSubject;
import io.peeklock.benchmarks.workload.Workloads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/**
 * The child process that writes what a very long queue is below a provider, or loads it: nothing above the journal can start
 * sooner.
 *
 * <p>Runs on the main thread.
 */
final class LargeJournal {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final byte RECORD_TYPE = 1;

    private LargeJournal() {}

    /** Arguments: fill or load, directory, wall clock in milliseconds when this JVM was asked for, then those of the load. */
    public static void main(String[] args) {
        List<String> arguments = List.of(args);
        Path directory = Path.of(arguments.get(1));
        Load load = Load.of(arguments.subList(3, arguments.size()));
        Child.run(
                LIMIT,
                () -> arguments.get(0).equals("fill")
                        ? fill(directory, load)
                        : load(directory, load, Long.parseLong(arguments.get(2))));
    }

    /** From as many threads, in as large transactions, each synced when its commit returns. */
    static Map<String, Long> fill(Path directory, Load load) throws Exception {
        JournalImpl journal = RawJournalSubject.open(directory, RawJournalSubject.Settings.OWN, record -> {});
        AtomicLong ids = new AtomicLong();
        AtomicInteger left = new AtomicInteger(load.messages() / load.perTransaction());
        ExecutorService threads = Executors.newFixedThreadPool(load.threads());
        long began = System.nanoTime();
        try {
            List<Future<?>> fillers = new ArrayList<>();
            for (int i = 0; i < load.threads(); i++) {
                byte[] body = Workloads.body(i, load.bodyBytes() + RawJournalSubject.PEEKLOCK_BESIDE_BODY);
                fillers.add(threads.submit(() -> {
                    while (left.getAndDecrement() > 0) {
                        addAll(journal, ids, load.perTransaction(), body);
                    }
                    return null;
                }));
            }
            for (Future<?> filler : fillers) {
                filler.get();
            }
        } finally {
            threads.shutdownNow();
        }
        long nanos = System.nanoTime() - began;
        journal.stop();
        return Map.of("filled", (long) load.messages(), "fillNanos", nanos);
    }

    private static void addAll(JournalImpl journal, AtomicLong ids, int records, byte[] body) throws Exception {
        long transaction = ids.incrementAndGet();
        for (int i = 0; i < records; i++) {
            journal.appendAddRecordTransactional(transaction, ids.incrementAndGet(), RECORD_TYPE, body);
        }
        journal.appendCommitRecord(transaction, true);
    }

    static Map<String, Long> load(Path directory, Load load, long askedForAtMs) throws Exception {
        long[] records = new long[1];
        JournalImpl journal = RawJournalSubject.open(directory, RawJournalSubject.Settings.OWN, record -> records[0]++);
        long firstMs = System.currentTimeMillis() - askedForAtMs;
        journal.stop();
        if (records[0] != load.messages()) {
            throw new IllegalStateException(records[0] + " of " + load.messages() + " records were loaded");
        }
        return Map.of("firstMs", firstMs);
    }
}
