/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Writes the results of a run as Markdown.
 *
 * <p>Not thread safe.
 */
final class Report {

    /** One over the other, in the order a reader wants them. */
    private record Ratio(Contestant of, Contestant over) {

        String title() {
            return of.label() + " / " + over.label();
        }
    }

    private static final List<Ratio> RATIOS = List.of(
            new Ratio(Contestant.PEEKLOCK, Contestant.RAW_JOURNAL),
            new Ratio(Contestant.BUS, Contestant.RAW_JOURNAL),
            new Ratio(Contestant.JOURNAL, Contestant.RAW_JOURNAL),
            new Ratio(Contestant.PEEKLOCK, Contestant.ARTEMIS),
            new Ratio(Contestant.PEEKLOCK, Contestant.ARTEMIS_TUNED),
            new Ratio(Contestant.PEEKLOCK, Contestant.ARTEMIS_STRICT),
            new Ratio(Contestant.PEEKLOCK, Contestant.ACTIVEMQ),
            new Ratio(Contestant.PEEKLOCK, Contestant.ACTIVEMQ_STRICT),
            new Ratio(Contestant.PEEKLOCK, Contestant.DISK));

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
        ratios();
        options.workloads().forEach(this::figures);
        if (options.startUp() && options.contestants().stream().anyMatch(Contestant::startsUp)) {
            startUp();
        }
        contestants();
        return text.toString();
    }

    private void ratios() {
        List<Ratio> ratios = RATIOS.stream()
                .filter(ratio -> options.contestants().contains(ratio.of())
                        && options.contestants().contains(ratio.over()))
                .toList();
        if (ratios.isEmpty() || options.workloads().isEmpty()) {
            return;
        }
        text.append("## Ratios\n\nOperations a second, each round's divided, then the median of those.\n\n");
        row("", options.workloads().stream().map(Workload::id).toList());
        row("---", options.workloads().stream().map(workload -> "---:").toList());
        for (Ratio ratio : ratios) {
            row(
                    ratio.title(),
                    options.workloads().stream()
                            .map(workload -> cell(results.ratio(workload, ratio.of(), ratio.over()), "%.2f"))
                            .toList());
        }
        text.append('\n');
    }

    private void figures(Workload workload) {
        text.append("## ").append(workload.id()).append("\n\n");
        text.append(workload.description()).append(".\n");
        text.append(journalAlone(workload.journalLoad())).append('\n');
        row("", List.of("a second", "p50 µs", "p99 µs", "processor µs each", "heap bytes each", "file bytes each"));
        row("---", List.of("---:", "---:", "---:", "---:", "---:", "---:"));
        for (Contestant contestant : options.contestants()) {
            if (contestant.subject().takes(workload)) {
                row(
                        contestant.label(),
                        List.of(
                                cell(results.figure(workload, contestant, Measurement::perSecond), "%,.0f"),
                                median(workload, contestant, measurement -> measurement.p50Nanos() / 1e3),
                                median(workload, contestant, measurement -> measurement.p99Nanos() / 1e3),
                                median(workload, contestant, Measurement::cpuMicrosPerOperation),
                                median(workload, contestant, Measurement::allocatedBytesPerOperation),
                                median(workload, contestant, Measurement::writtenBytesPerOperation)));
            }
        }
        text.append('\n');
    }

    private static String journalAlone(Workload.JournalLoad journal) {
        if (journal.isNothing()) {
            return "";
        }
        return "The journal alone: " + journal.threads()
                + (journal.threads() == 1 ? " thread" : " threads")
                + (journal.deletes()
                        ? ", each a synced add and then its synced delete, together an operation.\n"
                        : ", a synced add an operation.\n");
    }

    private void startUp() {
        text.append("## Start\n\nA JVM with default options, an empty directory. \"then\": after ")
                .append(StartUp.MORE_MESSAGES)
                .append(" more messages, sent and received one by one.\n\n");
        row(
                "",
                List.of(
                        "JVM start to first message, ms",
                        "RSS MiB",
                        "then",
                        "threads",
                        "then",
                        "disk KiB",
                        "then",
                        "close ms",
                        "threads left"));
        row("---", Collections.nCopies(9, "---:"));
        for (Contestant contestant : options.contestants()) {
            if (contestant.startsUp()) {
                row(
                        contestant.label(),
                        List.of(
                                cell(results.startUpFigure(contestant, StartUpCost::firstMessageMs), "%,.0f"),
                                median(contestant, cost -> cost.first().residentKiB() / 1024.0),
                                median(contestant, cost -> cost.used().residentKiB() / 1024.0),
                                median(contestant, cost -> cost.first().threads()),
                                median(contestant, cost -> cost.used().threads()),
                                median(contestant, cost -> cost.first().diskKiB()),
                                median(contestant, cost -> cost.used().diskKiB()),
                                median(contestant, StartUpCost::closeMs),
                                median(contestant, StartUpCost::threadsLeft)));
            }
        }
        text.append('\n');
    }

    private void contestants() {
        text.append("## What stands side by side\n\n");
        row("", List.of("what it is", "on disk when send returns", "on disk when acknowledge returns"));
        row("---", List.of("---", "---", "---"));
        for (Contestant contestant : options.contestants()) {
            row(
                    contestant.label(),
                    List.of(contestant.description(), contestant.sendSynced(), contestant.acknowledgeSynced()));
        }
    }

    private String median(Workload workload, Contestant contestant, ToDoubleFunction<Measurement> figure) {
        return median(results.figure(workload, contestant, figure));
    }

    private String median(Contestant contestant, ToDoubleFunction<StartUpCost> figure) {
        return median(results.startUpFigure(contestant, figure));
    }

    private static String median(Optional<Spread> spread) {
        return spread.map(value -> String.format(Locale.ROOT, "%,.0f", value.median()))
                .orElse("failed");
    }

    private static String cell(Optional<Spread> spread, String format) {
        return spread.map(value -> value.toString(format)).orElse("–");
    }

    private void row(String first, List<String> cells) {
        text.append(cells.stream().collect(Collectors.joining(" | ", "| " + first + " | ", " |\n")));
    }
}
