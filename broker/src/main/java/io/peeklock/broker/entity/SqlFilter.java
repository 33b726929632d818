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

/**
 * Takes the messages for which an SQL condition is true (rule R4).
 *
 * <p>Immutable.
 *
 * @param expression the condition, at most {@link RuleDescription#MAX_TEXT_CHARS} characters
 * @param parameters values of its parameters, by their names without {@code @}; of the types of application properties
 */
public record SqlFilter(String expression, Map<String, Object> parameters) implements RuleFilter {

    /**
     * Whether it can be read, the namespace checks when its rule is created.
     *
     * @throws BrokerException InvalidOperation for what is too long (R7), or a parameter without name or comparable value
     */
    public SqlFilter {
        RuleDescription.requireLength("filter", expression);
        Map<String, Object> sorted = new TreeMap<>();
        long chars = 0;
        for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
            String name =
                    parameter.getKey().startsWith("@") ? parameter.getKey().substring(1) : parameter.getKey();
            Object value = parameter.getValue();
            if (name.isEmpty() || value instanceof byte[] || !PropertyCodec.isSupported(value)) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        "the parameter '" + name + "' of a filter needs a name, and a value that can be compared");
            }
            chars += name.length() + (value instanceof String text ? text.length() : 0);
            sorted.put(name, value);
        }
        RuleDescription.requireLength("parameters of a filter", chars);
        parameters = Collections.unmodifiableMap(sorted);
    }

    /**
     * Without parameters.
     *
     * @throws BrokerException InvalidOperation for what is too long (R7)
     */
    public static SqlFilter of(String expression) {
        return new SqlFilter(expression, Map.of());
    }
}
