/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The load driver: runs every workload on every contestant in turn, round after round, and writes the results.
 *
 * <p>Single threaded: nothing else runs while a child process measures.
 */
final class Benchmarks {

    /** The same for all; large enough that no contestant is measured by its garbage collections. */
    private static final List<String> JVM_OPTIONS = List.of("-Xms2g", "-Xmx6g", "-XX:+UseG1GC", "-XX:+AlwaysPreTouch");

    private static final String WITHOUT_NATIVE =
            "artemis-aio is left out: Artemis's native library does not load, which needs libaio.so.1 on LD_LIBRARY_PATH"
                    + " (Debian's package libaio1)";

    private final Options options;
    private final Results results = new Results();
    private Optional<NativeLibrary> nativeLibrary = Optional.empty();
    private int failures;

    private Benchmarks(Options options) {
        this.options = options;
    }

    /** Arguments: see {@link Options#USAGE}. Exits with 1 if anything failed, with 2 if the arguments are wrong. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> arguments = List.of(args);
        if (arguments.contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Options.USAGE);
            System.exit(2);
            return;
        }
        System.exit(new Benchmarks(options).run(String.join(" ", arguments)));
    }

    private int run(String arguments) throws IOException, InterruptedException {
        Files.createDirectories(options.directory());
        if (options.contestants().stream().anyMatch(Contestant::isNative)) {
            nativeLibrary = NativeLibrary.unpack(options.directory(), System.err);
        }
        List<Contestant> contestants = options.contestants().stream()
                .filter(contestant -> !contestant.isNative() || nativeLibrary.isPresent())
                .toList();
        for (int round = 1; round <= options.rounds(); round++) {
            // Each goes first in turn, so that none always follows the same one.
            List<Contestant> order = new ArrayList<>(contestants);
            Collections.rotate(order, 1 - round);
            for (Workload workload : options.workloads()) {
                for (Contestant contestant : order) {
                    if (contestant.subject().takes(workload)) {
                        measure(workload, contestant, round);
                    }
                }
            }
            for (Study study : options.studies()) {
                for (Contestant contestant : order) {
                    if (study.takes(contestant)) {
                        measure(study, contestant, round);
                    }
                }
            }
        }
        if (contestants.size() < options.contestants().size()) {
            System.out.println(WITHOUT_NATIVE);
        }
        String report = new Report(options.withContestants(contestants), results).write(conditions(arguments));
        Path output = options.outputFile().toAbsolutePath();
        Files.writeString(output, report);
        System.out.println();
        System.out.print(report);
        System.out.println();
        System.out.println(
                failures == 0 ? "Written to " + output : failures + " FAILED, see above; written to " + output);
        return failures == 0 ? 0 : 1;
    }

    private void measure(Workload workload, Contestant contestant, int round) throws IOException, InterruptedException {
        Path directory = directory(workload.id(), contestant);
        List<String> jvmOptions = new ArrayList<>(jvmOptions());
        if (contestant.isNative()) {
            jvmOptions.addAll(nativeLibrary.orElseThrow().jvmOptions());
        }
        Optional<ChildResult> figures = new ChildProcess(Trial.class, jvmOptions, System.err)
                .run(
                        directory,
                        List.of(
                                contestant.label(),
                                workload.id(),
                                directory.toString(),
                                Long.toString(options.warmUp().toMillis()),
                                Long.toString(options.measure().toMillis())));
        figures.ifPresent(value -> results.add(workload.id(), contestant, round, value));
        progress(
                round,
                workload.id(),
                contestant,
                figures.map(Measurement::of)
                        .map(value -> String.format(
                                Locale.ROOT,
                                "%,9.0f/s  p50 %,7.0f µs  p99 %,7.0f µs",
                                value.perSecond(),
                                value.p50Nanos() / 1e3,
                                value.p99Nanos() / 1e3)));
    }

    private List<String> jvmOptions() {
        return Stream.concat(JVM_OPTIONS.stream(), options.jvmOptions().stream())
                .toList();
    }

    private void measure(Study study, Contestant contestant, int round) throws IOException, InterruptedException {
        Optional<ChildResult> figures = study.measure(contestant, directory(study.id(), contestant), System.err);
        figures.ifPresent(value -> results.add(study.id(), contestant, round, value));
        progress(round, study.id(), contestant, figures.map(study::progress));
    }

    private Path directory(String id, Contestant contestant) {
        return options.directory().resolve(id + "-" + contestant.label()).toAbsolutePath();
    }

    private void progress(int round, String what, Contestant contestant, Optional<String> result) {
        if (result.isEmpty()) {
            failures++;
        }
        System.out.printf(
                Locale.ROOT,
                "round %d of %d  %-10s %-18s %s%n",
                round,
                options.rounds(),
                what,
                contestant.label(),
                result.orElse("FAILED"));
    }

    private List<String> conditions(String arguments) throws IOException {
        List<String> conditions = new ArrayList<>(List.of(
                "Date: " + LocalDate.now(ZoneOffset.UTC) + ", code: "
                        + System.getProperty("peeklock.benchmarks.code", "unknown"),
                "Machine: " + Machine.describe(options.directory()),
                "JDK: " + Machine.jdk() + ", " + String.join(" ", jvmOptions()),
                String.format(
                        Locale.ROOT,
                        "Rounds: %d, each in a fresh JVM on a fresh directory, contestants in turn; %d s of warm-up, then %d s"
                                + " measured; provider and clients in one JVM, a connection a thread",
                        options.rounds(),
                        options.warmUp().toSeconds(),
                        options.measure().toSeconds()),
                "Command: `benchmarks/run.sh" + (arguments.isEmpty() ? "" : " " + arguments) + "`",
                "heap bytes: allocated by all threads, clients' included; file bytes: written, from /proc/self/io (wchar),"
                        + " which does not see what the ASYNCIO journal writes"));
        if (options.contestants().stream().anyMatch(Contestant::isNative) && nativeLibrary.isEmpty()) {
            conditions.add(WITHOUT_NATIVE);
        }
        return conditions;
    }
}
