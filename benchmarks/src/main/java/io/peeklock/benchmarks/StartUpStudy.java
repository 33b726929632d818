/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What it costs to start a provider on an empty directory and to use it a little.
 *
 * <p>Immutable.
 */
record StartUpStudy() implements Study {

    @Override
    public String id() {
        return "start";
    }

    @Override
    public boolean takes(Contestant contestant) {
        return contestant.startsUp();
    }

    @Override
    public Optional<ChildResult> measure(Contestant contestant, Path directory, PrintStream messages)
            throws IOException, InterruptedException {
        return new ChildProcess(StartUp.class, List.of(), messages)
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
                cost.firstMessageMs(),
                cost.first().residentKiB() >> 10,
                cost.first().threads(),
                cost.first().diskKiB());
    }

    @Override
    public void write(Results results, List<Contestant> contestants, StringBuilder text) {
        text.append("## Start\n\nA JVM with default options, an empty directory. \"then\": after ")
                .append(StartUp.MORE_MESSAGES)
                .append(" more messages, sent and received one by one.\n\n");
        Markdown.head(
                text,
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
        for (Contestant contestant : contestants) {
            Markdown.row(
                    text,
                    contestant.label(),
                    List.of(
                            Markdown.figure(figure(results, contestant, StartUpCost::firstMessageMs), "%,.0f"),
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
        return results.figure(this, contestant, figures -> figure.applyAsDouble(StartUpCost.of(figures)));
    }
}
