/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.selector.Comparator;
import io.peeklock.broker.selector.LikePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses SQL filters and actions by recursive descent (rules R4, R6).
 *
 * <p>Not thread safe. Chains of AND, OR and arithmetic become lists, so that only brackets, NOT, signs and functions nest,
 * up to {@link #MAX_DEPTH}.
 *
 * <pre>
 * condition  = conjunction { OR conjunction }
 * conjunction= negation { AND negation }
 * negation   = NOT negation | predicate
 * predicate  = EXISTS ( property )
 *            | sum [ compare sum | [NOT] IN ( sum {, sum} ) | [NOT] LIKE sum [ESCAPE sum] | IS [NOT] NULL ]
 * sum        = product { (+|-) product }
 * product    = factor { (*|/|%) factor }
 * factor     = (+|-) factor | constant | @parameter | newid() | (property|p) ( sum ) | property | ( condition )
 * property   = [ (sys|user) . ] name
 * actions    = action { (, | ; [,]) action } [;]       action = SET property = sum | REMOVE property
 * </pre>
 */
final class SqlParser extends SqlTokens {
    static final int MAX_DEPTH = 50;

    private final Map<String, Object> parameters;
    private int depth;

    SqlParser(String text, Map<String, Object> parameters) {
        super(text);
        this.parameters = parameters;
    }

    /** All of the text as a condition. */
    SqlExpression filter() {
        int start = token.position();
        SqlExpression whole = requireCondition(condition(), start);
        requireEnd("the end, AND or OR");
        return whole;
    }

    private SqlExpression condition() {
        List<SqlExpression> conditions = new ArrayList<>();
        int start = token.position();
        conditions.add(conjunction());
        while (takeKeyword("OR")) {
            requireCondition(conditions.get(conditions.size() - 1), start);
            start = token.position();
            conditions.add(requireCondition(conjunction(), start));
        }
        return SqlExpression.chain(conditions, false);
    }

    private SqlExpression conjunction() {
        List<SqlExpression> conditions = new ArrayList<>();
        int start = token.position();
        conditions.add(negation());
        while (takeKeyword("AND")) {
            requireCondition(conditions.get(conditions.size() - 1), start);
            start = token.position();
            conditions.add(requireCondition(negation(), start));
        }
        return SqlExpression.chain(conditions, true);
    }

    private SqlExpression negation() {
        if (!takeKeyword("NOT")) {
            return predicate();
        }
        descend();
        int start = token.position();
        SqlExpression negated = new SqlExpression.Not(requireCondition(negation(), start));
        depth--;
        return negated;
    }

    private SqlExpression predicate() {
        if (takeKeyword("EXISTS")) {
            needSymbol("(");
            SqlExpression property = property();
            needSymbol(")");
            return new SqlExpression.IsNull(true, property);
        }
        int start = token.position();
        SqlExpression left = sum();
        Comparator comparator = takeComparator();
        if (comparator != null) {
            return new SqlExpression.Comparison(comparator, left, sum());
        }
        if (takeKeyword("IS")) {
            boolean negated = takeKeyword("NOT");
            needKeyword("NULL");
            if (!(left instanceof SqlProperty)) {
                throw invalid(start, "left of IS NULL stands a property");
            }
            return new SqlExpression.IsNull(negated, left);
        }
        boolean negated = takeKeyword("NOT");
        if (takeKeyword("IN")) {
            return new SqlExpression.In(negated, left, values());
        }
        if (takeKeyword("LIKE")) {
            return like(left, negated);
        }
        if (negated) {
            throw unexpected("IN or LIKE");
        }
        return left;
    }

    private @Nullable Comparator takeComparator() {
        if (takeSymbol("!=")) {
            return Comparator.NOT_EQUAL;
        }
        for (Comparator comparator : Comparator.values()) {
            if (takeSymbol(comparator.symbol())) {
                return comparator;
            }
        }
        return null;
    }

    private List<SqlExpression> values() {
        needSymbol("(");
        List<SqlExpression> values = new ArrayList<>();
        do {
            values.add(sum());
        } while (takeSymbol(","));
        needSymbol(")");
        return List.copyOf(values);
    }

    private SqlExpression like(SqlExpression value, boolean negated) {
        int start = token.position();
        SqlExpression pattern = sum();
        SqlExpression escape = takeKeyword("ESCAPE") ? sum() : null;
        return new SqlExpression.Like(negated, value, pattern, escape, compiled(pattern, escape, start));
    }

    /** The pattern, if it is known before there is a message; one that can never do is refused. */
    private static @Nullable LikePattern compiled(SqlExpression pattern, @Nullable SqlExpression escape, int start) {
        boolean known =
                pattern instanceof SqlExpression.Literal && (escape == null || escape instanceof SqlExpression.Literal);
        if (!known) {
            return null;
        }
        Object text = ((SqlExpression.Literal) pattern).value();
        Object character = escape == null ? "" : ((SqlExpression.Literal) escape).value();
        if (!(text instanceof String string && character instanceof String one)) {
            throw invalid(start, "the pattern of LIKE and its escape character are texts");
        }
        try {
            return SqlValues.pattern(string, escape != null, one);
        } catch (RuleEvaluationException e) {
            throw invalid(start, String.valueOf(e.getMessage()));
        }
    }

    /** A value, and in brackets any condition. */
    SqlExpression sum() {
        int start = token.position();
        SqlExpression first = product();
        List<SqlValue.Operation> rest = new ArrayList<>();
        while (token.isSymbol("+") || token.isSymbol("-")) {
            SqlValue.Operator operator = takeSymbol("+") ? SqlValue.Operator.PLUS : taken("-", SqlValue.Operator.MINUS);
            int position = token.position();
            rest.add(new SqlValue.Operation(operator, requireValue(product(), position)));
        }
        return chain(first, rest, start);
    }

    private SqlExpression product() {
        int start = token.position();
        SqlExpression first = factor();
        List<SqlValue.Operation> rest = new ArrayList<>();
        while (token.isSymbol("*") || token.isSymbol("/") || token.isSymbol("%")) {
            SqlValue.Operator operator = takeSymbol("*")
                    ? SqlValue.Operator.TIMES
                    : takeSymbol("/") ? SqlValue.Operator.DIVIDED_BY : taken("%", SqlValue.Operator.MODULO);
            int position = token.position();
            rest.add(new SqlValue.Operation(operator, requireValue(factor(), position)));
        }
        return chain(first, rest, start);
    }

    private SqlValue.Operator taken(String symbol, SqlValue.Operator operator) {
        needSymbol(symbol);
        return operator;
    }

    private static SqlExpression chain(SqlExpression first, List<SqlValue.Operation> rest, int start) {
        return rest.isEmpty() ? first : new SqlValue.Arithmetic(requireValue(first, start), List.copyOf(rest));
    }

    private SqlExpression factor() {
        SqlToken taken = token;
        if (token.isSymbol("+") || token.isSymbol("-")) {
            return signed();
        }
        if (takeSymbol("(")) {
            descend();
            SqlExpression inner = condition();
            needSymbol(")");
            depth--;
            return inner;
        }
        switch (taken.kind()) {
            case NUMBER -> {
                advance();
                if (taken.value() == null) {
                    throw invalid(taken.position(), "the number is too large for a long");
                }
                return new SqlExpression.Literal(taken.value());
            }
            case STRING -> {
                advance();
                return new SqlExpression.Literal(taken.text());
            }
            case PARAMETER -> {
                advance();
                return parameter(taken);
            }
            case NAME, QUOTED_NAME -> {
                return propertyOrFunction();
            }
            case KEYWORD, SYMBOL, END -> {
                return constant();
            }
        }
        throw new AssertionError(taken.kind());
    }

    private SqlExpression constant() {
        if (takeKeyword("TRUE")) {
            return new SqlExpression.Literal(true);
        }
        if (takeKeyword("FALSE")) {
            return new SqlExpression.Literal(false);
        }
        if (takeKeyword("NULL")) {
            return new SqlExpression.Literal(null);
        }
        throw unexpected("a property, a value, NOT or (");
    }

    private SqlExpression parameter(SqlToken name) {
        Object value = parameters.get(name.text());
        if (value == null) {
            throw invalid(name.position(), "the parameter " + name + " has no value");
        }
        return new SqlExpression.Literal(SqlValues.of(value));
    }

    private SqlExpression signed() {
        descend();
        boolean minus = !takeSymbol("+");
        if (minus) {
            needSymbol("-");
        }
        SqlToken operand = token;
        SqlExpression signed;
        if (minus && operand.kind() == SqlToken.Kind.NUMBER && operand.value() == null) {
            // The one literal that fits only with its sign.
            advance();
            signed = new SqlExpression.Literal(Long.MIN_VALUE);
        } else {
            signed = new SqlValue.Signed(minus, requireValue(factor(), operand.position()));
        }
        depth--;
        return signed;
    }

    private SqlExpression propertyOrFunction() {
        SqlToken first = token;
        if (first.kind() == SqlToken.Kind.QUOTED_NAME) {
            return property();
        }
        advance();
        if (!token.isSymbol("(")) {
            return property(first);
        }
        descend();
        needSymbol("(");
        SqlExpression called = switch (first.text().toLowerCase(Locale.ROOT)) {
            case "newid" -> new SqlValue.NewId();
            case "property", "p" -> new SqlProperty.Named(sum());
            default ->
                throw invalid(first.position(), "there is no function " + first + ": newid() and property() are");
        };
        needSymbol(")");
        depth--;
        return called;
    }

    /** A property that is read, or set. */
    SqlProperty property() {
        SqlToken first = token;
        if (!first.isName()) {
            throw unexpected("the name of a property");
        }
        advance();
        return property(first);
    }

    private SqlProperty property(SqlToken first) {
        if (first.kind() == SqlToken.Kind.QUOTED_NAME || !takeSymbol(".")) {
            return new SqlProperty.User(first.text());
        }
        SqlToken name = token;
        if (!name.isName()) {
            throw unexpected("the name of a property");
        }
        advance();
        return switch (first.text().toLowerCase(Locale.ROOT) + ".") {
            case SqlProperty.SYSTEM_SCOPE -> new SqlProperty.System(name.text());
            case SqlProperty.USER_SCOPE -> new SqlProperty.User(name.text());
            default ->
                throw invalid(
                        first.position(),
                        "the scope before the point is sys or user; a name with a point in it stands in []");
        };
    }

    private void descend() {
        if (++depth > MAX_DEPTH) {
            throw invalid(token.position(), "brackets, NOT, signs and functions nest deeper than " + MAX_DEPTH);
        }
    }

    private static SqlExpression requireCondition(SqlExpression expression, int position) {
        if (expression.isNeverTrue()) {
            throw invalid(position, "a condition is needed, not a value");
        }
        return expression;
    }

    private static SqlExpression requireValue(SqlExpression expression, int position) {
        if (expression instanceof SqlExpression.Condition) {
            throw invalid(position, "a value is needed, not a condition");
        }
        return expression;
    }
}
