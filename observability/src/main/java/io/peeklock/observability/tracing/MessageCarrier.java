/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.peeklock.jms.MessageTracing.SendProperties;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trace context in the properties of messages. A dash, which no property name may have, is written as OpenTelemetry's agent
 * writes it.
 *
 * <p>Stateless, thread safe.
 */
final class MessageCarrier {

    static final TextMapSetter<SendProperties> SETTER = (properties, name, value) -> {
        if (properties != null) {
            properties.put(propertyName(name), value);
        }
    };

    static final TextMapGetter<Message> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Message message) {
            try {
                List<?> names = Collections.list(message.getPropertyNames());
                return names.stream()
                        .map(name -> String.valueOf(name).replace("__dash__", "-"))
                        .toList();
            } catch (JMSException e) {
                return List.of();
            }
        }

        @Override
        public @Nullable String get(@Nullable Message message, String name) {
            if (message == null) {
                return null;
            }
            try {
                return message.getStringProperty(propertyName(name));
            } catch (JMSException e) {
                return null;
            }
        }
    };

    /** What the application has set itself. */
    static final TextMapGetter<SendProperties> SET_BY_APPLICATION = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(SendProperties properties) {
            return List.of();
        }

        @Override
        public @Nullable String get(@Nullable SendProperties properties, String name) {
            return properties == null ? null : properties.setByApplication(propertyName(name));
        }
    };

    private MessageCarrier() {}

    static String propertyName(String field) {
        return field.replace("-", "__dash__");
    }
}
