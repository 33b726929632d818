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
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a namespace in memory costs, and a thousand of them.
 *
 * <p>Immutable.
 */
public record MemoryStudy() implements Study {

    private static final String HEAP = "-Xmx512m";
    private static final double NANOS_PER_MS = 1e6;
    private static final double KIB = 1024;
    private static final double TARGET_MS = 20;

    @Override
    public String id() {
        return "memory";
    }

    @Override
    public boolean takes(Contestant contestant) {
        return contestant == Contestant.PEEKLOCK;
    }

    @Override
    public Optional<ChildResult> measure(Contestant contestant, Path directory, PrintStream messages)
            throws IOException, InterruptedException {
        return new ChildProcess(MemoryNamespaces.class, List.of(HEAP), messages)
                .run(directory, List.of(directory.toString()));
    }

    @Override
    public String progress(ChildResult figures) {
        return String.format(
                Locale.ROOT,
                "open %,.1f ms (p99 %,.1f); %,d side by side: heap %,.0f KiB each, %,d threads, %,d MiB",
                millis(figures, "openNanos"),
                millis(figures, "open99Nanos"),
                figures.get("alive"),
                figures.get("heapEach") / KIB,
                figures.get("threads"),
                figures.get("resident") >> 10);
    }

    private static double millis(ChildResult figures, String name) {
        return figures.get(name) / NANOS_PER_MS;
    }

    @Override
    public void write(Results results, List<Contestant> contestants, StringBuilder text) {
        text.append("## Namespaces in memory\n\nOf one that is opened by a connection, in a JVM that has opened ")
                .append(MemoryNamespaces.WARM_UP)
                .append(" before, and of ")
                .append(MemoryNamespaces.SIDE_BY_SIDE)
                .append(" that are open together, each of which has had a message, with ")
                .append(HEAP)
                .append(".\n\n");
        Markdown.head(
                text,
                "",
                List.of("open, median ms", "p99 ms", "side by side", "heap KiB each", "threads of all", "RSS MiB"));
        for (Contestant contestant : contestants) {
            Markdown.row(
                    text,
                    contestant.label(),
                    List.of(
                            Markdown.figure(
                                    results.figure(id(), contestant, figures -> millis(figures, "openNanos")), "%,.1f"),
                            Markdown.figure(
                                    results.figure(id(), contestant, figures -> millis(figures, "open99Nanos")),
                                    "%,.1f"),
                            median(results, contestant, "alive", 1),
                            median(results, contestant, "heapEach", KIB),
                            median(results, contestant, "threads", 1),
                            median(results, contestant, "resident", KIB)));
        }
        text.append('\n');
    }

    private String median(Results results, Contestant contestant, String name, double unit) {
        return Markdown.median(results.figure(id(), contestant, figures -> figures.get(name) / unit), "%,.0f");
    }

    @Override
    public List<Verdict> verdicts(Results results) {
        return List.of(
                Verdict.below(
                        id(),
                        "a namespace opens, ms",
                        TARGET_MS,
                        "%.1f",
                        results.figure(id(), Contestant.PEEKLOCK, figures -> millis(figures, "openNanos"))),
                Verdict.atLeast(
                        id(),
                        "side by side",
                        MemoryNamespaces.SIDE_BY_SIDE,
                        "%,.0f",
                        results.figure(id(), Contestant.PEEKLOCK, figures -> figures.get("alive"))));
    }
}
