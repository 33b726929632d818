/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import io.peeklock.benchmarks.study.Studies;
import io.peeklock.benchmarks.study.Study;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.workload.Workload;
import io.peeklock.benchmarks.workload.Workloads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do.
 *
 * <p>Immutable.
 *
 * @param studies what is measured beside the workloads
 * @param rounds fresh JVMs for each workload and contestant
 * @param jvmOptions more of them for the JVMs that run workloads
 * @param directory where the stores lie while they are measured; on the disk that is to be measured
 * @param kept the file in which figures are kept as they come, null for none
 * @param output the file of results, null for one that depends on whether the run is a whole one
 */
record Options(
        List<Workload> workloads,
        List<Study> studies,
        List<Contestant> contestants,
        int rounds,
        Duration warmUp,
        Duration measure,
        List<String> jvmOptions,
        Path directory,
        @Nullable Path kept,
        @Nullable Path output) {

    static final String USAGE = """
            benchmarks/run.sh [options]
              --workloads W1,start  only these; W4 is W4-1 and W4-8; start is the cost of starting
              --peers artemis,disk  only these; peeklock is one of them
              --rounds N            fresh JVMs for each workload and peer, default 5
              --seconds N           measured in each, default 3
              --warm-up N           seconds before that, three times as many where there are transactions or partitions, default 6
              --jvm OPTION          one more for the JVMs that run workloads, such as a profiler's; may be repeated
              --quick               one round of 1 s after 1 s
              --directory DIR       where the stores lie, default target/benchmark-data
              --resume FILE         figures are kept in FILE as they come; what is in it already is not measured again
              --output FILE         default RESULTS.md for a whole run, target/RESULTS.md for any other
            """;

    private static final Options DEFAULTS = new Options(
            Workloads.ALL,
            Studies.ALL,
            List.of(Contestant.values()),
            5,
            Duration.ofSeconds(6),
            Duration.ofSeconds(3),
            List.of(),
            Path.of("target", "benchmark-data"),
            null,
            null);

    Options {
        workloads = List.copyOf(workloads);
        studies = List.copyOf(studies);
        contestants = List.copyOf(contestants);
        jvmOptions = List.copyOf(jvmOptions);
    }

    static Options parse(List<String> arguments) {
        Parser parser = new Parser();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (name.equals("--quick")) {
                parser.quick();
            } else if (i + 1 < arguments.size()) {
                parser.set(name, arguments.get(++i));
            } else {
                throw new IllegalArgumentException("unknown option " + name + ", or its value is missing");
            }
        }
        return parser.options();
    }

    Options withContestants(List<Contestant> some) {
        return new Options(workloads, studies, some, rounds, warmUp, measure, jvmOptions, directory, kept, output);
    }

    /** Only a run of everything, long enough to mean something, may replace the results that are kept. */
    private boolean isWhole() {
        return workloads.containsAll(DEFAULTS.workloads)
                && studies.containsAll(DEFAULTS.studies)
                && contestants.containsAll(DEFAULTS.contestants)
                && rounds >= DEFAULTS.rounds
                && measure.compareTo(DEFAULTS.measure) >= 0
                && jvmOptions.isEmpty();
    }

    /** How long this one warms up. */
    Duration warmUp(Workload workload) {
        return warmUp.multipliedBy(workload.warmUps());
    }

    Path outputFile() {
        if (output != null) {
            return output;
        }
        return isWhole() ? Path.of("RESULTS.md") : Path.of("target", "RESULTS.md");
    }

    /** Takes the arguments one by one. Owned by one thread. */
    private static final class Parser {

        private List<Workload> workloads = DEFAULTS.workloads;
        private List<Study> studies = DEFAULTS.studies;
        private List<Contestant> contestants = DEFAULTS.contestants;
        private int rounds = DEFAULTS.rounds;
        private Duration warmUp = DEFAULTS.warmUp;
        private Duration measure = DEFAULTS.measure;
        private final List<String> jvmOptions = new ArrayList<>();
        private Path directory = DEFAULTS.directory;
        private @Nullable Path kept;
        private @Nullable Path output;

        void quick() {
            rounds = 1;
            warmUp = Duration.ofSeconds(1);
            measure = Duration.ofSeconds(1);
        }

        void set(String name, String value) {
            switch (name) {
                case "--workloads" -> select(each(value, id -> id));
                case "--peers" -> contestants = each(value, Contestant::named);
                case "--rounds" -> rounds = positive(name, value);
                case "--seconds" -> measure = Duration.ofSeconds(positive(name, value));
                case "--warm-up" -> warmUp = Duration.ofSeconds(positive(name, value));
                case "--jvm" -> jvmOptions.add(value);
                case "--directory" -> directory = Path.of(value);
                case "--resume" -> kept = Path.of(value);
                case "--output" -> output = Path.of(value);
                default -> throw new IllegalArgumentException("unknown option " + name);
            }
        }

        private void select(List<String> ids) {
            List<Workload> someWorkloads = new ArrayList<>();
            List<Study> someStudies = new ArrayList<>();
            for (String id : ids) {
                if (Studies.isNamed(id)) {
                    someStudies.add(Studies.named(id));
                } else {
                    someWorkloads.addAll(Workloads.matching(id));
                }
            }
            workloads = someWorkloads;
            studies = someStudies;
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

        Options options() {
            return new Options(
                    workloads, studies, contestants, rounds, warmUp, measure, jvmOptions, directory, kept, output);
        }
    }
}
