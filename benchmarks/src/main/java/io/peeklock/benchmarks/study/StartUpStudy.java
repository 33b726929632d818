/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.ChildProcess;
import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.process.UsedClassPath;
import io.peeklock.benchmarks.report.Markdown;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.report.Spread;
import io.peeklock.benchmarks.report.Verdict;
import io.peeklock.benchmarks.subject.Contestant;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What it costs to start a provider on an empty directory and to use it a little.
 *
 * <p>Immutable.
 *
 * @param archived whether a run before has put the classes into an archive (AppCDS), as an application may that starts often
 */
public record StartUpStudy(String id, boolean archived) implements Study {

    static final StartUpStudy PLAIN = new StartUpStudy("start", false);
    static final StartUpStudy ARCHIVED = new StartUpStudy("start-archive", true);

    private static final String HEAP = "-Xmx512m";
    private static final double TARGET_MS = 300;
    private static final double TARGET_MIB = 80;
    private static final double TARGET_KIB = 2000;
    private static final double KIB_PER_MIB = 1024;

    @Override
    public boolean takes(Contestant contestant) {
        return contestant.startsUp();
    }

    @Override
    public Optional<ChildResult> measure(Contestant contestant, Path directory, PrintStream messages)
            throws IOException, InterruptedException {
        Path log = directory.resolveSibling(directory.getFileName() + ".classes");
        Path archive = directory.resolveSibling(directory.getFileName() + ".jsa");
        try {
            String all = System.getProperty("java.class.path");
            if (start(contestant, directory, List.of(HEAP, UsedClassPath.tellInto(log)), all, messages)
                    .isEmpty()) {
                return Optional.empty();
            }
            String used = UsedClassPath.of(log);
            if (!archived) {
                return start(contestant, directory, List.of(HEAP), used, messages);
            }
            List<String> archiving =
                    List.of(HEAP, "-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
            if (start(contestant, directory, archiving, used, messages).isEmpty()) {
                return Optional.empty();
            }
            return start(contestant, directory, List.of(HEAP, "-XX:SharedArchiveFile=" + archive), used, messages);
        } finally {
            Files.deleteIfExists(log);
            Files.deleteIfExists(archive);
        }
    }

    private static Optional<ChildResult> start(
            Contestant contestant, Path directory, List<String> jvmOptions, String classPath, PrintStream messages)
            throws IOException, InterruptedException {
        return new ChildProcess(StartUp.class, jvmOptions, classPath, messages)
                .run(
                        directory,
                        List.of(contestant.label(), directory.toString(), Long.toString(System.currentTimeMillis())));
    }

    @Override
    public String progress(ChildResult figures) {
        StartUpCost cost = StartUpCost.of(figures);
        return String.format(
                Locale.ROOT,
                "%,9d ms  %d MiB  %d threads  %,d KiB on disk",
                cost.time().elapsedMs(),
                cost.first().residentKiB() >> 10,
                cost.first().threads(),
                cost.first().diskKiB());
    }

    @Override
    public void write(Results results, List<Contestant> contestants, StringBuilder text) {
        text.append(archived ? "## Start with an archive of classes\n\n" : "## Start\n\n")
                .append("A JVM with ")
                .append(HEAP)
                .append(archived ? " and the classes in an archive that a run before has made" : "")
                .append(", only the jars that are used, an empty directory. \"then\": after ")
                .append(StartUp.MORE_MESSAGES)
                .append(
                        " more messages, sent and received one by one. Below a provider a message is a synced record.\n\n");
        Markdown.head(
                text,
                "",
                List.of(
                        "JVM start to first message, ms",
                        "processor ms",
                        "RSS MiB",
                        "then",
                        "threads",
                        "then",
                        "disk KiB",
                        "then",
                        "close ms",
                        "threads left"));
        for (Contestant contestant : contestants) {
            Markdown.row(
                    text,
                    contestant.label(),
                    List.of(
                            Markdown.figure(
                                    figure(
                                            results,
                                            contestant,
                                            cost -> cost.time().elapsedMs()),
                                    "%,.0f"),
                            median(results, contestant, cost -> cost.time().processorMs()),
                            median(results, contestant, cost -> cost.first().residentKiB() / 1024.0),
                            median(results, contestant, cost -> cost.used().residentKiB() / 1024.0),
                            median(results, contestant, cost -> cost.first().threads()),
                            median(results, contestant, cost -> cost.used().threads()),
                            median(results, contestant, cost -> cost.first().diskKiB()),
                            median(results, contestant, cost -> cost.used().diskKiB()),
                            median(results, contestant, StartUpCost::closeMs),
                            median(results, contestant, StartUpCost::threadsLeft)));
        }
        text.append('\n');
    }

    private String median(Results results, Contestant contestant, ToDoubleFunction<StartUpCost> figure) {
        return Markdown.median(figure(results, contestant, figure), "%,.0f");
    }

    private Optional<Spread> figure(Results results, Contestant contestant, ToDoubleFunction<StartUpCost> figure) {
        return results.figure(id(), contestant, figures -> figure.applyAsDouble(StartUpCost.of(figures)));
    }

    @Override
    public List<Verdict> verdicts(Results results) {
        return List.of(
                verdict(
                        results,
                        "JVM start to first message, ms",
                        TARGET_MS,
                        cost -> cost.time().elapsedMs()),
                verdict(
                        results,
                        "RSS then, MiB",
                        TARGET_MIB,
                        cost -> cost.first().residentKiB() / KIB_PER_MIB),
                verdict(
                        results,
                        "disk then, KiB",
                        TARGET_KIB,
                        cost -> cost.first().diskKiB()));
    }

    private Verdict verdict(Results results, String what, double bound, ToDoubleFunction<StartUpCost> figure) {
        return Verdict.below(id, what, bound, "%,.0f", figure(results, Contestant.PEEKLOCK, figure));
    }
}
