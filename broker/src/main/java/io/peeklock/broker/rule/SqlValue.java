/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of an SQL filter or action that computes a value.
 *
 * <p>Immutable, thread safe.
 */
sealed interface SqlValue extends SqlExpression {

    /** Operators between two values. */
    enum Operator {
        PLUS,
        MINUS,
        TIMES,
        DIVIDED_BY,
        MODULO
    }

    /** An operator and what stands to its right. */
    record Operation(Operator operator, SqlExpression operand) {}

    /** A chain of operators of one rank, done from left to right; unknown if one operand is, or is of no fitting type. */
    record Arithmetic(SqlExpression first, List<Operation> rest) implements SqlValue {
        @Override
        public @Nullable Object value(MessageView message) throws RuleEvaluationException {
            Object result = first.value(message);
            for (Operation operation : rest) {
                result = SqlValues.apply(operation.operator, result, operation.operand.value(message));
            }
            return result;
        }
    }

    /** A sign before a number. */
    record Signed(boolean minus, SqlExpression number) implements SqlValue {
        @Override
        public @Nullable Object value(MessageView message) throws RuleEvaluationException {
            Object value = number.value(message);
            if (!minus) {
                return value instanceof Number ? value : null;
            }
            if (value instanceof Long exact) {
                return -exact;
            }
            return value instanceof Double approximate ? (Double) (-approximate) : null;
        }
    }

    /** newid(): a UUID that nobody else has. */
    record NewId() implements SqlValue {
        @Override
        public Object value(MessageView message) {
            return message.newId();
        }
    }

    @Override
    default boolean isNeverTrue() {
        return true;
    }
}
