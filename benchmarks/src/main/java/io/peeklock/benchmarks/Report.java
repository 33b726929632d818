/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.report.Markdown;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.report.Spread;
import io.peeklock.benchmarks.report.Targets;
import io.peeklock.benchmarks.report.Verdict;
import io.peeklock.benchmarks.study.Study;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.workload.Workload;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Writes the results of a run as Markdown.
 *
 * <p>Not thread safe.
 */
final class Report {

    /** In the order a reader wants them. */
    private static final List<Contestant> RATIOS_OVER = List.of(
            Contestant.RAW_JOURNAL,
            Contestant.RAW_JOURNAL_STOCK_1NS,
            Contestant.RAW_JOURNAL_STOCK,
            Contestant.DISK,
            Contestant.DISK_ONE_FILE,
            Contestant.ARTEMIS,
            Contestant.ARTEMIS_TUNED,
            Contestant.ARTEMIS_STRICT,
            Contestant.ARTEMIS_AIO,
            Contestant.ACTIVEMQ,
            Contestant.ACTIVEMQ_STRICT);

    private static final List<Contestant> LAYERS = List.of(Contestant.PEEKLOCK, Contestant.BUS, Contestant.JOURNAL);

    private static final double BYTES_PER_MB = 1e6;

    private final Options options;
    private final Results results;
    private final StringBuilder text = new StringBuilder();

    Report(Options options, Results results) {
        this.options = options;
        this.results = results;
    }

    String write(List<String> conditions) {
        text.append("# Results of the load driver\n\n");
        text.append(
                "Written by `benchmarks/run.sh`; do not edit. Rounds of one run vary by 20 to 40 %: only ratios of the"
                        + " same run count,\nabsolute figures are orientation. Each figure is the median of the rounds, with the"
                        + " lowest and the highest.\n\n");
        conditions.forEach(condition -> text.append("- ").append(condition).append('\n'));
        text.append('\n');
        targets();
        ratios();
        layers();
        options.workloads().forEach(this::figures);
        options.studies().forEach(this::section);
        contestants();
        return text.toString();
    }

    private void targets() {
        List<Verdict> verdicts = Stream.concat(
                        options.workloads().stream().flatMap(workload -> Targets.verdicts(workload, results).stream()),
                        options.studies().stream().flatMap(study -> study.verdicts(results).stream()))
                .toList();
        if (verdicts.isEmpty()) {
            return;
        }
        text.append(
                "## Targets\n\nOf a workload: Peeklock's operations a second over those of the other, each round's divided,"
                        + " then the median of those.\nThe best peer is the fastest of the other providers that have every message on disk"
                        + " when its send returns; ActiveMQ as it comes is not among them where it skips"
                        + " writing messages that are acknowledged early.\n\n");
        Markdown.head(text, "", List.of("figure", "asked", "measured", "reached"));
        for (Verdict verdict : verdicts) {
            Markdown.row(
                    text,
                    verdict.id(),
                    List.of(
                            verdict.what(),
                            verdict.asked(),
                            verdict.figure(),
                            verdict.reached()
                                    .map(reached -> reached ? "yes" : "**no**")
                                    .orElse("not measured")));
        }
        text.append('\n');
    }

    private void ratios() {
        List<Contestant> others =
                RATIOS_OVER.stream().filter(options.contestants()::contains).toList();
        List<Workload> compared = options.workloads().stream()
                .filter(workload -> options.contestants().contains(Contestant.peeklock(workload)))
                .toList();
        if (others.isEmpty() || compared.isEmpty()) {
            return;
        }
        text.append(
                "## Ratios\n\nPeeklock's operations a second over those of each other, each round's divided, then the median"
                        + " of those.\n\n");
        Markdown.head(text, "", others.stream().map(Contestant::label).toList());
        for (Workload workload : compared) {
            Markdown.row(
                    text,
                    workload.id(),
                    others.stream()
                            .map(other -> ratio(workload, Contestant.peeklock(workload), other))
                            .toList());
        }
        text.append('\n');
    }

    private void layers() {
        List<Workload> workloads =
                options.workloads().stream().filter(Workload::layered).toList();
        if (workloads.isEmpty()
                || !options.contestants().containsAll(LAYERS)
                || !options.contestants().contains(Contestant.RAW_JOURNAL)) {
            return;
        }
        text.append("## Layers\n\nOver raw-journal, as above.\n\n");
        Markdown.head(text, "", workloads.stream().map(Workload::id).toList());
        for (Contestant layer : LAYERS) {
            Markdown.row(
                    text,
                    layer.label(),
                    workloads.stream()
                            .map(workload -> ratio(workload, layer, Contestant.RAW_JOURNAL))
                            .toList());
        }
        text.append('\n');
    }

    private String ratio(Workload workload, Contestant of, Contestant over) {
        return Markdown.figure(results.ratio(workload, of, over), "%.2f");
    }

    private void figures(Workload workload) {
        text.append("## ").append(workload.id()).append("\n\n");
        text.append(workload.description()).append(".\n");
        String storage = workload.storage().description();
        text.append(storage).append(storage.isEmpty() ? "\n" : "\n\n");
        Markdown.head(
                text,
                "",
                List.of(
                        "a second",
                        "MB/s",
                        "p50 µs",
                        "p99 µs",
                        "processor µs each",
                        "heap bytes each",
                        "file bytes each"));
        for (Contestant contestant : options.contestants()) {
            if (contestant.subject().takes(workload)) {
                Optional<Spread> perSecond = results.figure(workload, contestant, Measurement::perSecond);
                Markdown.row(
                        text,
                        contestant.label(),
                        List.of(
                                Markdown.figure(perSecond, "%,.0f"),
                                median(
                                        workload,
                                        contestant,
                                        it -> it.perSecond() * workload.bodyBytes() / BYTES_PER_MB),
                                median(workload, contestant, it -> it.p50Nanos() / 1e3),
                                median(workload, contestant, it -> it.p99Nanos() / 1e3),
                                median(workload, contestant, Measurement::cpuMicrosPerOperation),
                                median(workload, contestant, Measurement::allocatedBytesPerOperation),
                                median(workload, contestant, Measurement::writtenBytesPerOperation)));
            }
        }
        text.append('\n');
    }

    private void section(Study study) {
        List<Contestant> takers =
                options.contestants().stream().filter(study::takes).toList();
        if (!takers.isEmpty()) {
            study.write(results, takers, text);
        }
    }

    private void contestants() {
        text.append("## What stands side by side\n\n");
        List<String> columns = List.of(
                "what it is",
                "on disk when send returns",
                "on disk when acknowledge returns",
                "on disk when commit and prepare return");
        Markdown.row(text, "", columns);
        Markdown.row(text, "---", columns.stream().map(column -> "---").toList());
        for (Contestant contestant : options.contestants()) {
            Markdown.row(
                    text,
                    contestant.label(),
                    List.of(
                            contestant.description(),
                            contestant.sendSynced(),
                            contestant.acknowledgeSynced(),
                            contestant.commitSynced()));
        }
    }

    private String median(Workload workload, Contestant contestant, ToDoubleFunction<Measurement> figure) {
        return Markdown.median(results.figure(workload, contestant, figure), "%,.0f");
    }
}
