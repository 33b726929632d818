/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.PropertyCodec;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes the messages whose fields and application properties all equal these; what is null is not looked at (rule R3).
 *
 * <p>Immutable. Found by a lookup, however many others the topic has.
 *
 * @param properties application properties, by name: the case of names and of texts counts, the type of a number does not
 */
public record CorrelationFilter(
        @Nullable String correlationId,
        @Nullable String contentType,
        @Nullable String label,
        @Nullable String messageId,
        @Nullable String replyTo,
        @Nullable String replyToSessionId,
        @Nullable String sessionId,
        @Nullable String to,
        Map<String, Object> properties)
        implements RuleFilter {

    /** @throws BrokerException InvalidOperation if it asks for nothing, for a value that cannot be compared, or for too much */
    public CorrelationFilter {
        long chars = chars(correlationId)
                + chars(contentType)
                + chars(label)
                + chars(messageId)
                + chars(replyTo)
                + chars(replyToSessionId)
                + chars(sessionId)
                + chars(to);
        Map<String, Object> sorted = new TreeMap<>();
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            String name = property.getKey();
            Object value = property.getValue();
            if (name.isEmpty() || value instanceof byte[] || !PropertyCodec.isSupported(value)) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        "the property '" + name
                                + "' of a correlation filter needs a name, and a value that can be compared");
            }
            chars += name.length() + (value instanceof String text ? text.length() : 1);
            sorted.put(name, value);
        }
        if (chars == 0) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "a correlation filter asks for nothing: use the true filter to take every message");
        }
        RuleDescription.requireLength("names and values of a correlation filter", chars);
        properties = Collections.unmodifiableMap(sorted);
    }

    private static long chars(@Nullable String text) {
        // An empty text is something to ask for, too.
        return text == null ? 0 : Math.max(1, text.length());
    }

    /** Begins with nothing asked for. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what is asked for. Not thread safe. */
    public static final class Builder {
        private @Nullable String correlationId;
        private @Nullable String contentType;
        private @Nullable String label;
        private @Nullable String messageId;
        private @Nullable String replyTo;
        private @Nullable String replyToSessionId;
        private @Nullable String sessionId;
        private @Nullable String to;
        private final Map<String, Object> properties = new TreeMap<>();

        private Builder() {}

        public Builder correlationId(@Nullable String value) {
            correlationId = value;
            return this;
        }

        public Builder contentType(@Nullable String value) {
            contentType = value;
            return this;
        }

        /** JMSType; Azure's subject. */
        public Builder label(@Nullable String value) {
            label = value;
            return this;
        }

        /** The application's own id if the message has one, else that of its provider. */
        public Builder messageId(@Nullable String value) {
            messageId = value;
            return this;
        }

        public Builder replyTo(@Nullable String value) {
            replyTo = value;
            return this;
        }

        public Builder replyToSessionId(@Nullable String value) {
            replyToSessionId = value;
            return this;
        }

        public Builder sessionId(@Nullable String value) {
            sessionId = value;
            return this;
        }

        public Builder to(@Nullable String value) {
            to = value;
            return this;
        }

        public Builder property(String name, Object value) {
            properties.put(name, value);
            return this;
        }

        /**
         * What was set; the builder may be used again.
         *
         * @throws BrokerException at once, with InvalidOperation: for a filter that asks for nothing, a property without name or
         *     with a value that cannot be compared, or more than {@value RuleDescription#MAX_TEXT_CHARS} characters (R7)
         */
        public CorrelationFilter build() {
            return new CorrelationFilter(
                    correlationId, contentType, label, messageId, replyTo, replyToSessionId, sessionId, to, properties);
        }
    }
}
