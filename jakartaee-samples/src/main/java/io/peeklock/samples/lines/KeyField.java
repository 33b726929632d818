/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the partition key out of a line: its n-th field.
 *
 * <p>Immutable; any thread.
 *
 * @param number the field, from 1
 * @param separator what stands between two fields; null for any run of blanks and tabs
 */
record KeyField(int number, @Nullable String separator) {

    /** The longest partition key that the bus takes (rule Q4). */
    static final int MAX_KEY_CHARS = 128;

    private static final Pattern BLANKS = Pattern.compile("[ \t]+");

    KeyField {
        if (number < 1) {
            throw new IllegalArgumentException("fields are counted from 1, not " + number);
        }
        if (separator != null && separator.isEmpty()) {
            throw new IllegalArgumentException("an empty separator separates nothing");
        }
    }

    /**
     * The key of a line, cut to {@value #MAX_KEY_CHARS} characters, so that lines of one field value always share one
     * key. Empty if the line has no such field or nothing in it: then any partition will do.
     */
    Optional<String> of(String line) {
        Pattern pattern = separator == null ? BLANKS : Pattern.compile(Pattern.quote(separator));
        String fields = separator == null ? line.strip() : line;
        // One more than asked for, so that the rest of a long line is not split up.
        String[] parts = pattern.split(fields, number + 1);
        if (parts.length < number || parts[number - 1].isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(cut(parts[number - 1]));
    }

    private static String cut(String key) {
        if (key.length() <= MAX_KEY_CHARS) {
            return key;
        }
        int end = Character.isHighSurrogate(key.charAt(MAX_KEY_CHARS - 1)) ? MAX_KEY_CHARS - 1 : MAX_KEY_CHARS;
        return key.substring(0, end);
    }
}
