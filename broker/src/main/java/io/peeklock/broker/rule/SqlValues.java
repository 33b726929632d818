/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.rule.SqlValue.Operator;
import io.peeklock.broker.selector.Comparator;
import io.peeklock.broker.selector.LikePattern;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What SQL filters and actions do with values: whole numbers in 64 bits, others as double, texts, truth values, UUIDs and
 * instants; null is what is unknown.
 *
 * <p>Stateless, thread safe.
 */
final class SqlValues {
    /** A chain of concatenations must not become larger than the properties of a message may be. */
    static final int MAX_TEXT_CHARS = 64 * 1024;

    private SqlValues() {}

    /** A property's value as expressions see it. */
    static @Nullable Object of(@Nullable Object property) {
        if (property instanceof Double || property instanceof Float) {
            return ((Number) property).doubleValue();
        }
        if (property instanceof Number number) {
            return number.longValue();
        }
        return property instanceof Character character ? character.toString() : property;
    }

    /** Null if one value is, or if no common type makes them comparable. */
    static @Nullable Boolean compare(Comparator comparator, @Nullable Object a, @Nullable Object b) {
        if (a instanceof Number && b instanceof Number) {
            return comparator.compare(a, b);
        }
        if (a instanceof String x && b instanceof String y) {
            return comparator.holds(x.compareTo(y));
        }
        if (a instanceof Instant x && b instanceof Instant y) {
            return comparator.holds(x.compareTo(y));
        }
        if (a == null || b == null || a.getClass() != b.getClass() || a instanceof byte[] || comparator.ordering()) {
            return null;
        }
        return comparator.compare(a, b);
    }

    /** Null if one operand is, or if the operator takes no such values. */
    static @Nullable Object apply(Operator operator, @Nullable Object a, @Nullable Object b)
            throws RuleEvaluationException {
        if (a instanceof Long x && b instanceof Long y) {
            return exact(operator, x, y);
        }
        if (a instanceof Number x && b instanceof Number y) {
            return approximate(operator, x.doubleValue(), y.doubleValue());
        }
        return operator == Operator.PLUS && a instanceof String x && b instanceof String y ? concatenate(x, y) : null;
    }

    private static Long exact(Operator operator, long x, long y) throws RuleEvaluationException {
        if (y == 0 && (operator == Operator.DIVIDED_BY || operator == Operator.MODULO)) {
            throw new RuleEvaluationException("a whole number is divided by 0");
        }
        return switch (operator) {
            case PLUS -> x + y;
            case MINUS -> x - y;
            case TIMES -> x * y;
            case DIVIDED_BY -> x / y;
            case MODULO -> x % y;
        };
    }

    private static Double approximate(Operator operator, double x, double y) {
        return switch (operator) {
            case PLUS -> x + y;
            case MINUS -> x - y;
            case TIMES -> x * y;
            case DIVIDED_BY -> x / y;
            case MODULO -> x % y;
        };
    }

    private static String concatenate(String x, String y) throws RuleEvaluationException {
        if ((long) x.length() + y.length() > MAX_TEXT_CHARS) {
            throw new RuleEvaluationException("a text becomes longer than " + MAX_TEXT_CHARS + " characters");
        }
        return x + y;
    }

    /** The pattern of a LIKE. */
    static LikePattern pattern(String pattern, boolean hasEscape, String escape) throws RuleEvaluationException {
        if (pattern.length() > SqlExpression.Like.MAX_PATTERN_CHARS) {
            throw new RuleEvaluationException("the pattern of LIKE has " + pattern.length() + " characters, at most "
                    + SqlExpression.Like.MAX_PATTERN_CHARS + " are allowed");
        }
        if (hasEscape && escape.codePointCount(0, escape.length()) != 1) {
            throw new RuleEvaluationException("ESCAPE needs a text of one character");
        }
        return LikePattern.of(pattern, hasEscape ? escape.codePointAt(0) : -1)
                .orElseThrow(() -> new RuleEvaluationException("the pattern of LIKE ends with its escape character"));
    }
}
