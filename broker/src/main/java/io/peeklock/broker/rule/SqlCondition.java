/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.error.BrokerException;
import java.util.Map;

/**
 * An SQL filter, compiled: chooses the messages for which its condition is true (rules R4, R5).
 *
 * <p>Immutable, thread safe.
 */
public final class SqlCondition implements RuleCondition {
    private final SqlExpression condition;

    private SqlCondition(SqlExpression condition) {
        this.condition = condition;
    }

    /**
     * Compiles a filter.
     *
     * @param parameters values of its parameters, by their names without {@code @}
     * @throws BrokerException InvalidOperation, saying what is wrong and at which position, counted from 0
     */
    public static SqlCondition parse(String text, Map<String, Object> parameters) {
        return new SqlCondition(new SqlParser(text, parameters).filter());
    }

    @Override
    public boolean takes(MessageView message) throws RuleEvaluationException {
        Boolean truth = condition.truth(message);
        return truth != null && truth;
    }
}
