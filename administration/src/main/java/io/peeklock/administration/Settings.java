/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.BackOff;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.error.BrokerException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one entity that its part of the file names, each within its limits; the others are as they are.
 *
 * <p>Immutable once it is read.
 */
final class Settings {

    /** A value and where it stands. */
    record Given(Object value, String path, Position at) {}

    static final String FORWARDS_NO_SESSIONS =
            "what requires sessions forwards nothing (rule W1): leave this out, or RequiresSession";
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;

    private final Map<Field, Given> given = new EnumMap<>(Field.class);

    /** Reads both sections of an entity; what is wrong is a problem and not given. */
    static Settings read(Section entity, EntityKind kind) {
        Settings settings = new Settings();
        for (String name : new String[] {Field.AZURE_SECTION, Field.OWN_SECTION}) {
            Section section = entity.section(name);
            if (section != null) {
                settings.read(section, name, kind);
                section.end();
            }
        }
        settings.checkTogether(entity.problems());
        return settings;
    }

    private void read(Section section, String name, EntityKind kind) {
        for (Field field : Field.values()) {
            if (!field.isOf(kind)) {
                continue;
            }
            if (!field.section().equals(name)) {
                section.standsIn(field.section(), field.jsonName());
                continue;
            }
            JsonValue value = section.value(field.jsonName());
            if (value != null) {
                String path = section.pathOf(field.jsonName());
                try {
                    given.put(field, new Given(field.format().read(value), path, value.at()));
                } catch (IllegalArgumentException | BrokerException e) {
                    section.problems().add(path, value.at(), String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private void checkTogether(Problems problems) {
        onlyOne(Field.MAX_SIZE_IN_MEGABYTES, Field.MAX_SIZE_IN_BYTES, problems);
        onlyOne(Field.MAX_MESSAGE_SIZE_IN_KILOBYTES, Field.MAX_MESSAGE_SIZE_IN_BYTES, problems);
        Given window = given.get(Field.DUPLICATE_DETECTION_HISTORY_TIME_WINDOW);
        if (window != null && Boolean.TRUE.equals(value(Field.REQUIRES_DUPLICATE_DETECTION))) {
            Duration value = (Duration) window.value();
            if (value.compareTo(EntityOptions.MIN_WINDOW) < 0 || value.compareTo(EntityOptions.MAX_WINDOW) > 0) {
                problems.add(
                        window.path(),
                        window.at(),
                        "a duration from PT20S to P7D is needed where duplicates are detected, not "
                                + Durations.format(value));
            }
        }
        Given forward = forwardTo();
        if (forward != null && flag(Field.REQUIRES_SESSION, false)) {
            problems.add(forward.path(), forward.at(), FORWARDS_NO_SESSIONS);
        }
        Given longest = given.get(Field.ABANDON_BACK_OFF_MAX);
        Duration first = (Duration) value(Field.ABANDON_BACK_OFF);
        if (longest != null && first != null && ((Duration) longest.value()).compareTo(first) < 0) {
            problems.add(longest.path(), longest.at(), "the last delay is shorter than the first, AbandonBackOff");
        }
    }

    private void onlyOne(Field field, Field other, Problems problems) {
        Given second = given.get(other);
        if (given.containsKey(field) && second != null) {
            problems.add(
                    second.path(), second.at(), "there is " + field.jsonName() + " already: leave one of them out");
        }
    }

    /** What is to be forwarded to, or null if nothing is said of it, or there is to be no such thing. */
    @Nullable
    Given forwardTo() {
        Given forward = given.get(Field.FORWARD_TO);
        return forward == null || ((String) forward.value()).isEmpty() ? null : forward;
    }

    /** What is given of it, or null. */
    @Nullable
    Given given(Field field) {
        return given.get(field);
    }

    @Nullable
    Object value(Field field) {
        Given found = given.get(field);
        return found == null ? null : found.value();
    }

    boolean flag(Field field, boolean otherwise) {
        Object value = value(field);
        return value == null ? otherwise : (Boolean) value;
    }

    long number(Field field, long otherwise) {
        Object value = value(field);
        return value == null ? otherwise : (Long) value;
    }

    Duration duration(Field field, Duration otherwise) {
        Object value = value(field);
        return value == null ? otherwise : (Duration) value;
    }

    long maxSizeBytes(long otherwise) {
        Object megabytes = value(Field.MAX_SIZE_IN_MEGABYTES);
        return megabytes == null ? number(Field.MAX_SIZE_IN_BYTES, otherwise) : (Long) megabytes * MIB;
    }

    int maxMessageBytes(int otherwise) {
        Object kilobytes = value(Field.MAX_MESSAGE_SIZE_IN_KILOBYTES);
        return Math.toIntExact(
                kilobytes == null ? number(Field.MAX_MESSAGE_SIZE_IN_BYTES, otherwise) : (Long) kilobytes * KIB);
    }

    /** Of an entity that has such a window, zero for no detection. */
    Duration duplicateDetectionWindow(Duration now) {
        boolean detects = flag(Field.REQUIRES_DUPLICATE_DETECTION, !now.isZero());
        if (!detects) {
            return Duration.ZERO;
        }
        return duration(
                Field.DUPLICATE_DETECTION_HISTORY_TIME_WINDOW, now.isZero() ? EntityOptions.DEFAULT_WINDOW : now);
    }

    BackOff abandonBackOff(BackOff now) {
        Duration first = duration(Field.ABANDON_BACK_OFF, now.first());
        Duration longest = duration(Field.ABANDON_BACK_OFF_MAX, first.compareTo(now.max()) > 0 ? first : now.max());
        return new BackOff(first, longest);
    }

    /** A forward's target; null for none. */
    @Nullable
    String target(Field field, @Nullable String now) {
        String name = (String) value(field);
        return name == null ? now : name.isEmpty() ? null : name;
    }
}
