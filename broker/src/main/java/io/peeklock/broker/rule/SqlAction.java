/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An SQL action, compiled: sets and removes properties of its rule's copy of a message (rule R6).
 *
 * <p>Immutable, thread safe.
 */
public final class SqlAction {
    /** Rule R7. */
    static final int MAX_STATEMENTS = 32;
    /** Properties together (rule Q2). */
    private static final int MAX_PROPERTIES_BYTES = 64 * 1024;

    /** What becomes of one property; without value it is removed. */
    private record Statement(SqlProperty property, @Nullable SqlExpression value) {}

    private final List<Statement> statements;

    private SqlAction(List<Statement> statements) {
        this.statements = statements;
    }

    /**
     * Compiles an action.
     *
     * @throws BrokerException InvalidOperation, saying what is wrong and at which position, counted from 0
     */
    public static SqlAction parse(String text) {
        SqlParser parser = new SqlParser(text, Map.of());
        List<Statement> statements = new ArrayList<>();
        do {
            if (statements.size() == MAX_STATEMENTS) {
                throw SqlParser.invalid(
                        parser.position(), "an action has at most " + MAX_STATEMENTS + " statements (rule R7)");
            }
            statements.add(statement(parser));
        } while (goesOn(parser));
        parser.requireEnd("the end or a comma");
        return new SqlAction(List.copyOf(statements));
    }

    /** By the grammar of Azure commas divide, and semicolons may stand before them; its samples have semicolons alone. */
    private static boolean goesOn(SqlParser parser) {
        boolean ended = parser.takeSymbol(";");
        return parser.takeSymbol(",") || ended && !parser.isAtEnd();
    }

    private static Statement statement(SqlParser parser) {
        boolean sets = parser.takeKeyword("SET");
        if (!sets && !parser.takeKeyword("REMOVE")) {
            throw parser.unexpected("SET or REMOVE");
        }
        int position = parser.position();
        SqlProperty property = parser.property();
        if (property instanceof SqlProperty.System system && SystemProperty.find(system.name()) == null) {
            throw SqlParser.invalid(position, "there is no system property " + system.name() + " that can be changed");
        }
        if (!sets) {
            return new Statement(property, null);
        }
        parser.needSymbol("=");
        return new Statement(property, parser.sum());
    }

    /** Whether it changes the session id or the partition key, and with them where a message should lie. */
    public boolean changesKeys() {
        return statements.stream().anyMatch(statement -> {
            SystemProperty property =
                    statement.property instanceof SqlProperty.System system ? SystemProperty.find(system.name()) : null;
            return property != null && property.isKey();
        });
    }

    /** A copy of the message, changed, one statement after the other: later ones see what earlier ones did. */
    Message apply(MessageView message, String ruleName) throws RuleEvaluationException {
        for (Statement statement : statements) {
            apply(statement, message);
        }
        try {
            Message changed = message.changed(ruleName);
            if (changed.propertiesBytes() > MAX_PROPERTIES_BYTES) {
                throw RuleEvaluationException.headerTooLarge("the action makes properties of "
                        + changed.propertiesBytes() + " bytes together, at most " + MAX_PROPERTIES_BYTES
                        + " are allowed");
            }
            return changed;
        } catch (BrokerException e) {
            throw new RuleEvaluationException("the action makes what no message may have: " + e.getMessage());
        }
    }

    /** What is set to an unknown value is removed. */
    private static void apply(Statement statement, MessageView message) throws RuleEvaluationException {
        SqlExpression expression = statement.value;
        SqlProperty property = statement.property;
        if (property instanceof SqlProperty.User user) {
            // A property that is copied keeps its type.
            Object value = expression instanceof SqlProperty other
                    ? other.raw(message)
                    : expression == null ? null : expression.value(message);
            message.change(user.name(), value);
        } else if (property instanceof SqlProperty.System system) {
            SystemProperty target = SystemProperty.find(system.name());
            if (target != null) {
                message.change(target, checked(target, expression == null ? null : expression.value(message)));
            }
        }
    }

    private static @Nullable Object checked(SystemProperty target, @Nullable Object value)
            throws RuleEvaluationException {
        if (value instanceof byte[]) {
            throw new RuleEvaluationException(target.spelling() + " cannot be set to bytes");
        }
        if (target != SystemProperty.TIME_TO_LIVE) {
            return value == null ? null : value.toString();
        }
        if (value != null && !(value instanceof Long)) {
            throw new RuleEvaluationException(target.spelling() + " can be set to a whole number of milliseconds");
        }
        return value;
    }
}
