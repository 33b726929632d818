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
import java.util.List;
import java.util.Map;
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

    static Map<String, Long> fill(Path directory, Load load) throws Exception {
        JournalImpl journal = RawJournalSubject.open(directory, RawJournalSubject.Settings.OWN, record -> {});
        byte[] body = Workloads.body(0, load.bodyBytes() + RawJournalSubject.PEEKLOCK_BESIDE_BODY);
        long id = 0;
        for (int i = 0; i < load.messages() / load.perTransaction(); i++) {
            long transaction = ++id;
            for (int j = 0; j < load.perTransaction(); j++) {
                journal.appendAddRecordTransactional(transaction, ++id, RECORD_TYPE, body);
            }
            journal.appendCommitRecord(transaction, false);
        }
        journal.stop();
        return Map.of("records", (long) load.messages());
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
