/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.administration.JsonValue.JsonFlag;
import io.peeklock.administration.JsonValue.JsonNumber;
import io.peeklock.administration.JsonValue.JsonText;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** How a setting stands in the file: its type and which values are allowed. Immutable. */
sealed interface FieldFormat {

    /**
     * The value.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    Object read(JsonValue value);

    /** Writes a value, of the type that reading gives. */
    void write(JsonGenerator out, Object value);

    private static IllegalArgumentException instead(String wanted, JsonValue value) {
        return new IllegalArgumentException(wanted + " is needed here, not " + value.kind());
    }

    private static String text(String wanted, JsonValue value) {
        if (value instanceof JsonText text) {
            return text.text();
        }
        throw instead(wanted, value);
    }

    record Flag() implements FieldFormat {
        @Override
        public Object read(JsonValue value) {
            if (value instanceof JsonFlag flag) {
                return flag.value();
            }
            throw instead("true or false", value);
        }

        @Override
        public void write(JsonGenerator out, Object value) {
            out.writeBoolean((Boolean) value);
        }
    }

    /** A whole number, as Long. */
    record WholeNumber(long min, long max) implements FieldFormat {
        @Override
        public Object read(JsonValue value) {
            if (!(value instanceof JsonNumber number)) {
                throw instead("a whole number", value);
            }
            try {
                long read = Long.parseLong(number.text());
                if (read >= min && read <= max) {
                    return read;
                }
            } catch (NumberFormatException e) {
                // Not whole, or far too large: the same is to be said.
            }
            throw new IllegalArgumentException(
                    "a whole number from " + min + " to " + max + " is needed, not " + Problems.shown(number.text()));
        }

        @Override
        public void write(JsonGenerator out, Object value) {
            out.writeNumber((Long) value);
        }
    }

    /** A duration of whole milliseconds. */
    record Time(Duration min, Duration max) implements FieldFormat {
        @Override
        public Object read(JsonValue value) {
            Duration read = Durations.parse(text("a duration, as \"PT1M\",", value));
            if (read.compareTo(min) < 0 || read.compareTo(max) > 0) {
                throw new IllegalArgumentException("a duration from " + Durations.format(min) + " to "
                        + Durations.format(max)
                        + (max.equals(QueueDescription.NO_LIMIT) ? ", which is no limit," : "") + " is needed, not "
                        + Problems.shown(((JsonText) value).text()));
            }
            return read.equals(QueueDescription.NO_LIMIT) ? read : Duration.ofMillis(read.toMillis());
        }

        @Override
        public void write(JsonGenerator out, Object value) {
            out.writeString(Durations.format((Duration) value));
        }
    }

    record Text(int maxChars) implements FieldFormat {
        @Override
        public Object read(JsonValue value) {
            String text = text("a text", value);
            if (text.length() > maxChars) {
                throw new IllegalArgumentException(
                        "at most " + maxChars + " characters are allowed, not " + text.length());
            }
            return text;
        }

        @Override
        public void write(JsonGenerator out, Object value) {
            out.writeString((String) value);
        }
    }

    /** The name of a queue or topic, or an empty text for none. */
    record Target() implements FieldFormat {
        @Override
        public Object read(JsonValue value) {
            String name = text("the name of a queue or topic, or \"\",", value);
            if (name.isEmpty()) {
                return name;
            }
            EntityPath path = EntityPath.parse(name);
            if (path.deadLetter() || path.kind() == EntityKind.SUBSCRIPTION) {
                throw new IllegalArgumentException("the name of a queue or topic is needed, not the path of a "
                        + (path.deadLetter() ? "dead-letter queue" : "subscription"));
            }
            return path.name();
        }

        @Override
        public void write(JsonGenerator out, Object value) {
            out.writeString((String) value);
        }
    }

    record Status() implements FieldFormat {
        private static final Map<EntityStatus, String> NAMES = Map.of(
                EntityStatus.ACTIVE, "Active",
                EntityStatus.DISABLED, "Disabled",
                EntityStatus.SEND_DISABLED, "SendDisabled",
                EntityStatus.RECEIVE_DISABLED, "ReceiveDisabled");

        @Override
        public Object read(JsonValue value) {
            String name = text("a text", value);
            return List.of(EntityStatus.values()).stream()
                    .filter(status -> name.equals(NAMES.get(status)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Active, Disabled, SendDisabled or ReceiveDisabled is needed, not "
                                    + Problems.shown(name)));
        }

        @Override
        public void write(JsonGenerator out, Object value) {
            out.writeString(NAMES.get((EntityStatus) value));
        }
    }
}
