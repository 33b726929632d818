/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tables and figures as the results show them.
 *
 * <p>Stateless.
 */
public final class Markdown {

    /** In place of a figure that was not measured. */
    static final String NONE = "–";

    private Markdown() {}

    /** A table's head with the row below it: the first column left, the others right. */
    public static void head(StringBuilder text, String first, List<String> others) {
        row(text, first, others);
        row(text, "---", others.stream().map(other -> "---:").toList());
    }

    public static void row(StringBuilder text, String first, List<String> others) {
        text.append(others.stream().collect(Collectors.joining(" | ", "| " + first + " | ", " |\n")));
    }

    /** The median with the lowest and the highest of the rounds. */
    public static String figure(Optional<Spread> spread, String format) {
        return spread.map(value -> value.toString(format)).orElse(NONE);
    }

    /** The median alone, where the spread would only hide it. */
    public static String median(Optional<Spread> spread, String format) {
        return spread.map(value -> String.format(Locale.ROOT, format, value.median()))
                .orElse("failed");
    }
}
