/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.entity.CorrelationFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a correlation filter asks for: these fields have these values (rule R3).
 *
 * <p>Immutable, thread safe.
 *
 * @param fields in an order that is the same for the same fields
 * @param values those of the fields, as {@link #comparable} has them
 */
record CorrelationKey(List<Field> fields, List<Object> values) {

    /**
     * A field of a message.
     *
     * @param system null for an application property
     * @param name that of an application property
     */
    record Field(@Nullable SystemProperty system, String name) {
        static Field of(SystemProperty system) {
            return new Field(system, "");
        }

        static Field of(String property) {
            return new Field(null, property);
        }

        /** Null if the message has no such field. */
        @Nullable
        Object value(MessageView message) {
            if (system == SystemProperty.REPLY_TO) {
                return ReplyAddresses.comparable(message.message().replyTo());
            }
            return comparable(system == null ? message.properties().get(name) : system.read(message.message()));
        }
    }

    static CorrelationKey of(CorrelationFilter filter) {
        List<Field> fields = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        add(fields, values, SystemProperty.CORRELATION_ID, filter.correlationId());
        add(fields, values, SystemProperty.CONTENT_TYPE, filter.contentType());
        add(fields, values, SystemProperty.LABEL, filter.label());
        add(fields, values, SystemProperty.MESSAGE_ID, filter.messageId());
        add(fields, values, SystemProperty.REPLY_TO, ReplyAddresses.comparable(filter.replyTo()));
        add(fields, values, SystemProperty.REPLY_TO_SESSION_ID, filter.replyToSessionId());
        add(fields, values, SystemProperty.SESSION_ID, filter.sessionId());
        add(fields, values, SystemProperty.TO, filter.to());
        for (Map.Entry<String, Object> property : filter.properties().entrySet()) {
            Object value = comparable(property.getValue());
            if (value != null) {
                fields.add(Field.of(property.getKey()));
                values.add(value);
            }
        }
        return new CorrelationKey(List.copyOf(fields), List.copyOf(values));
    }

    private static void add(List<Field> fields, List<Object> values, SystemProperty system, @Nullable String value) {
        if (value != null) {
            fields.add(Field.of(system));
            values.add(value);
        }
    }

    /** The values of these fields in a message; null if it lacks one. */
    static @Nullable List<Object> valuesOf(List<Field> fields, MessageView message) {
        List<Object> values = new ArrayList<>(fields.size());
        for (Field field : fields) {
            Object value = field.value(message);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    /** A value by which equal ones are found: numbers are equal by what they are worth. */
    private static @Nullable Object comparable(@Nullable Object property) {
        Object value = SqlValues.of(property);
        return value instanceof Double number && number.longValue() == number ? (Object) number.longValue() : value;
    }
}
