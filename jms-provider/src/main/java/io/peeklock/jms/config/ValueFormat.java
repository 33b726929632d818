/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the values of a setting are written and which are allowed.
 *
 * <p>Immutable, thread safe. Complaints are {@link IllegalArgumentException}s that say what is allowed; {@link Setting}
 * adds of which key.
 */
sealed interface ValueFormat {

    /** What it is, for the documentation. */
    String type();

    /** What is allowed, for the documentation and for complaints. */
    String range();

    Object parse(String text);

    /** Lets an allowed value pass. */
    Object check(Object value);

    String format(Object value);

    /** A whole number. */
    record WholeNumber(int min, int max) implements ValueFormat {
        @Override
        public String type() {
            return "number";
        }

        @Override
        public String range() {
            return max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
        }

        @Override
        public Object parse(String text) {
            try {
                return check(Integer.parseInt(text));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("a whole number is needed, " + range(), e);
            }
        }

        @Override
        public Object check(Object value) {
            return inRange((Integer) value, min, max, this);
        }

        @Override
        public String format(Object value) {
            return value.toString();
        }
    }

    /** A number of bytes. */
    record Size(long min, long max) implements ValueFormat {
        @Override
        public String type() {
            return "size";
        }

        @Override
        public String range() {
            return max == Long.MAX_VALUE
                    ? Sizes.format(min) + " or more"
                    : Sizes.format(min) + " to " + Sizes.format(max);
        }

        @Override
        public Object parse(String text) {
            return check(Sizes.parse(text));
        }

        @Override
        public Object check(Object value) {
            return inRange((Long) value, min, max, this);
        }

        @Override
        public String format(Object value) {
            return Sizes.format((Long) value);
        }
    }

    /** A duration in whole milliseconds, or one of some words that stand for one. */
    record Time(Duration min, Duration max, Map<String, Duration> words) implements ValueFormat {
        @Override
        public String type() {
            return "duration";
        }

        @Override
        public String range() {
            return Durations.format(min) + " to " + Durations.format(max) + orWords();
        }

        private String orWords() {
            return words.keySet().stream().sorted().map(word -> ", or " + word).collect(Collectors.joining());
        }

        @Override
        public Object parse(String text) {
            Duration word = words.get(text);
            return word != null ? word : check(duration(text));
        }

        private Duration duration(String text) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + orWords(), e);
            }
        }

        @Override
        public Object check(Object value) {
            Duration duration = (Duration) value;
            if (words.containsValue(duration)) {
                return duration;
            }
            inRange(duration, min, max, this);
            return Duration.ofMillis(duration.toMillis());
        }

        @Override
        public String format(Object value) {
            return words.entrySet().stream()
                    .filter(word -> word.getValue().equals(value))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseGet(() -> Durations.format((Duration) value));
        }
    }

    /** True or false. */
    record Flag() implements ValueFormat {
        @Override
        public String type() {
            return "flag";
        }

        @Override
        public String range() {
            return "true or false";
        }

        @Override
        public Object parse(String text) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(range() + " is needed");
            };
        }

        @Override
        public Object check(Object value) {
            return value;
        }

        @Override
        public String format(Object value) {
            return value.toString();
        }
    }

    /** One of an enum's constants, written in lower case. */
    record Choice(Class<? extends Enum<?>> values) implements ValueFormat {
        @Override
        public String type() {
            return "word";
        }

        @Override
        public String range() {
            return Arrays.stream(values.getEnumConstants()).map(this::format).collect(Collectors.joining(" or "));
        }

        @Override
        public Object parse(String text) {
            return Arrays.stream(values.getEnumConstants())
                    .filter(value -> format(value).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(range() + " is needed"));
        }

        @Override
        public Object check(Object value) {
            return value;
        }

        @Override
        public String format(Object value) {
            return ((Enum<?>) value).name().toLowerCase(Locale.ROOT);
        }
    }

    /** Text that is not empty. */
    record Text(int maxLength) implements ValueFormat {
        @Override
        public String type() {
            return "text";
        }

        @Override
        public String range() {
            return "1 to " + maxLength + " characters";
        }

        @Override
        public Object parse(String text) {
            return check(text);
        }

        @Override
        public Object check(Object value) {
            String text = (String) value;
            if (text.isEmpty() || text.length() > maxLength) {
                throw new IllegalArgumentException(range() + " are needed");
            }
            return text;
        }

        @Override
        public String format(Object value) {
            return (String) value;
        }
    }

    /** A password, which no complaint and no URL that is shown repeats. */
    record Secret(int maxLength) implements ValueFormat {
        @Override
        public String type() {
            return "text";
        }

        @Override
        public String range() {
            return "1 to " + maxLength + " characters";
        }

        @Override
        public Object parse(String text) {
            return check(new Password(text));
        }

        @Override
        public Object check(Object value) {
            String text = ((Password) value).text();
            if (text.isEmpty() || text.length() > maxLength) {
                throw new IllegalArgumentException(range() + " are needed");
            }
            return value;
        }

        @Override
        public String format(Object value) {
            return value.toString();
        }
    }

    /** Names of packages and classes, separated by commas. */
    record Names() implements ValueFormat {
        @Override
        public String type() {
            return "list";
        }

        @Override
        public String range() {
            return "names of packages or classes with commas between them, or * for all";
        }

        @Override
        public Object parse(String text) {
            return check(Arrays.stream(text.split(",", -1)).map(String::strip).toList());
        }

        @Override
        public Object check(Object value) {
            List<String> names =
                    ((List<?>) value).stream().map(String.class::cast).toList();
            for (String name : names) {
                if (!name.equals("*")
                        && !name.matches("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*")) {
                    throw new IllegalArgumentException(range() + ", are needed");
                }
            }
            return names;
        }

        @Override
        public String format(Object value) {
            return String.join(
                    ",", ((List<?>) value).stream().map(String.class::cast).toList());
        }
    }

    /** A file, absolute from the moment it is set. */
    record FilePath() implements ValueFormat {
        @Override
        public String type() {
            return "text";
        }

        @Override
        public String range() {
            return "the path of a file";
        }

        @Override
        public Object parse(String text) {
            try {
                return check(Path.of(text));
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(range() + " is needed: " + e.getReason(), e);
            }
        }

        @Override
        public Object check(Object value) {
            if (value.toString().isEmpty()) {
                throw new IllegalArgumentException(range() + " is needed");
            }
            return ((Path) value).toAbsolutePath().normalize();
        }

        @Override
        public String format(Object value) {
            return value.toString();
        }
    }

    private static <T extends Comparable<T>> T inRange(T value, T min, T max, ValueFormat format) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(format.range() + " is allowed");
        }
        return value;
    }
}
