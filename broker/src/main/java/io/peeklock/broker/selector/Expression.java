/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import io.peeklock.broker.message.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of a selector that has a value for a message: a Boolean, String, Long or Double, or null for what SQL calls
 * NULL or unknown.
 *
 * <p>Immutable, thread safe. Never throws.
 */
sealed interface Expression
        permits Expression.Literal, Expression.Condition, Expression.Arithmetic, Expression.Negation, Identifier {

    /** What can be said of a value before there is a message. */
    enum Type {
        BOOLEAN,
        STRING,
        NUMBER,
        /** That of an identifier: only the message knows. */
        ANY;

        boolean mayBe(Type wanted) {
            return this == wanted || this == ANY;
        }
    }

    Type type();

    @Nullable
    Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes);

    /** The value as a condition: unknown if it is no truth value. */
    default @Nullable Boolean truth(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
        return value(message, redeliveries, changes) instanceof Boolean bool ? bool : null;
    }

    /** A number, string or truth value as written. */
    record Literal(Object value) implements Expression {
        @Override
        public Type type() {
            if (value instanceof String) {
                return Type.STRING;
            }
            return value instanceof Boolean ? Type.BOOLEAN : Type.NUMBER;
        }

        @Override
        public Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            return value;
        }
    }

    /** What is true, false or unknown. */
    sealed interface Condition extends Expression {
        @Override
        default Type type() {
            return Type.BOOLEAN;
        }
    }

    /** All are true; false if one is false, whatever the unknown ones are. */
    record And(List<Expression> conditions) implements Condition {
        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            boolean unknown = false;
            for (Expression condition : conditions) {
                Boolean truth = condition.truth(message, redeliveries, changes);
                if (truth == null) {
                    unknown = true;
                } else if (!truth) {
                    return false;
                }
            }
            return unknown ? null : (Boolean) true;
        }
    }

    /** One is true; unknown if none is true and one is unknown. */
    record Or(List<Expression> conditions) implements Condition {
        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            boolean unknown = false;
            for (Expression condition : conditions) {
                Boolean truth = condition.truth(message, redeliveries, changes);
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
    record Not(Expression condition) implements Condition {
        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            Boolean truth = condition.truth(message, redeliveries, changes);
            return truth == null ? null : (Boolean) !truth;
        }
    }

    /** Two values beside each other: unknown if one is NULL, false if they are of different types (3.8.1.1). */
    record Comparison(Comparator comparator, Expression left, Expression right) implements Condition {
        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            Object a = left.value(message, redeliveries, changes);
            Object b = right.value(message, redeliveries, changes);
            return (a == null || b == null) ? null : (Boolean) comparator.compare(a, b);
        }
    }

    /** Between two bounds, both included: as {@code >=} and {@code <=}, negated as {@code <} or {@code >}. */
    record Between(boolean negated, Expression value, Expression low, Expression high) implements Condition {
        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            Comparison aboveLow = new Comparison(negated ? Comparator.LESS : Comparator.NOT_LESS, value, low);
            Comparison belowHigh = new Comparison(negated ? Comparator.GREATER : Comparator.NOT_GREATER, value, high);
            List<Expression> both = List.of(aboveLow, belowHigh);
            return (negated ? new Or(both) : new And(both)).value(message, redeliveries, changes);
        }
    }

    /** Among some strings. Not a string: false either way, as comparing it with each would be. */
    record In(boolean negated, Expression value, Set<String> strings) implements Condition {
        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            Object actual = value.value(message, redeliveries, changes);
            if (actual == null) {
                return null;
            }
            return actual instanceof String text && strings.contains(text) != negated;
        }
    }

    /** Like a pattern. Not a string: false either way. */
    record Like(boolean negated, Expression value, LikePattern pattern) implements Condition {
        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            Object actual = value.value(message, redeliveries, changes);
            if (actual == null) {
                return null;
            }
            return actual instanceof String text && pattern.matches(text) != negated;
        }
    }

    /** Whether there is no value; never unknown. */
    record IsNull(boolean negated, Expression value) implements Condition {
        @Override
        public Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            return (value.value(message, redeliveries, changes) == null) != negated;
        }
    }

    /**
     * A chain of operators of one rank, done from left to right: as long as they all are exact with Java's long, else
     * with its double. NULL if one operand is NULL or no number, or an exact division by zero.
     */
    record Arithmetic(Expression first, List<Operation> rest) implements Expression {
        @Override
        public Type type() {
            return Type.NUMBER;
        }

        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            Object result = first.value(message, redeliveries, changes);
            for (Operation operation : rest) {
                Object operand = operation.operand().value(message, redeliveries, changes);
                if (!(result instanceof Number a && operand instanceof Number b)) {
                    return null;
                }
                result = operation.operator().apply(a, b);
            }
            return result;
        }
    }

    /** The opposite number. */
    record Negation(Expression number) implements Expression {
        @Override
        public Type type() {
            return Type.NUMBER;
        }

        @Override
        public @Nullable Object value(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
            Object value = number.value(message, redeliveries, changes);
            if (value instanceof Long exact) {
                return -exact;
            }
            return value instanceof Double approximate ? (Double) (-approximate) : null;
        }
    }

    /** An operator and what stands to its right. */
    record Operation(Operator operator, Expression operand) {}

    /** The four basic operations. */
    enum Operator {
        PLUS,
        MINUS,
        TIMES,
        DIVIDED_BY;

        @Nullable
        Number apply(Number a, Number b) {
            if (a instanceof Long x && b instanceof Long y) {
                return exact(x, y);
            }
            double x = a.doubleValue();
            double y = b.doubleValue();
            return switch (this) {
                case PLUS -> x + y;
                case MINUS -> x - y;
                case TIMES -> x * y;
                case DIVIDED_BY -> x / y;
            };
        }

        private @Nullable Number exact(long x, long y) {
            return switch (this) {
                case PLUS -> x + y;
                case MINUS -> x - y;
                case TIMES -> x * y;
                case DIVIDED_BY -> y == 0 ? null : (Long) (x / y);
            };
        }
    }
}
