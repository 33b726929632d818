/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    private static final Duration MOMENT = Duration.ofMillis(200);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("loaded")
    void everyContestantDoesTheLargestWorkloadItTakes(Contestant contestant) throws Exception {
        Workload workload =
                workloadsOf(contestant).reduce((first, second) -> second).orElseThrow();

        Measurement measurement = Trial.run(contestant, workload, directory, Duration.ZERO, MOMENT);

        assertThat(measurement.operations()).isPositive();
        assertThat(measurement.p50Nanos()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"ARTEMIS_TUNED", "ACTIVEMQ"})
    void everyWorkloadRunsThroughJakartaMessaging(Contestant contestant) throws Exception {
        for (Workload workload : Workloads.ALL) {
            Path store = directory.resolve(workload.id());
            Files.createDirectory(store);

            assertThat(Trial.run(contestant, workload, store, Duration.ZERO, MOMENT)
                            .operations())
                    .as(workload.id())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void everyProviderTellsItsStartUpCost(Contestant contestant) throws Exception {
        StartUpCost cost = StartUp.run((JmsSubject) contestant.subject(), directory, System.currentTimeMillis());

        assertThat(cost.first().diskKiB()).isPositive();
        assertThat(StartUpCost.of(new ChildResult(cost.toFields()))).isEqualTo(cost);
    }

    @Test
    void aChildProcessTellsItsMeasurement() throws Exception {
        Path store = directory.resolve("store");

        Optional<ChildResult> result = new ChildProcess(Trial.class, List.of(), System.err)
                .run(store, List.of("disk", "W1", store.toString(), "0", Long.toString(MOMENT.toMillis())));

        assertThat(result.map(Measurement::of).orElseThrow().operations()).isPositive();
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

    private static Stream<Contestant> loaded() {
        return there().filter(contestant -> workloadsOf(contestant).findAny().isPresent());
    }

    private static Stream<Contestant> providers() {
        return there().filter(Contestant::startsUp);
    }

    private static Stream<Contestant> there() {
        return Arrays.stream(Contestant.values())
                .filter(contestant ->
                        contestant != Contestant.PEEKLOCK && contestant != Contestant.PEEKLOCK_PARTITIONED);
    }

    private static Stream<Workload> workloadsOf(Contestant contestant) {
        return Workloads.ALL.stream().filter(contestant.subject()::takes);
    }
}
