/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A property of the message, in SQL: one of the application's, {@code name} or {@code user.name}, or one of the system's,
 * {@code sys.name}; in any case of letters (rule R5).
 *
 * <p>Immutable, thread safe.
 */
sealed interface SqlProperty extends SqlExpression {

    String SYSTEM_SCOPE = "sys.";
    String USER_SCOPE = "user.";

    /** As it was set, whatever its type. */
    @Nullable
    Object raw(MessageView message) throws RuleEvaluationException;

    @Override
    default @Nullable Object value(MessageView message) throws RuleEvaluationException {
        return SqlValues.of(raw(message));
    }

    /** One of the application; unknown if it is not there. */
    record User(String name) implements SqlProperty {
        @Override
        public @Nullable Object raw(MessageView message) throws RuleEvaluationException {
            return message.property(name);
        }
    }

    /** One of the system; unknown if it is not set, an error if no message has it. */
    record System(String name) implements SqlProperty {
        @Override
        public @Nullable Object raw(MessageView message) throws RuleEvaluationException {
            SystemProperty property = SystemProperty.find(name);
            if (property == null) {
                throw new RuleEvaluationException("there is no system property " + shown(name));
            }
            return message.system(property);
        }
    }

    /** property(name): the one that is called so, with or without a scope before it. */
    record Named(SqlExpression name) implements SqlProperty {
        @Override
        public @Nullable Object raw(MessageView message) throws RuleEvaluationException {
            Object called = name.value(message);
            if (called == null) {
                return null;
            }
            if (!(called instanceof String text)) {
                throw new RuleEvaluationException("the name that property() is given is no text");
            }
            String lower = text.toLowerCase(Locale.ROOT);
            if (lower.startsWith(SYSTEM_SCOPE)) {
                return new System(text.substring(SYSTEM_SCOPE.length())).raw(message);
            }
            String own = lower.startsWith(USER_SCOPE) ? text.substring(USER_SCOPE.length()) : text;
            return new User(own).raw(message);
        }
    }

    private static String shown(String name) {
        return name.length() > 40 ? name.substring(0, 40) + "..." : name;
    }
}
