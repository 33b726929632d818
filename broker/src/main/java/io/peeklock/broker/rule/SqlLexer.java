/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an SQL filter or action into words (rules R4, R6).
 *
 * <p>Not thread safe.
 */
final class SqlLexer {
    private static final Set<String> KEYWORDS = Set.of(
            "AND", "OR", "NOT", "IS", "NULL", "IN", "LIKE", "ESCAPE", "EXISTS", "TRUE", "FALSE", "SET", "REMOVE");
    /** More digits than any number of 64 bits has, leading zeros aside. */
    private static final int MAX_DIGITS = 19;

    private final String text;
    private int position;

    SqlLexer(String text) {
        this.text = text;
    }

    /** The next word; END at the end, as often as it is asked. */
    SqlToken next() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
        if (position == text.length()) {
            return new SqlToken(SqlToken.Kind.END, "", null, position);
        }
        char first = text.charAt(position);
        if (first == '\'') {
            return quoted(SqlToken.Kind.STRING, '\'', "the string that begins here has no closing quote");
        }
        if (first == '[') {
            return quoted(SqlToken.Kind.QUOTED_NAME, ']', "the name that begins here has no closing bracket");
        }
        if (first == '"') {
            return quoted(SqlToken.Kind.QUOTED_NAME, '"', "the name that begins here has no closing quote");
        }
        if (isDigit(first) || first == '.' && isDigit(at(position + 1))) {
            return number();
        }
        if (first == '@' && isNamePart(at(position + 1))) {
            int start = position++;
            return new SqlToken(SqlToken.Kind.PARAMETER, name(), null, start);
        }
        return isNameStart(first) ? word() : symbol(first);
    }

    /** Up to the closing character, which stands for itself where it is doubled. */
    private SqlToken quoted(SqlToken.Kind kind, char close, String unclosed) {
        int start = position;
        StringBuilder value = new StringBuilder();
        int from = start + 1;
        while (true) {
            int end = text.indexOf(close, from);
            if (end < 0) {
                throw SqlParser.invalid(start, unclosed);
            }
            value.append(text, from, end);
            if (at(end + 1) != close) {
                position = end + 1;
                break;
            }
            value.append(close);
            from = end + 2;
        }
        if (kind == SqlToken.Kind.QUOTED_NAME && value.isEmpty()) {
            throw SqlParser.invalid(start, "a name is empty");
        }
        return new SqlToken(kind, value.toString(), null, start);
    }

    private SqlToken word() {
        int start = position;
        String name = name();
        String upper = name.toUpperCase(Locale.ROOT);
        return KEYWORDS.contains(upper)
                ? new SqlToken(SqlToken.Kind.KEYWORD, upper, null, start)
                : new SqlToken(SqlToken.Kind.NAME, name, null, start);
    }

    private String name() {
        int start = position;
        while (isNamePart(at(position))) {
            position++;
        }
        return text.substring(start, position);
    }

    private SqlToken number() {
        int start = position;
        skipDigits();
        boolean approximate = at(position) == '.';
        if (approximate) {
            position++;
            skipDigits();
        }
        if (at(position) == 'e' || at(position) == 'E') {
            approximate = true;
            position++;
            if (at(position) == '+' || at(position) == '-') {
                position++;
            }
            if (!isDigit(at(position))) {
                throw SqlParser.invalid(start, "the exponent of the number has no digits");
            }
            skipDigits();
        }
        if (isNamePart(at(position))) {
            throw SqlParser.invalid(start, "a number must not run into a name");
        }
        String digits = text.substring(start, position);
        // Not the value of both as a number, which would be a double.
        Object value = approximate ? (Object) approximate(digits, start) : exact(digits, start);
        return new SqlToken(SqlToken.Kind.NUMBER, digits, value, start);
    }

    private static Double approximate(String digits, int start) {
        double value = Double.parseDouble(digits);
        if (Double.isInfinite(value)) {
            throw SqlParser.invalid(start, "the number is too large for a double");
        }
        return value;
    }

    /** Null for 2^63, which exists only negated. */
    private static @Nullable Long exact(String digits, int start) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        // The same length and digits only: these compare as the numbers do.
        if (significant.length() < MAX_DIGITS
                || significant.length() == MAX_DIGITS && significant.compareTo("9223372036854775807") <= 0) {
            return Long.valueOf(significant);
        }
        if (significant.equals("9223372036854775808")) {
            return null;
        }
        throw SqlParser.invalid(start, "the number is too large for a long; written with a point it is approximate");
    }

    private SqlToken symbol(char first) {
        int start = position;
        char second = at(start + 1);
        boolean two =
                first == '<' && (second == '>' || second == '=') || (first == '>' || first == '!') && second == '=';
        if (!two && "=<>+-*/%(),.;".indexOf(first) < 0) {
            throw SqlParser.invalid(start, "'" + Character.toString(text.codePointAt(start)) + "' means nothing here");
        }
        position = start + (two ? 2 : 1);
        return new SqlToken(SqlToken.Kind.SYMBOL, text.substring(start, position), null, start);
    }

    private void skipDigits() {
        while (isDigit(at(position))) {
            position++;
        }
    }

    private char at(int index) {
        return index < text.length() ? text.charAt(index) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Jakarta Messaging's names may begin with these two as well. */
    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '$';
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || Character.isDigit(c);
    }
}
