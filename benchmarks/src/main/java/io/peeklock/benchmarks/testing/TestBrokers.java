/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.testing;

import io.peeklock.benchmarks.process.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The program behind {@code benchmarks/testing.sh}: runs the benchmarks of this package and writes what they gave. */
public final class TestBrokers {

    private static final int FORKS = 2;
    private static final String REFERENCE = "peeklock";

    private TestBrokers() {}

    /** @param arguments the file to write */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("the file to write is asked for, got " + List.of(arguments));
        }
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(TestBrokers.class.getPackageName().replace(".", "\\.") + ".*Benchmark")
                        .forks(FORKS)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Files.writeString(Path.of(arguments[0]), document(results));
    }

    private static String document(Collection<RunResult> results) throws Exception {
        double reference = results.stream()
                .map(RunResult::getPrimaryResult)
                .filter(result -> result.getLabel().equals(REFERENCE))
                .mapToDouble(Result::getScore)
                .findAny()
                .orElseThrow();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                """
                # Results of brokers for tests

                Written by `benchmarks/testing.sh` (JMH); do not edit. Only ratios of the same run count, absolute figures are orientation.

                - Date: %s, code: %s
                - Machine: %s
                - JDK: %s
                - Each in %d fresh JVMs, 5 times 1 s measured after 5 times 1 s of warm-up; one thread
                - The peers keep nothing on disk either, with JMX and security off

                |  | ms | ± 99.9 %% | / peeklock |
                | --- | ---: | ---: | ---: |
                """,
                LocalDate.now(ZoneOffset.UTC),
                System.getProperty("peeklock.benchmarks.code", "unknown"),
                Machine.describe(Path.of(".")),
                Machine.jdk(),
                FORKS));
        results.stream()
                .map(RunResult::getPrimaryResult)
                .sorted(Comparator.comparingDouble(Result::getScore))
                .forEach(result -> text.append(String.format(
                        Locale.ROOT,
                        "| %s | %.2f | %.2f | %.2f |%n",
                        result.getLabel(),
                        result.getScore() / 1_000,
                        result.getScoreError() / 1_000,
                        result.getScore() / reference)));
        return text.append("""

                        `peeklock`, `artemis` and `activemq`: a broker is opened, one message is sent and received, and it is closed. `peeklockUnused`: opened and closed.
                        `peeklockRestored`: of a namespace that test classes share, eleven queues, one with a hundred messages, are put back to ten without any.
                        """).toString();
    }
}
