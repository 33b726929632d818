/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.peeklock.benchmarks.process.ChildProcess;
import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.process.Trial;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.subject.RawJournalSubject;
import io.peeklock.benchmarks.subject.Subject;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workload;
import io.peeklock.benchmarks.workload.Workloads;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs everything that is measured for a moment, so that it cannot rot; says nothing about speed.
 *
 * <p>Not thread safe.
 */
final class BenchmarkSmokeIT {

    private static final int OPERATIONS = 50;
    private static final int LIMIT_S = 60;
    private static final String JOURNAL_FILE = ".pjf";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("loaded")
    void everyContestantDoesTheLargestWorkloadItTakes(Contestant contestant) throws Exception {
        Workload workload =
                workloadsOf(contestant).reduce((first, second) -> second).orElseThrow();

        doSome(contestant, workload, directory);
    }

    @ParameterizedTest
    @EnumSource(names = {"PEEKLOCK", "ARTEMIS_TUNED", "ACTIVEMQ", "RAW_JOURNAL", "DISK"})
    void everyWorkloadRuns(Contestant contestant) throws Exception {
        for (Workload workload : workloadsOf(contestant).toList()) {
            Path store = directory.resolve(workload.id());
            Files.createDirectory(store);

            doSome(contestant, workload, store);
        }
    }

    @Test
    void aChildProcessTellsItsMeasurement() throws Exception {
        Path store = directory.resolve("store");

        Optional<ChildResult> result = new ChildProcess(Trial.class, List.of(), System.err)
                .run(store, List.of("disk", "W1", store.toString(), "0", "200"));

        assertThat(result.map(Measurement::of).orElseThrow().nanos()).isPositive();
        assertThat(store).doesNotExist();
    }

    @Test
    void aChildProcessThatFailsTellsWhyAndGivesNoMeasurement() throws Exception {
        Path store = directory.resolve("store");
        ByteArrayOutputStream messages = new ByteArrayOutputStream();

        Optional<ChildResult> result = new ChildProcess(
                        Trial.class, List.of(), new PrintStream(messages, true, StandardCharsets.UTF_8))
                .run(store, List.of("nobody", "W1", store.toString(), "0", "1"));

        assertThat(result).isEmpty();
        assertThat(messages.toString(StandardCharsets.UTF_8)).contains("unknown peer nobody");
    }

    @Test
    void theRawJournalsRecordsAreAsLargeAsPeeklocks() throws Exception {
        long one = bytesWritten(Contestant.PEEKLOCK, 1);
        long more = bytesWritten(Contestant.PEEKLOCK, 1 + OPERATIONS);

        assertThat((more - one) / OPERATIONS - Workloads.BODY_BYTES)
                .isCloseTo(RawJournalSubject.PEEKLOCK_BESIDE_BODY, within(32L));
    }

    /** Of the journal's files from the beginning to the last byte that is not zero, after so many sends. */
    private long bytesWritten(Contestant contestant, int sends) throws Exception {
        Path store = Files.createDirectory(directory.resolve("store-" + sends));
        try (Subject subject = contestant.subject()) {
            Worker producer = subject.open(Workloads.named("W1"), store).get(0);
            for (int i = 0; i < sends; i++) {
                producer.once();
            }
            producer.close();
        }
        long total = 0;
        try (Stream<Path> files = Files.walk(store)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(JOURNAL_FILE)).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int end = bytes.length;
                while (end > 0 && bytes[end - 1] == 0) {
                    end--;
                }
                total += end;
            }
        }
        return total;
    }

    /** Returns when so many operations are done, however long that takes. */
    private static void doSome(Contestant contestant, Workload workload, Path store) throws Exception {
        CountDownLatch remaining = new CountDownLatch(OPERATIONS);
        try (Subject subject = contestant.subject()) {
            List<Worker> workers = subject.open(workload, store);
            ExecutorService threads = Executors.newFixedThreadPool(workers.size());
            try {
                List<Future<?>> ends = new ArrayList<>();
                for (Worker worker : workers) {
                    ends.add(threads.submit(() -> {
                        while (remaining.getCount() > 0) {
                            if (worker.once() != Worker.NOT_COUNTED) {
                                for (int i = 0; i < worker.operations(); i++) {
                                    remaining.countDown();
                                }
                            }
                        }
                        return null;
                    }));
                }
                for (Future<?> end : ends) {
                    end.get(LIMIT_S, TimeUnit.SECONDS);
                }
                for (Worker worker : workers) {
                    worker.close();
                }
            } finally {
                threads.shutdownNow();
            }
        }
        assertThat(remaining.getCount()).isZero();
    }

    private static Stream<Contestant> loaded() {
        return Arrays.stream(Contestant.values())
                // Without its library it would be another contestant.
                .filter(contestant -> !contestant.isNative())
                .filter(contestant -> workloadsOf(contestant).findAny().isPresent());
    }

    private static Stream<Workload> workloadsOf(Contestant contestant) {
        return Workloads.ALL.stream().filter(contestant.subject()::takes);
    }
}
