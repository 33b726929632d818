/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as text: {@code 5000} and {@code 5000ms}, {@code 5s}, {@code 1min}, {@code 2h}, {@code 1d}.
 *
 * <p>Stateless.
 */
final class TimeText {

    private static final Pattern TIME = Pattern.compile("(\\d{1,12}) ?(ms|s|min|m|h|d)?");

    private TimeText() {}

    static Duration parse(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a time is a number of milliseconds, or has a unit, as 500ms, 30s, 5min, 2h, 1d");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2);
        return switch (unit == null ? "ms" : unit) {
            case "s" -> Duration.ofSeconds(number);
            case "min", "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofMillis(number);
        };
    }
}
