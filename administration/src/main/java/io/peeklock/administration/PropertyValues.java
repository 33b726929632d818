/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.administration.JsonValue.JsonFlag;
import io.peeklock.administration.JsonValue.JsonNumber;
import io.peeklock.administration.JsonValue.JsonObject;
import io.peeklock.administration.JsonValue.JsonText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Values of application properties in filters: texts, numbers and truth values as JSON has them, any other as {@code
 * {"Type": ..., "Value": ...}}.
 *
 * <p>Has no state; any thread. Numbers are compared by what they are worth, so that their types need not be written.
 */
final class PropertyValues {
    private static final String GUID = "Guid";
    private static final String DATE_TIME = "DateTime";
    private static final String CHAR = "Char";
    private static final String DOUBLE = "Double";

    private PropertyValues() {}

    /** All of a section, by name; what is wrong is a problem and left out. */
    static Map<String, Object> read(@Nullable Section section) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (section != null) {
            for (String name : section.names()) {
                JsonValue value = section.value(name);
                if (value == null) {
                    // Left out, the filter would take more than whoever wrote it meant.
                    section.problems()
                            .add(
                                    section.pathOf(name),
                                    section.at(name),
                                    "a text, a number, true or false is needed here, not null");
                }
                Object read = value == null ? null : read(section.pathOf(name), value, section.problems());
                if (read != null) {
                    values.put(name, read);
                }
            }
        }
        return values;
    }

    private static @Nullable Object read(String path, JsonValue value, Problems problems) {
        if (value instanceof JsonText text) {
            return text.text();
        }
        if (value instanceof JsonFlag flag) {
            return flag.value();
        }
        if (value instanceof JsonNumber number) {
            return number(path, number, problems);
        }
        if (value instanceof JsonObject) {
            Section typed = Section.of(path, value, problems);
            return typed == null ? null : typed(typed);
        }
        problems.add(path, value.at(), "a text, a number, true or false is needed here, not " + value.kind());
        return null;
    }

    private static @Nullable Object number(String path, JsonNumber number, Problems problems) {
        try {
            if (number.whole()) {
                return Long.parseLong(number.text());
            }
            double value = Double.parseDouble(number.text());
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Too large for 64 bits: as below.
        }
        problems.add(path, number.at(), "the number has no room in 64 bits");
        return null;
    }

    private static @Nullable Object typed(Section section) {
        String type = section.requiredText("Type");
        String text = section.requiredText("Value");
        section.end();
        try {
            return switch (type) {
                case GUID -> UUID.fromString(text);
                case DATE_TIME -> Instant.parse(text);
                case DOUBLE -> Double.valueOf(text);
                case CHAR -> {
                    if (text.length() != 1) {
                        throw new IllegalArgumentException("one character is needed, not " + text.length());
                    }
                    yield text.charAt(0);
                }
                default ->
                    throw new IllegalArgumentException("the type is " + String.join(", ", GUID, DATE_TIME, CHAR)
                            + " or " + DOUBLE + ", not " + Problems.shown(type));
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            section.problems()
                    .add(section.path(), section.at(), Problems.shown(text) + " is no value: " + e.getMessage());
            return null;
        }
    }

    /** As an object that reads so. */
    static void write(JsonGenerator out, Map<String, Object> values) {
        out.writeStartObject();
        values.forEach((name, value) -> {
            out.writeName(name);
            write(out, value);
        });
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Object value) {
        if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Float || value instanceof Double) {
            double number = ((Number) value).doubleValue();
            if (Double.isFinite(number)) {
                out.writeNumber(number);
            } else {
                typed(out, DOUBLE, String.valueOf(number));
            }
        } else if (value instanceof Number number) {
            out.writeNumber(number.longValue());
        } else if (value instanceof UUID) {
            typed(out, GUID, value.toString());
        } else if (value instanceof Instant) {
            typed(out, DATE_TIME, value.toString());
        } else if (value instanceof Character) {
            typed(out, CHAR, value.toString());
        } else {
            throw new IllegalStateException("a filter compares with a " + value.getClass());
        }
    }

    private static void typed(JsonGenerator out, String type, String value) {
        out.writeStartObject();
        out.writeStringProperty("Type", type);
        out.writeStringProperty("Value", value);
        out.writeEndObject();
    }
}
