/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import org.jspecify.annotations.Nullable;

/**
 * A word of an SQL filter or action.
 *
 * <p>Immutable, thread safe.
 *
 * @param text as written; of a string, a name and a parameter its value, of a keyword its upper-case form
 * @param value the number of a NUMBER, a Long or a Double; null elsewhere and for 2^63, which exists only negated
 * @param position index of its first character
 */
record SqlToken(Kind kind, String text, @Nullable Object value, int position) {

    enum Kind {
        /** A name as it is. */
        NAME,
        /** A name in brackets or quotes, which is never a keyword, a scope or a function. */
        QUOTED_NAME,
        KEYWORD,
        PARAMETER,
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

    boolean isName() {
        return kind == Kind.NAME || kind == Kind.QUOTED_NAME;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case END -> "the end";
            case STRING -> "a string";
            case NAME, QUOTED_NAME, KEYWORD, NUMBER, SYMBOL -> shown();
            case PARAMETER -> "@" + shown();
        };
    }

    private String shown() {
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }
}
