/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import org.jspecify.annotations.Nullable;

/**
 * A word of a selector.
 *
 * <p>Immutable, thread safe.
 *
 * @param kind what it is
 * @param text as written; of a string its value, of a keyword its upper-case form
 * @param value the number of a NUMBER, a Long or a Double; null elsewhere and for 2^63, which exists only negated
 * @param position index of its first character
 */
record Token(Kind kind, String text, @Nullable Object value, int position) {

    enum Kind {
        IDENTIFIER,
        KEYWORD,
        STRING,
        NUMBER,
        SYMBOL,
        END
    }

    boolean isKeyword(String word) {
        return kind == Kind.KEYWORD && text.equals(word);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case END -> "the end";
            case STRING -> "a string";
            case IDENTIFIER, KEYWORD, NUMBER, SYMBOL -> text.length() > 40 ? text.substring(0, 40) + "..." : text;
        };
    }
}
