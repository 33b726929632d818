/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as text: {@code 500ms}, {@code 30s}, {@code 5min}, {@code 2h}, {@code 1d}, or in ISO 8601, {@code PT30S}.
 *
 * <p>Stateless, thread safe.
 */
public final class Durations {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,15}) ?(ms|s|min|m|h|d)");

    private static final Duration MAX_IN_MS = Duration.ofMillis(Long.MAX_VALUE);

    private Durations() {}

    /** @throws IllegalArgumentException saying how a duration is written */
    public static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "min", "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "a duration is written with its unit, as 500ms, 30s, 5min, 2h, 1d or PT30S", e);
        }
    }

    /** In the largest unit that leaves no rest. */
    static String format(Duration duration) {
        if (duration.isZero()) {
            return "0";
        }
        if (duration.compareTo(MAX_IN_MS) > 0) {
            return duration.toString();
        }
        long ms = duration.toMillis();
        if (ms % 1000 != 0) {
            return ms + "ms";
        }
        long seconds = ms / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "min" : seconds + "s";
    }
}
