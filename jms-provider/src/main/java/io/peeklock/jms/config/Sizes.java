/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes as text: {@code 64MiB}, {@code 256KB}, {@code 4096}. All units are binary, 1 KB being 1,024 bytes.
 *
 * <p>Stateless, thread safe.
 */
final class Sizes {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}) ?(?:([KMGT])I?)?B?");
    private static final String UNITS = "KMGT";

    private Sizes() {}

    static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a size is written as 64MiB, 256KB or 4096");
        }
        long number = Long.parseLong(matcher.group(1));
        String prefix = matcher.group(2);
        int power = prefix == null ? 0 : UNITS.indexOf(prefix) + 1;
        long unit = 1L << (10 * power);
        return number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit;
    }

    /** In the largest unit that leaves no rest. */
    static String format(long bytes) {
        int power = 0;
        long number = bytes;
        while (power < UNITS.length() && number >= 1024 && number % 1024 == 0) {
            number /= 1024;
            power++;
        }
        return power == 0 ? number + "B" : number + UNITS.substring(power - 1, power) + "iB";
    }
}
