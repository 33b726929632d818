/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import io.peeklock.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A name in a selector: a header field, a property of the provider or one of the application.
 *
 * <p>Immutable, thread safe.
 */
record Identifier(String name) implements Expression {

    private static final Set<String> NOT_SELECTABLE = Set.of(
            FieldNames.SEQUENCE_NUMBER,
            FieldNames.ENQUEUED_SEQUENCE_NUMBER,
            FieldNames.ENQUEUED_TIME,
            FieldNames.LOCKED_UNTIL,
            FieldNames.STATE,
            FieldNames.ORIGINAL_EXPIRATION);

    private static final Set<String> HEADERS =
            Set.of("JMSDeliveryMode", "JMSPriority", "JMSMessageID", "JMSTimestamp", "JMSCorrelationID", "JMSType");

    static Identifier of(Token token) {
        String name = token.text();
        boolean reserved = name.startsWith("JMS") && !name.startsWith("JMSX") && !name.startsWith("JMS_");
        if (reserved && !HEADERS.contains(name)) {
            throw Selector.invalid(
                    token.position(),
                    name + " cannot be selected by: of the header fields JMSDeliveryMode, JMSPriority, JMSMessageID,"
                            + " JMSTimestamp, JMSCorrelationID and JMSType can");
        }
        if (NOT_SELECTABLE.contains(name)) {
            throw Selector.invalid(
                    token.position(), name + " cannot be selected by: it belongs to a delivery, not to the message");
        }
        return new Identifier(name);
    }

    @Override
    public Type type() {
        return Type.ANY;
    }

    @Override
    public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
        return switch (name) {
            case "JMSDeliveryMode" -> message.durable() ? "PERSISTENT" : "NON_PERSISTENT";
            case "JMSPriority" -> (long) message.priority();
            case "JMSMessageID" -> message.messageId();
            case "JMSTimestamp" -> message.creationTimeMs();
            case "JMSCorrelationID" -> correlationId(message);
            case "JMSType" -> message.label();
            case FieldNames.GROUP_ID -> message.sessionId();
            // Where there is none, a 0 that somebody set is a property like any other.
            case FieldNames.GROUP_SEQUENCE ->
                message.groupSequence() == 0
                        ? comparable(message.property(name))
                        : (Object) (long) message.groupSequence();
            case FieldNames.DELIVERY_COUNT -> redeliveries + 1L;
            case FieldNames.PARTITION_KEY -> message.partitionKey();
            case FieldNames.MESSAGE_ID -> message.applicationMessageId();
            case FieldNames.CONTENT_TYPE -> message.contentType();
            case FieldNames.TO -> message.to();
            case FieldNames.REPLY_TO_SESSION_ID -> message.replyToSessionId();
            // What a settlement changed hides what the message was sent with (rule L11).
            default -> comparable(changes.containsKey(name) ? changes.get(name) : message.property(name));
        };
    }

    private static @Nullable String correlationId(Message message) {
        String text = message.correlationId();
        byte[] bytes = text == null ? message.correlationIdBytes() : null;
        return bytes == null ? text : new String(bytes, StandardCharsets.UTF_8);
    }

    /** Exact numbers as Long, approximate ones as Double; types of other front doors by their text. */
    private static @Nullable Object comparable(@Nullable Object value) {
        if (value == null || value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        return value.toString();
    }
}
