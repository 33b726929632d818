/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Lines of {@code key=value} with a checksum in the last one.
 *
 * <p>Has no state; any thread.
 *
 * <pre>
 * # a comment
 * key=value
 * crc32c=89abcdef      over all bytes (UTF-8) before this line
 * </pre>
 */
final class SealedText {

    private static final String CHECKSUM = "crc32c=";

    private SealedText() {}

    static String seal(String comment, Map<String, String> values) {
        StringBuilder text = new StringBuilder("# ").append(comment).append('\n');
        values.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text + CHECKSUM + checksum(text.toString()) + "\n";
    }

    /** The values in their order, or empty if the checksum does not match. */
    static Optional<Map<String, String>> open(String text) {
        int end = text.lastIndexOf(CHECKSUM);
        if (end <= 0
                || text.charAt(end - 1) != '\n'
                || !text.substring(end).equals(CHECKSUM + checksum(text.substring(0, end)) + "\n")) {
            return Optional.empty();
        }
        return Optional.of(lines(text.substring(0, end)));
    }

    private static Map<String, String> lines(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return values;
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
