/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import java.util.Locale;
import java.util.Set;

/**
 * Cuts a selector into words (Jakarta Messaging 3.8.1.1).
 *
 * <p>Not thread safe.
 */
final class SelectorLexer {

    static final Set<String> KEYWORDS =
            Set.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");
    private static final int LONGEST_KEYWORD = 7;

    private final String selector;
    private int position;

    SelectorLexer(String selector) {
        this.selector = selector;
    }

    /** The next word; END at the end, as often as it is asked. */
    Token next() {
        while (position < selector.length() && isSpace(selector.charAt(position))) {
            position++;
        }
        if (position == selector.length()) {
            return new Token(Token.Kind.END, "", null, position);
        }
        char first = selector.charAt(position);
        if (first == '\'') {
            return string();
        }
        if (isDigit(first) || (first == '.' && isDigit(at(position + 1)))) {
            return new NumberLexer(selector, position).read(this);
        }
        if (Character.isJavaIdentifierStart(selector.codePointAt(position))) {
            return word();
        }
        return symbol(first);
    }

    /** Keywords are such in any case (3.8.1.1). */
    static boolean isKeyword(String word) {
        return word.length() <= LONGEST_KEYWORD && KEYWORDS.contains(word.toUpperCase(Locale.ROOT));
    }

    /** Where the next word is looked for. */
    void skipTo(int end) {
        position = end;
    }

    private Token string() {
        int start = position;
        StringBuilder text = new StringBuilder();
        int from = start + 1;
        while (true) {
            int quote = selector.indexOf('\'', from);
            if (quote < 0) {
                throw Selector.invalid(start, "the string that begins here has no closing quote");
            }
            text.append(selector, from, quote);
            if (at(quote + 1) != '\'') {
                position = quote + 1;
                return new Token(Token.Kind.STRING, text.toString(), null, start);
            }
            text.append('\'');
            from = quote + 2;
        }
    }

    private Token word() {
        int start = position;
        while (position < selector.length() && Character.isJavaIdentifierPart(selector.codePointAt(position))) {
            position += Character.charCount(selector.codePointAt(position));
        }
        String text = selector.substring(start, position);
        if (isKeyword(text)) {
            return new Token(Token.Kind.KEYWORD, text.toUpperCase(Locale.ROOT), null, start);
        }
        return new Token(Token.Kind.IDENTIFIER, text, null, start);
    }

    private Token symbol(char first) {
        int start = position;
        char second = at(start + 1);
        int length = (first == '<' && (second == '>' || second == '=')) || (first == '>' && second == '=') ? 2 : 1;
        if (length == 1 && "=<>+-*/(),".indexOf(first) < 0) {
            throw Selector.invalid(
                    start, "'" + Character.toString(selector.codePointAt(start)) + "' means nothing here");
        }
        position = start + length;
        return new Token(Token.Kind.SYMBOL, selector.substring(start, position), null, start);
    }

    private char at(int index) {
        return index < selector.length() ? selector.charAt(index) : '\0';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Space, horizontal tab, form feed and line terminators. */
    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\f' || c == '\n' || c == '\r';
    }
}
