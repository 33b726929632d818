/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

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
        options.studies().forEach(this::section);
        contestants();
        return text.toString();
    }

    private void section(Study study) {
        List<Contestant> takers =
                options.contestants().stream().filter(study::takes).toList();
        if (!takers.isEmpty()) {
            study.write(results, takers, text);
        }
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
        Markdown.head(text, "", options.workloads().stream().map(Workload::id).toList());
        for (Ratio ratio : ratios) {
            Markdown.row(
                    text,
                    ratio.title(),
                    options.workloads().stream()
                            .map(workload -> Markdown.figure(results.ratio(workload, ratio.of(), ratio.over()), "%.2f"))
                            .toList());
        }
        text.append('\n');
    }

    private void figures(Workload workload) {
        text.append("## ").append(workload.id()).append("\n\n");
        text.append(workload.description()).append(".\n");
        text.append(journalAlone(workload.journalLoad())).append('\n');
        Markdown.head(
                text,
                "",
                List.of("a second", "p50 µs", "p99 µs", "processor µs each", "heap bytes each", "file bytes each"));
        for (Contestant contestant : options.contestants()) {
            if (contestant.subject().takes(workload)) {
                Markdown.row(
                        text,
                        contestant.label(),
                        List.of(
                                Markdown.figure(results.figure(workload, contestant, Measurement::perSecond), "%,.0f"),
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

    private void contestants() {
        text.append("## What stands side by side\n\n");
        Markdown.row(text, "", List.of("what it is", "on disk when send returns", "on disk when acknowledge returns"));
        Markdown.row(text, "---", List.of("---", "---", "---"));
        for (Contestant contestant : options.contestants()) {
            Markdown.row(
                    text,
                    contestant.label(),
                    List.of(contestant.description(), contestant.sendSynced(), contestant.acknowledgeSynced()));
        }
    }

    private String median(Workload workload, Contestant contestant, ToDoubleFunction<Measurement> figure) {
        return Markdown.median(results.figure(workload, contestant, figure), "%,.0f");
    }
}
