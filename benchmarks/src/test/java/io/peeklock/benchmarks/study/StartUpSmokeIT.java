/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.subject.Contestant;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Starts what is started in measurements, so that it cannot rot; says nothing about speed.
 *
 * <p>Not thread safe.
 */
final class StartUpSmokeIT {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("started")
    void whatIsStartedTellsItsCost(Contestant contestant) throws Exception {
        StartUpCost cost = StartUp.run(contestant.subject(), directory, System.currentTimeMillis());

        assertThat(cost.first().diskKiB()).isPositive();
        assertThat(StartUpCost.of(new ChildResult(cost.toFields()))).isEqualTo(cost);
    }

    @Test
    void aStartWithAnArchiveOfClassesTellsItsCost() throws Exception {
        Path store = directory.resolve("store");

        Optional<ChildResult> result = StartUpStudy.ARCHIVED.measure(Contestant.DISK, store, System.err);

        assertThat(result.map(StartUpCost::of).orElseThrow().time().elapsedMs()).isPositive();
        assertThat(directory).isEmptyDirectory();
    }

    private static Stream<Contestant> started() {
        return Arrays.stream(Contestant.values()).filter(Contestant::startsUp);
    }
}
