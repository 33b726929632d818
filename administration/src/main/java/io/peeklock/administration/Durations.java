/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * Durations as texts of ISO 8601, in days, hours, minutes and seconds: {@code P1DT2H}, {@code PT30S}, {@code PT0.5S}.
 *
 * <p>Has no state; any thread.
 */
final class Durations {
    /** What Azure writes for no limit. */
    static final String NO_LIMIT = "P10675199DT2H48M5.4775807S";

    private static final Duration LARGEST = Duration.parse(NO_LIMIT);
    private static final Pattern FORM =
            Pattern.compile("P(?=.)(\\d{1,15}D)?(T(?=.)(\\d{1,15}H)?(\\d{1,15}M)?(\\d{1,15}(\\.\\d{1,9})?S)?)?");
    private static final Pattern CALENDAR = Pattern.compile("P\\d+[YMW].*");

    private Durations() {}

    /**
     * Reads a duration; as long as Azure's longest or longer is {@link QueueDescription#NO_LIMIT}.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    static Duration parse(String text) {
        if (CALENDAR.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "years, months and weeks are no fixed time here: give days, hours, minutes and seconds, as P30D");
        }
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a duration of ISO 8601 is needed: P, then days, as P7D; or PT, then hours, minutes and seconds, as PT1H,"
                            + " PT5M, PT0.5S; or both, as P1DT12H");
        }
        try {
            Duration parsed = Duration.parse(text);
            return parsed.compareTo(LARGEST) >= 0 ? QueueDescription.NO_LIMIT : parsed;
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException("the duration is too long; for no limit write " + NO_LIMIT, e);
        }
    }

    /** The text that reads so. */
    static String format(Duration value) {
        if (value.compareTo(LARGEST) >= 0) {
            return NO_LIMIT;
        }
        long days = value.toDays();
        String rest = value.minusDays(days).toString();
        if (days == 0) {
            return rest;
        }
        return "P" + days + "D" + (rest.equals("PT0S") ? "" : rest.substring(1));
    }
}
