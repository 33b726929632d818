/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import io.peeklock.benchmarks.process.ChildProcess;
import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.process.Machine;
import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.process.Trial;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.study.Study;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.subject.NativeLibrary;
import io.peeklock.benchmarks.workload.Workload;
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

    private static final int WRONG_ARGUMENTS = 2;

    private final Options options;
    private final Results results = new Results();
    private Optional<KeptFigures> keptFigures = Optional.empty();
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
            System.exit(WRONG_ARGUMENTS);
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
        Path kept = options.kept();
        if (kept != null) {
            try {
                keptFigures = Optional.of(KeptFigures.open(kept, sameForAll(), results));
            } catch (IllegalArgumentException e) {
                System.err.println(e.getMessage());
                return WRONG_ARGUMENTS;
            }
        }
        for (Workload workload : options.workloads()) {
            rounds(
                    workload.id(),
                    contestants.stream()
                            .filter(contestant -> contestant.subject().takes(workload))
                            .toList(),
                    contestant -> measure(workload, contestant));
        }
        for (Study study : options.studies()) {
            rounds(
                    study.id(),
                    contestants.stream().filter(study::takes).toList(),
                    contestant -> measure(study, contestant));
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

    /** One round on one contestant. */
    private interface Round {

        Outcome measure(Contestant contestant) throws IOException, InterruptedException;
    }

    /** @param figures empty if it failed */
    private record Outcome(Optional<ChildResult> figures, Optional<String> line) {}

    /** All rounds, contestants in turn within each: what the machine does for a while it does to all of them. */
    private void rounds(String id, List<Contestant> contestants, Round what) throws IOException, InterruptedException {
        for (int round = 1; round <= options.rounds(); round++) {
            // Each goes first in turn, so that none always follows the same one.
            List<Contestant> order = new ArrayList<>(contestants);
            Collections.rotate(order, 1 - round);
            for (Contestant contestant : order) {
                if (!results.has(id, contestant, round)) {
                    Outcome outcome = what.measure(contestant);
                    if (outcome.figures().isPresent()) {
                        add(id, contestant, round, outcome.figures().get());
                    }
                    progress(round, id, contestant, outcome.line());
                }
            }
        }
    }

    private void add(String id, Contestant contestant, int round, ChildResult figures) throws IOException {
        results.add(id, contestant, round, figures);
        if (keptFigures.isPresent()) {
            keptFigures.get().add(id, contestant, round, figures);
        }
    }

    private Outcome measure(Workload workload, Contestant contestant) throws IOException, InterruptedException {
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
                                Long.toString(options.warmUp(workload).toMillis()),
                                Long.toString(options.measure().toMillis())));
        return new Outcome(
                figures,
                figures.map(Measurement::of)
                        .map(value -> String.format(
                                Locale.ROOT,
                                "%,9.0f/s  p50 %,7.0f µs  p99 %,7.0f µs",
                                value.perSecond(),
                                value.p50Nanos() / 1e3,
                                value.p99Nanos() / 1e3)));
    }

    private Outcome measure(Study study, Contestant contestant) throws IOException, InterruptedException {
        Optional<ChildResult> figures = study.measure(contestant, directory(study.id(), contestant), System.err);
        return new Outcome(figures, figures.map(study::progress));
    }

    private List<String> jvmOptions() {
        return Stream.concat(JVM_OPTIONS.stream(), options.jvmOptions().stream())
                .toList();
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

    private static String code() {
        return System.getProperty("peeklock.benchmarks.code", "unknown");
    }

    /** What must not change while figures gather in one file. */
    private String sameForAll() throws IOException {
        return String.format(
                Locale.ROOT,
                "code %s, %s, %s, %s, warm-up %d s, %d s measured",
                code(),
                Machine.describe(options.directory()),
                Machine.jdk(),
                String.join(" ", jvmOptions()),
                options.warmUp().toSeconds(),
                options.measure().toSeconds());
    }

    private List<String> conditions(String arguments) throws IOException {
        List<String> conditions = new ArrayList<>(List.of(
                "Date: " + LocalDate.now(ZoneOffset.UTC) + ", code: " + code(),
                "Machine: " + Machine.describe(options.directory()),
                "JDK: " + Machine.jdk() + ", " + String.join(" ", jvmOptions()),
                String.format(
                        Locale.ROOT,
                        "Rounds: %d, each in a fresh JVM on a fresh directory, contestants in turn; %d s of warm-up,"
                                + " %d s where there are transactions or partitions, then %d s measured; provider and"
                                + " clients in one JVM, a connection a thread",
                        options.rounds(),
                        options.warmUp().toSeconds(),
                        options.warmUp().multipliedBy(Workload.LONG_WARM_UPS).toSeconds(),
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
