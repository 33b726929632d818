/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do.
 *
 * <p>Immutable.
 *
 * @param startUp whether the cost of starting is measured too
 * @param rounds fresh JVMs for each workload and contestant
 * @param directory where the stores lie while they are measured; on the disk that is to be measured
 * @param output the file of results, null for one that depends on whether the run is a whole one
 */
record Options(
        List<Workload> workloads,
        List<Contestant> contestants,
        boolean startUp,
        int rounds,
        Duration warmUp,
        Duration measure,
        Path directory,
        @Nullable Path output) {

    static final String USAGE = """
            benchmarks/run.sh [options]
              --workloads W1,start  only these; start is the cost of starting
              --peers artemis,disk  only these; peeklock is one of them
              --rounds N            fresh JVMs for each workload and peer, default 3
              --seconds N           measured in each, default 3
              --warm-up N           seconds before that, default 15
              --quick               one round of 1 s after 1 s
              --directory DIR       where the stores lie, default target/benchmark-data
              --output FILE         default RESULTS.md for a whole run, target/RESULTS.md for any other
            """;

    private static final String START_UP = "start";

    private static final Options DEFAULTS = new Options(
            Workloads.ALL,
            List.of(Contestant.values()),
            true,
            3,
            Duration.ofSeconds(15),
            Duration.ofSeconds(3),
            Path.of("target", "benchmark-data"),
            null);

    Options {
        workloads = List.copyOf(workloads);
        contestants = List.copyOf(contestants);
    }

    static Options parse(List<String> arguments) {
        Options options = DEFAULTS;
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (name.equals("--quick")) {
                options = options.withTimes(1, Duration.ofSeconds(1), Duration.ofSeconds(1));
            } else if (i + 1 < arguments.size()) {
                options = options.with(name, arguments.get(++i));
            } else {
                throw new IllegalArgumentException("unknown option " + name + ", or its value is missing");
            }
        }
        return options;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--workloads" ->
                new Options(
                        each(value, id -> id).stream()
                                .filter(id -> !id.equals(START_UP))
                                .map(Workloads::named)
                                .toList(),
                        contestants,
                        each(value, id -> id).contains(START_UP),
                        rounds,
                        warmUp,
                        measure,
                        directory,
                        output);
            case "--peers" ->
                new Options(
                        workloads, each(value, Contestant::named), startUp, rounds, warmUp, measure, directory, output);
            case "--rounds" -> withTimes(positive(name, value), warmUp, measure);
            case "--seconds" -> withTimes(rounds, warmUp, Duration.ofSeconds(positive(name, value)));
            case "--warm-up" -> withTimes(rounds, Duration.ofSeconds(positive(name, value)), measure);
            case "--directory" ->
                new Options(workloads, contestants, startUp, rounds, warmUp, measure, Path.of(value), output);
            case "--output" ->
                new Options(workloads, contestants, startUp, rounds, warmUp, measure, directory, Path.of(value));
            default -> throw new IllegalArgumentException("unknown option " + name);
        };
    }

    private Options withTimes(int newRounds, Duration newWarmUp, Duration newMeasure) {
        return new Options(workloads, contestants, startUp, newRounds, newWarmUp, newMeasure, directory, output);
    }

    private static <T> List<T> each(String value, Function<String, T> parse) {
        return Arrays.stream(value.split(",")).map(String::trim).map(parse).toList();
    }

    private static int positive(String name, String value) {
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " takes a number, not " + value, e);
        }
        if (number < 1) {
            throw new IllegalArgumentException(name + " is at least 1, not " + value);
        }
        return number;
    }

    /** Only a run of everything, long enough to mean something, may replace the results that are kept. */
    private boolean isWhole() {
        return workloads.containsAll(DEFAULTS.workloads)
                && startUp
                && contestants.containsAll(DEFAULTS.contestants)
                && rounds >= DEFAULTS.rounds
                && measure.compareTo(DEFAULTS.measure) >= 0;
    }

    Path outputFile() {
        if (output != null) {
            return output;
        }
        return isWhole() ? Path.of("RESULTS.md") : Path.of("target", "RESULTS.md");
    }
}
