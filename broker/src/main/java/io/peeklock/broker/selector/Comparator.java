/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

/**
 * Compares two values of a selector or SQL filter, neither of them NULL.
 *
 * <p>Immutable, thread safe.
 */
public enum Comparator {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    NOT_GREATER("<="),
    GREATER(">"),
    NOT_LESS(">=");

    private final String symbol;

    Comparator(String symbol) {
        this.symbol = symbol;
    }

    /** As it is written. */
    public String symbol() {
        return symbol;
    }

    /** Whether it asks for more than equality: only numbers have an order. */
    public boolean ordering() {
        return this != EQUAL && this != NOT_EQUAL;
    }

    /** False for values of different types, even if asked whether they differ (3.8.1.1). */
    public boolean compare(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return holds(Long.compare(x, y));
        }
        if (a instanceof Number x && b instanceof Number y) {
            return compareApproximate(x.doubleValue(), y.doubleValue());
        }
        boolean alike = a.getClass() == b.getClass();
        return alike && !ordering() && a.equals(b) == (this == EQUAL);
    }

    /** As Java's operators do: not a number equals nothing and has no order. */
    private boolean compareApproximate(double x, double y) {
        return switch (this) {
            case EQUAL -> x == y;
            case NOT_EQUAL -> x != y;
            case LESS -> x < y;
            case NOT_GREATER -> x <= y;
            case GREATER -> x > y;
            case NOT_LESS -> x >= y;
        };
    }

    /** Whether it holds for what {@link Comparable#compareTo} says. */
    public boolean holds(int order) {
        return switch (this) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case NOT_GREATER -> order <= 0;
            case GREATER -> order > 0;
            case NOT_LESS -> order >= 0;
        };
    }
}
