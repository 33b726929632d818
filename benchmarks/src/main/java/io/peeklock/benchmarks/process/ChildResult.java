/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The one line in which a child process tells its figures.
 *
 * <p>Immutable.
 */
public record ChildResult(Map<String, Long> fields) {

    private static final String PREFIX = "RESULT ";

    public ChildResult {
        fields = Map.copyOf(fields);
    }

    public long get(String name) {
        Long value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the child process did not tell " + name + " but " + fields.keySet());
        }
        return value;
    }

    public static String format(Map<String, Long> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(" ", PREFIX, ""));
    }

    /** Empty if the line is not a result. */
    public static Optional<ChildResult> parse(String line) {
        if (!line.startsWith(PREFIX)) {
            return Optional.empty();
        }
        Map<String, Long> fields = new LinkedHashMap<>();
        for (String field : line.substring(PREFIX.length()).split(" ", -1)) {
            int equals = field.indexOf('=');
            fields.put(field.substring(0, equals), Long.valueOf(field.substring(equals + 1)));
        }
        return Optional.of(new ChildResult(fields));
    }
}
