/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import io.peeklock.broker.error.BrokerException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses a selector by recursive descent and checks what can be known of its types.
 *
 * <p>Not thread safe. Chains of AND, OR and arithmetic become lists, so that only brackets, NOT and signs nest, up to
 * {@link #MAX_DEPTH}.
 *
 * <pre>
 * condition  = conjunction { OR conjunction }
 * conjunction= negation { AND negation }
 * negation   = NOT negation | predicate
 * predicate  = sum [ compare sum | [NOT] BETWEEN sum AND sum | [NOT] IN (strings) | [NOT] LIKE string [ESCAPE string]
 *                  | IS [NOT] NULL ]
 * sum        = product { (+|-) product }
 * product    = factor { (*|/) factor }
 * factor     = (+|-) factor | literal | identifier | ( condition )
 * </pre>
 */
final class SelectorParser {

    static final int MAX_DEPTH = 200;

    private final SelectorLexer lexer;
    private Token token;
    private int depth;

    private SelectorParser(String selector) {
        lexer = new SelectorLexer(selector);
        token = lexer.next();
    }

    static Expression parse(String selector) {
        SelectorParser parser = new SelectorParser(selector);
        Expression whole = parser.condition();
        if (parser.token.kind() != Token.Kind.END) {
            throw parser.unexpected("the end, AND or OR");
        }
        return require(whole, Expression.Type.BOOLEAN, 0);
    }

    private Expression condition() {
        int start = token.position();
        Expression first = conjunction();
        if (!token.isKeyword("OR")) {
            return first;
        }
        List<Expression> conditions = new ArrayList<>();
        conditions.add(require(first, Expression.Type.BOOLEAN, start));
        while (takeKeyword("OR")) {
            int position = token.position();
            conditions.add(require(conjunction(), Expression.Type.BOOLEAN, position));
        }
        return new Expression.Or(List.copyOf(conditions));
    }

    private Expression conjunction() {
        int start = token.position();
        Expression first = negation();
        if (!token.isKeyword("AND")) {
            return first;
        }
        List<Expression> conditions = new ArrayList<>();
        conditions.add(require(first, Expression.Type.BOOLEAN, start));
        while (takeKeyword("AND")) {
            int position = token.position();
            conditions.add(require(negation(), Expression.Type.BOOLEAN, position));
        }
        return new Expression.And(List.copyOf(conditions));
    }

    private Expression negation() {
        if (!takeKeyword("NOT")) {
            return predicate();
        }
        descend();
        int position = token.position();
        Expression negated = new Expression.Not(require(negation(), Expression.Type.BOOLEAN, position));
        depth--;
        return negated;
    }

    private Expression predicate() {
        Token start = token;
        Expression left = sum();
        Comparator comparator = takeComparator();
        if (comparator != null) {
            return comparison(left, comparator, start);
        }
        if (takeKeyword("IS")) {
            boolean negated = takeKeyword("NOT");
            needKeyword("NULL");
            return new Expression.IsNull(negated, requireIdentifier(left, start, "IS NULL"));
        }
        // A NOT here can only belong to one of three words: a negated condition was taken before the sum.
        boolean negated = takeKeyword("NOT");
        if (takeKeyword("BETWEEN")) {
            return between(left, negated, start);
        }
        if (takeKeyword("IN")) {
            return new Expression.In(negated, requireIdentifier(left, start, "IN"), strings());
        }
        if (takeKeyword("LIKE")) {
            return new Expression.Like(negated, requireIdentifier(left, start, "LIKE"), pattern());
        }
        if (negated) {
            throw unexpected("BETWEEN, IN or LIKE");
        }
        return left;
    }

    private @Nullable Comparator takeComparator() {
        for (Comparator comparator : Comparator.values()) {
            if (takeSymbol(comparator.symbol())) {
                return comparator;
            }
        }
        return null;
    }

    private Expression comparison(Expression left, Comparator comparator, Token start) {
        Expression right = sum();
        Expression.Type a = left.type();
        Expression.Type b = right.type();
        if (comparator.ordering() && !(a.mayBe(Expression.Type.NUMBER) && b.mayBe(Expression.Type.NUMBER))) {
            throw Selector.invalid(start.position(), "only numbers can be compared with " + comparator.symbol());
        }
        if (!a.mayBe(b) && !b.mayBe(a)) {
            throw Selector.invalid(start.position(), "a " + name(a) + " cannot be compared with a " + name(b));
        }
        return new Expression.Comparison(comparator, left, right);
    }

    private Expression between(Expression value, boolean negated, Token start) {
        require(value, Expression.Type.NUMBER, start.position());
        int lowAt = token.position();
        Expression low = require(sum(), Expression.Type.NUMBER, lowAt);
        needKeyword("AND");
        int highAt = token.position();
        Expression high = require(sum(), Expression.Type.NUMBER, highAt);
        return new Expression.Between(negated, value, low, high);
    }

    private Set<String> strings() {
        needSymbol("(");
        Set<String> strings = new HashSet<>();
        do {
            strings.add(needString().text());
        } while (takeSymbol(","));
        needSymbol(")");
        return Set.copyOf(strings);
    }

    private LikePattern pattern() {
        Token pattern = needString();
        int escape = -1;
        if (takeKeyword("ESCAPE")) {
            Token character = needString();
            if (character.text().codePointCount(0, character.text().length()) != 1) {
                throw Selector.invalid(character.position(), "ESCAPE needs a string of one character");
            }
            escape = character.text().codePointAt(0);
        }
        return LikePattern.compile(pattern.text(), escape, pattern.position());
    }

    private Expression sum() {
        Token start = token;
        Expression first = product();
        List<Expression.Operation> rest = new ArrayList<>();
        while (token.isSymbol("+") || token.isSymbol("-")) {
            Expression.Operator operator = takeSymbol("+") ? Expression.Operator.PLUS : minus();
            int position = token.position();
            rest.add(new Expression.Operation(operator, require(product(), Expression.Type.NUMBER, position)));
        }
        return chain(first, rest, start);
    }

    private Expression.Operator minus() {
        needSymbol("-");
        return Expression.Operator.MINUS;
    }

    private Expression product() {
        Token start = token;
        Expression first = factor();
        List<Expression.Operation> rest = new ArrayList<>();
        while (token.isSymbol("*") || token.isSymbol("/")) {
            boolean times = takeSymbol("*");
            if (!times) {
                needSymbol("/");
            }
            Expression.Operator operator = times ? Expression.Operator.TIMES : Expression.Operator.DIVIDED_BY;
            int position = token.position();
            rest.add(new Expression.Operation(operator, require(factor(), Expression.Type.NUMBER, position)));
        }
        return chain(first, rest, start);
    }

    private static Expression chain(Expression first, List<Expression.Operation> rest, Token start) {
        return rest.isEmpty()
                ? first
                : new Expression.Arithmetic(
                        require(first, Expression.Type.NUMBER, start.position()), List.copyOf(rest));
    }

    private Expression factor() {
        if (token.isSymbol("+") || token.isSymbol("-")) {
            return signed();
        }
        Token taken = token;
        switch (taken.kind()) {
            case NUMBER -> {
                advance();
                Object value = taken.value();
                if (value == null) {
                    throw Selector.invalid(taken.position(), "the number is too large for a long");
                }
                return new Expression.Literal(value);
            }
            case STRING -> {
                advance();
                return new Expression.Literal(taken.text());
            }
            case IDENTIFIER -> {
                advance();
                return Identifier.of(taken);
            }
            case KEYWORD, SYMBOL, END -> {
                if (takeKeyword("TRUE") || takeKeyword("FALSE")) {
                    return new Expression.Literal(taken.text().equals("TRUE"));
                }
                return bracketed();
            }
        }
        throw new AssertionError(taken.kind());
    }

    private Expression signed() {
        descend();
        boolean minus = !takeSymbol("+");
        if (minus) {
            needSymbol("-");
        }
        Token operand = token;
        Expression signed;
        if (minus && operand.kind() == Token.Kind.NUMBER && operand.value() == null) {
            // The one literal that fits only with its sign.
            advance();
            signed = new Expression.Literal(Long.MIN_VALUE);
        } else {
            Expression number = require(factor(), Expression.Type.NUMBER, operand.position());
            // A plus changes nothing but says that a number is meant: twice negated is the value, or NULL for no
            // number.
            signed = new Expression.Negation(minus ? number : new Expression.Negation(number));
        }
        depth--;
        return signed;
    }

    private Expression bracketed() {
        if (!takeSymbol("(")) {
            throw unexpected("a name, a value, NOT or (");
        }
        descend();
        Expression inner = condition();
        needSymbol(")");
        depth--;
        return inner;
    }

    private void descend() {
        if (++depth > MAX_DEPTH) {
            throw Selector.invalid(token.position(), "brackets, NOT and signs nest deeper than " + MAX_DEPTH);
        }
    }

    private static Expression require(Expression expression, Expression.Type wanted, int position) {
        if (!expression.type().mayBe(wanted)) {
            throw Selector.invalid(position, "a " + name(wanted) + " is needed, not a " + name(expression.type()));
        }
        return expression;
    }

    private static Expression requireIdentifier(Expression left, Token start, String operator) {
        if (!(left instanceof Identifier)) {
            throw Selector.invalid(start.position(), "left of " + operator + " stands a name");
        }
        return left;
    }

    private static String name(Expression.Type type) {
        return switch (type) {
            case BOOLEAN -> "condition";
            case STRING -> "string";
            case NUMBER -> "number";
            case ANY -> "value";
        };
    }

    private void advance() {
        token = lexer.next();
    }

    private boolean takeKeyword(String word) {
        boolean found = token.isKeyword(word);
        if (found) {
            advance();
        }
        return found;
    }

    private boolean takeSymbol(String symbol) {
        boolean found = token.isSymbol(symbol);
        if (found) {
            advance();
        }
        return found;
    }

    private void needKeyword(String word) {
        if (!takeKeyword(word)) {
            throw unexpected(word);
        }
    }

    private void needSymbol(String symbol) {
        if (!takeSymbol(symbol)) {
            throw unexpected(symbol);
        }
    }

    private Token needString() {
        Token found = token;
        if (found.kind() != Token.Kind.STRING) {
            throw unexpected("a string in single quotes");
        }
        advance();
        return found;
    }

    private BrokerException unexpected(String wanted) {
        return Selector.invalid(token.position(), "expected " + wanted + ", found " + token);
    }
}
