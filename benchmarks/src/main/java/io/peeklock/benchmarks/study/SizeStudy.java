/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.ChildProcess;
import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.report.Markdown;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.report.Spread;
import io.peeklock.benchmarks.report.Verdict;
import io.peeklock.benchmarks.study.SizeCost.Axis;
import io.peeklock.benchmarks.subject.Contestant;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What a message costs where there is much of something beside it.
 *
 * <p>Immutable.
 */
public record SizeStudy() implements Study {

    private static final long WARM_UP_MS = 6000;
    private static final long MEASURE_MS = 3000;

    /** What may be lost from the smallest size to the largest. */
    private static final double FLAT = 0.8;

    @Override
    public String id() {
        return "size";
    }

    @Override
    public boolean takes(Contestant contestant) {
        return contestant == Contestant.PEEKLOCK;
    }

    @Override
    public Optional<ChildResult> measure(Contestant contestant, Path directory, PrintStream messages)
            throws IOException, InterruptedException {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Axis axis : Axis.values()) {
            for (int size : axis.sizes()) {
                Optional<ChildResult> one = new ChildProcess(SizeCost.class, List.of("-Xmx4g"), messages)
                        .run(
                                directory,
                                List.of(
                                        axis.name(),
                                        Integer.toString(size),
                                        directory.toString(),
                                        Long.toString(WARM_UP_MS),
                                        Long.toString(MEASURE_MS)));
                if (one.isEmpty()) {
                    return one;
                }
                one.orElseThrow().fields().forEach((name, value) -> all.put(prefix(axis, size) + name, value));
            }
        }
        return Optional.of(new ChildResult(all));
    }

    private static String prefix(Axis axis, int size) {
        return axis + "." + size + ".";
    }

    private static Measurement at(ChildResult figures, Axis axis, int size) {
        String prefix = prefix(axis, size);
        Map<String, Long> own = new LinkedHashMap<>();
        figures.fields().forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), value);
            }
        });
        return Measurement.of(new ChildResult(own));
    }

    @Override
    public String progress(ChildResult figures) {
        List<String> parts = new ArrayList<>();
        for (Axis axis : Axis.values()) {
            parts.add(axis.sizes().stream()
                    .map(size -> String.format(
                            Locale.ROOT, "%,.0f/s", at(figures, axis, size).perSecond()))
                    .collect(Collectors.joining(", ", axis.what() + ": ", "")));
        }
        return String.join("; ", parts);
    }

    @Override
    public void write(Results results, List<Contestant> contestants, StringBuilder text) {
        text.append("## Cost with size\n\n")
                .append(
                        "Persistent 256 byte messages, each sent, received and acknowledged, with -Xmx4g, in a fresh JVM for each")
                .append(" line, after ")
                .append(WARM_UP_MS / 1000)
                .append(" s of warm-up: by 4 threads where there are many messages or queues, by one elsewhere.\n\n");
        Markdown.head(text, "", List.of("a second", "of the smallest", "processor µs each", "heap bytes each"));
        for (Axis axis : Axis.values()) {
            for (int size : axis.sizes()) {
                Markdown.row(
                        text,
                        String.format(Locale.ROOT, "%,d %s", size, axis.what()),
                        List.of(
                                figure(results, axis, size, Measurement::perSecond, "%,.0f"),
                                Markdown.figure(ofSmallest(results, axis, size), "%.2f"),
                                figure(results, axis, size, Measurement::cpuMicrosPerOperation, "%,.0f"),
                                figure(results, axis, size, Measurement::allocatedBytesPerOperation, "%,.0f")));
            }
        }
        text.append('\n');
    }

    private String figure(Results results, Axis axis, int size, ToDoubleFunction<Measurement> figure, String format) {
        return Markdown.figure(
                results.figure(id(), Contestant.PEEKLOCK, figures -> figure.applyAsDouble(at(figures, axis, size))),
                format);
    }

    private Optional<Spread> ofSmallest(Results results, Axis axis, int size) {
        return results.figure(
                id(),
                Contestant.PEEKLOCK,
                figures -> at(figures, axis, size).perSecond()
                        / at(figures, axis, axis.sizes().get(0)).perSecond());
    }

    @Override
    public List<Verdict> verdicts(Results results) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Axis axis : Axis.values()) {
            for (int size : axis.sizes().subList(1, axis.sizes().size())) {
                verdicts.add(Verdict.atLeast(
                        id(),
                        String.format(
                                Locale.ROOT,
                                "%,d %s, of the rate with %,d",
                                size,
                                axis.what(),
                                axis.sizes().get(0)),
                        FLAT,
                        "%.2f",
                        ofSmallest(results, axis, size)));
            }
        }
        return verdicts;
    }
}
