/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.report;

import java.util.Locale;
import java.util.Optional;

/**
 * A target and what came out.
 *
 * <p>Immutable.
 *
 * @param id the workload or study
 * @param what the figure that the target is set for
 * @param asked the target, for a reader
 * @param figure the figure, for a reader
 * @param reached whether the median reaches the target; empty if there is no figure
 */
public record Verdict(String id, String what, String asked, String figure, Optional<Boolean> reached) {

    /** A figure that is to be at least so much. */
    public static Verdict atLeast(String id, String what, double bound, String format, Optional<Spread> figure) {
        return of(id, what, "at least ", bound, format, figure, figure.map(it -> it.median() >= bound));
    }

    /** A figure that is to be more than so much. */
    public static Verdict above(String id, String what, double bound, String format, Optional<Spread> figure) {
        return of(id, what, "above ", bound, format, figure, figure.map(it -> it.median() > bound));
    }

    /** A figure that is to be less than so much. */
    public static Verdict below(String id, String what, double bound, String format, Optional<Spread> figure) {
        return of(id, what, "below ", bound, format, figure, figure.map(it -> it.median() < bound));
    }

    private static Verdict of(
            String id,
            String what,
            String asked,
            double bound,
            String format,
            Optional<Spread> figure,
            Optional<Boolean> reached) {
        // One more digit, or two, where a figure that was rounded would hide on which side it is.
        String shown = format;
        for (int digits = 3; digits <= 4 && isHidden(bound, shown, figure); digits++) {
            shown = "%." + digits + "f";
        }
        return new Verdict(id, what, asked + format(format, bound), Markdown.figure(figure, shown), reached);
    }

    private static boolean isHidden(double bound, String format, Optional<Spread> figure) {
        return figure.filter(it ->
                        it.median() != bound && format(format, it.median()).equals(format(format, bound)))
                .isPresent();
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
