/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.selector.Comparator;
import io.peeklock.broker.selector.LikePattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of an SQL filter or action that has a value for a message: a Boolean, String, Long, Double, UUID or Instant, bytes
 * that nothing can be done with, or null for what is unknown (rule R5).
 *
 * <p>Immutable, thread safe. Takes time in proportion to the expression and the properties it names.
 */
sealed interface SqlExpression permits SqlExpression.Literal, SqlExpression.Condition, SqlValue, SqlProperty {

    @Nullable
    Object value(MessageView message) throws RuleEvaluationException;

    /** The value as a condition: unknown if it is no truth value. */
    default @Nullable Boolean truth(MessageView message) throws RuleEvaluationException {
        return value(message) instanceof Boolean bool ? bool : null;
    }

    /** Whether it is known before there is a message that it is no truth value. */
    default boolean isNeverTrue() {
        return false;
    }

    /** A constant, or a parameter's value. */
    record Literal(@Nullable Object value) implements SqlExpression {
        @Override
        public @Nullable Object value(MessageView message) {
            return value;
        }

        @Override
        public boolean isNeverTrue() {
            return value != null && !(value instanceof Boolean);
        }
    }

    /** What is true, false or unknown. */
    sealed interface Condition extends SqlExpression {}

    /** All are true; false if one is false, whatever the unknown ones are. What stands behind a false one is not looked at. */
    record And(List<SqlExpression> conditions) implements Condition {
        @Override
        public @Nullable Object value(MessageView message) throws RuleEvaluationException {
            boolean unknown = false;
            for (SqlExpression condition : conditions) {
                Boolean truth = condition.truth(message);
                if (truth == null) {
                    unknown = true;
                } else if (!truth) {
                    return false;
                }
            }
            return unknown ? null : (Boolean) true;
        }
    }

    /** One is true; unknown if none is true and one is unknown. What stands behind a true one is not looked at. */
    record Or(List<SqlExpression> conditions) implements Condition {
        @Override
        public @Nullable Object value(MessageView message) throws RuleEvaluationException {
            boolean unknown = false;
            for (SqlExpression condition : conditions) {
                Boolean truth = condition.truth(message);
                if (truth == null) {
                    unknown = true;
                } else if (truth) {
                    return true;
                }
            }
            return unknown ? null : (Boolean) false;
        }
    }

    /** The opposite; of unknown, unknown. */
    record Not(SqlExpression condition) implements Condition {
        @Override
        public @Nullable Object value(MessageView message) throws RuleEvaluationException {
            Boolean truth = condition.truth(message);
            return truth == null ? null : (Boolean) !truth;
        }
    }

    /** Two values beside each other: unknown if one is, and if no common type makes them comparable. */
    record Comparison(Comparator comparator, SqlExpression left, SqlExpression right) implements Condition {
        @Override
        public @Nullable Object value(MessageView message) throws RuleEvaluationException {
            return SqlValues.compare(comparator, left.value(message), right.value(message));
        }
    }

    /** Among some values; unknown if it is not among the known ones and one is unknown. */
    record In(boolean negated, SqlExpression value, List<SqlExpression> values) implements Condition {
        @Override
        public @Nullable Object value(MessageView message) throws RuleEvaluationException {
            Object actual = value.value(message);
            if (actual == null) {
                return null;
            }
            boolean unknown = false;
            for (SqlExpression one : values) {
                Boolean equal = SqlValues.compare(Comparator.EQUAL, actual, one.value(message));
                if (equal == null) {
                    unknown = true;
                } else if (equal) {
                    return !negated;
                }
            }
            return unknown ? null : (Boolean) negated;
        }
    }

    /**
     * Like a pattern; unknown if there is nothing to compare.
     *
     * @param compiled the pattern, if it is known before there is a message
     */
    record Like(
            boolean negated,
            SqlExpression value,
            SqlExpression pattern,
            @Nullable SqlExpression escape,
            @Nullable LikePattern compiled)
            implements Condition {

        /** Longer ones come from messages only, and would cost their length times that of the text. */
        static final int MAX_PATTERN_CHARS = 1024;

        @Override
        public @Nullable Object value(MessageView message) throws RuleEvaluationException {
            Object text = value.value(message);
            LikePattern like = compiled == null ? compile(message) : compiled;
            return like != null && text instanceof String string ? (Boolean) (like.matches(string) != negated) : null;
        }

        private @Nullable LikePattern compile(MessageView message) throws RuleEvaluationException {
            Object text = pattern.value(message);
            Object character = escape == null ? "" : escape.value(message);
            return text instanceof String string && character instanceof String one
                    ? SqlValues.pattern(string, escape != null, one)
                    : null;
        }
    }

    /** Whether there is no value; never unknown. */
    record IsNull(boolean negated, SqlExpression value) implements Condition {
        @Override
        public Object value(MessageView message) throws RuleEvaluationException {
            return (value.value(message) == null) != negated;
        }
    }

    /** All or some of these; the one itself if it is alone. */
    static SqlExpression chain(List<SqlExpression> conditions, boolean all) {
        if (conditions.size() == 1) {
            return conditions.get(0);
        }
        List<SqlExpression> copy = List.copyOf(new ArrayList<>(conditions));
        return all ? new And(copy) : new Or(copy);
    }
}
