/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.ChildProcess;
import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.report.Markdown;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.report.Spread;
import io.peeklock.benchmarks.report.Verdict;
import io.peeklock.benchmarks.subject.Contestant;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * W11: a selector that matches the last message of a long queue.
 *
 * <p>Immutable.
 */
public record SelectorStudy() implements Study {

    private static final double MILLISECOND = 1e6;

    @Override
    public String id() {
        return "W11";
    }

    @Override
    public boolean takes(Contestant contestant) {
        return switch (contestant) {
            case PEEKLOCK, ARTEMIS, ACTIVEMQ -> true;
            default -> false;
        };
    }

    @Override
    public Optional<ChildResult> measure(Contestant contestant, Path directory, PrintStream messages)
            throws IOException, InterruptedException {
        return new ChildProcess(SelectorSearch.class, List.of(), messages)
                .run(directory, List.of(contestant.label(), directory.toString()));
    }

    @Override
    public String progress(ChildResult figures) {
        return figures.get("firstNanos") < 0
                ? "never delivered"
                : String.format(
                        Locale.ROOT,
                        "first %,.2f ms, then %,.3f ms (p99 %,.3f)",
                        figures.get("firstNanos") / MILLISECOND,
                        figures.get("nextNanos") / MILLISECOND,
                        figures.get("next99Nanos") / MILLISECOND);
    }

    @Override
    public void write(Results results, List<Contestant> contestants, StringBuilder text) {
        text.append("## W11\n\nA receiver whose selector matches only the last of ")
                .append(String.format(Locale.ROOT, "%,d", SelectorSearch.MESSAGES))
                .append(" messages, with default options; then ")
                .append(SelectorSearch.FURTHER)
                .append(" more that match, sent and received one by one: how long receive() takes.\n\n");
        Markdown.head(text, "", List.of("the first, ms", "the next, median ms", "p99 ms"));
        for (Contestant contestant : contestants) {
            Markdown.row(
                    text,
                    contestant.label(),
                    List.of(
                            cell(results, contestant, "firstNanos"),
                            cell(results, contestant, "nextNanos"),
                            cell(results, contestant, "next99Nanos")));
        }
        text.append('\n');
    }

    private String cell(Results results, Contestant contestant, String name) {
        Optional<Spread> figure = results.figure(id(), contestant, figures -> figures.get(name) / MILLISECOND);
        return figure.filter(spread -> spread.median() < 0).isPresent() ? "never" : Markdown.figure(figure, "%,.3f");
    }

    @Override
    public List<Verdict> verdicts(Results results) {
        return List.of(Verdict.below(
                id(),
                "after the first, ms",
                1,
                "%.3f",
                results.figure(id(), Contestant.PEEKLOCK, figures -> figures.get("nextNanos") / MILLISECOND)));
    }
}
