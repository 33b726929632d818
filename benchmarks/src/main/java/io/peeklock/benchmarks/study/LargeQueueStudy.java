/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.ChildProcess;
import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.report.Markdown;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.report.Verdict;
import io.peeklock.benchmarks.subject.Contestant;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A very long queue: filled, started on in a new JVM, and drained.
 *
 * <p>Immutable.
 *
 * @param what the load, for a reader
 * @param heap option of all JVMs
 * @param settings for the end of Peeklock's URL; empty for a study of several contestants as they come
 * @param alone whether only Peeklock is measured
 */
public record LargeQueueStudy(String id, String what, String heap, String settings, boolean alone, LargeQueue.Load load)
        implements Study {

    static final LargeQueueStudy MANY = new LargeQueueStudy(
            "W10", "1,000,000 messages of 256 bytes", "-Xmx6g", "", false, new LargeQueue.Load(1_000_000, 256, 8, 100));

    /** The index of a million messages is more than the quarter of this heap that it may have as it comes. */
    static final LargeQueueStudy SMALL_HEAP = new LargeQueueStudy(
            "W10-1k",
            "1,000,000 messages of 1 KiB in a heap of 384 MiB",
            "-Xmx384m",
            "&indexMemory=220MiB",
            true,
            new LargeQueue.Load(1_000_000, 1024, 8, 100));

    static final LargeQueueStudy LARGE_STORE = new LargeQueueStudy(
            "W10-5g",
            "80,000 messages of 64 KiB, 5 GB, in a heap of 512 MiB",
            "-Xmx512m",
            "",
            true,
            new LargeQueue.Load(80_000, 64 * 1024, 4, 10));

    private static final double MIB = 1 << 20;

    @Override
    public boolean takes(Contestant contestant) {
        return switch (contestant) {
            case PEEKLOCK -> true;
            case ARTEMIS, ARTEMIS_TUNED, ACTIVEMQ, RAW_JOURNAL -> !alone;
            default -> false;
        };
    }

    @Override
    public Optional<ChildResult> measure(Contestant contestant, Path directory, PrintStream messages)
            throws IOException, InterruptedException {
        ChildProcess.deleteTree(directory);
        Files.createDirectories(directory);
        try {
            boolean isJournal = contestant == Contestant.RAW_JOURNAL;
            Optional<ChildResult> filled =
                    isJournal ? journal("fill", directory, messages) : run("fill", contestant, directory, messages);
            if (filled.isEmpty()) {
                return filled;
            }
            Optional<ChildResult> startedOn =
                    isJournal ? journal("load", directory, messages) : run("drain", contestant, directory, messages);
            return startedOn.map(figures -> {
                Map<String, Long> all = new LinkedHashMap<>(filled.orElseThrow().fields());
                all.putAll(figures.fields());
                return new ChildResult(all);
            });
        } finally {
            ChildProcess.deleteTree(directory);
        }
    }

    private Optional<ChildResult> run(String phase, Contestant contestant, Path directory, PrintStream messages)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                phase, contestant.label(), directory.toString(), settings, Long.toString(System.currentTimeMillis())));
        arguments.addAll(load.toArguments());
        return new ChildProcess(LargeQueue.class, List.of(heap), messages).runOnce(arguments);
    }

    private Optional<ChildResult> journal(String phase, Path directory, PrintStream messages)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of(phase, directory.toString(), Long.toString(System.currentTimeMillis())));
        arguments.addAll(load.toArguments());
        return new ChildProcess(LargeJournal.class, List.of(heap), messages).runOnce(arguments);
    }

    @Override
    public String progress(ChildResult figures) {
        if (!figures.fields().containsKey("drained")) {
            return String.format(
                    Locale.ROOT, "filled %,.0f/s, loaded in %,d ms", filledPerSecond(figures), figures.get("firstMs"));
        }
        return String.format(
                Locale.ROOT,
                "filled %,.0f/s, first message %,d ms, live heap %,.0f MiB, drained %,.0f/s",
                filledPerSecond(figures),
                figures.get("firstMs"),
                startedHeap(figures),
                drainedPerSecond(figures));
    }

    private static double filledPerSecond(ChildResult figures) {
        return figures.get("filled") * 1e9 / figures.get("fillNanos");
    }

    private static double drainedPerSecond(ChildResult figures) {
        return figures.get("drained") * 1e9 / figures.get("drainNanos");
    }

    private static double startedHeap(ChildResult figures) {
        return figures.get("startedHeap") / MIB;
    }

    @Override
    public void write(Results results, List<Contestant> contestants, StringBuilder text) {
        text.append("## ")
                .append(id)
                .append("\n\n")
                .append(what)
                .append(": filled by ")
                .append(load.threads())
                .append(" producers in transactions of ")
                .append(load.perTransaction())
                .append(", started on in a new JVM, and drained by as many consumers in such transactions;")
                .append(" each transaction is on disk when its commit returns.\nAll with ")
                .append(heap)
                .append(settings.isEmpty() ? "" : " and " + settings.substring(1))
                .append(". Live heap is what a full collection leaves; RSS the most there was.\n\n");
        Markdown.head(
                text,
                "",
                List.of(
                        "filled a second",
                        "live heap MiB",
                        "RSS MiB",
                        "disk MiB",
                        "JVM start to first message, ms",
                        "live heap MiB",
                        "RSS MiB",
                        "disk MiB",
                        "drained a second",
                        "live heap MiB",
                        "RSS MiB",
                        "disk MiB"));
        for (Contestant contestant : contestants) {
            if (contestant == Contestant.RAW_JOURNAL) {
                continue;
            }
            Markdown.row(
                    text,
                    contestant.label(),
                    List.of(
                            figure(results, contestant, LargeQueueStudy::filledPerSecond),
                            median(results, contestant, figures -> figures.get("filledHeap") / MIB),
                            median(results, contestant, figures -> figures.get("fillPeakKiB") / 1024.0),
                            median(results, contestant, figures -> figures.get("diskKiB") / 1024.0),
                            figure(results, contestant, figures -> figures.get("firstMs")),
                            median(results, contestant, LargeQueueStudy::startedHeap),
                            median(results, contestant, figures -> figures.get("startedPeakKiB") / 1024.0),
                            median(results, contestant, figures -> figures.get("startedDiskKiB") / 1024.0),
                            figure(results, contestant, LargeQueueStudy::drainedPerSecond),
                            median(results, contestant, figures -> figures.get("drainedHeap") / MIB),
                            median(results, contestant, figures -> figures.get("drainPeakKiB") / 1024.0),
                            median(results, contestant, figures -> figures.get("drainedDiskKiB") / 1024.0)));
        }
        text.append('\n');
        if (contestants.contains(Contestant.RAW_JOURNAL)) {
            text.append(
                            "Artemis's JournalImpl alone, set as Peeklock sets it, takes as many records of the same size from as many threads in such transactions at ")
                    .append(figure(results, Contestant.RAW_JOURNAL, LargeQueueStudy::filledPerSecond))
                    .append(" a second, and has loaded them ")
                    .append(figure(results, Contestant.RAW_JOURNAL, figures -> figures.get("firstMs")))
                    .append(" ms after its JVM's start: what is built on this journal cannot be there sooner.\n\n");
        }
    }

    private String figure(Results results, Contestant contestant, ToDoubleFunction<ChildResult> figure) {
        return Markdown.figure(results.figure(id(), contestant, figure), "%,.0f");
    }

    private String median(Results results, Contestant contestant, ToDoubleFunction<ChildResult> figure) {
        return Markdown.median(results.figure(id(), contestant, figure), "%,.0f");
    }

    @Override
    public List<Verdict> verdicts(Results results) {
        if (alone) {
            return List.of(Verdict.atLeast(
                    id,
                    "drained in this heap, of all messages",
                    1,
                    "%.2f",
                    results.figure(
                            id(), Contestant.PEEKLOCK, figures -> (double) figures.get("drained") / load.messages())));
        }
        return List.of(
                Verdict.atLeast(
                        id,
                        "filled, over artemis",
                        3,
                        "%.2f",
                        results.ratio(id(), Contestant.PEEKLOCK, Contestant.ARTEMIS, LargeQueueStudy::filledPerSecond)),
                Verdict.below(
                        id,
                        "JVM start to first message, ms",
                        1200,
                        "%,.0f",
                        results.figure(id(), Contestant.PEEKLOCK, figures -> figures.get("firstMs"))),
                Verdict.below(
                        id,
                        "live heap after it, MiB",
                        250,
                        "%,.0f",
                        results.figure(id(), Contestant.PEEKLOCK, LargeQueueStudy::startedHeap)),
                Verdict.above(
                        id,
                        "drained, over artemis",
                        1,
                        "%.2f",
                        results.ratio(
                                id(), Contestant.PEEKLOCK, Contestant.ARTEMIS, LargeQueueStudy::drainedPerSecond)));
    }
}
