/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;

/**
 * The words of an SQL filter or action, one after the other.
 *
 * <p>Not thread safe.
 */
abstract sealed class SqlTokens permits SqlParser {
    private final SqlLexer lexer;
    /** The next one. */
    SqlToken token;

    SqlTokens(String text) {
        lexer = new SqlLexer(text);
        token = lexer.next();
    }

    static BrokerException invalid(int position, String reason) {
        return new BrokerException(ErrorCode.InvalidOperation, "Invalid SQL at position " + position + ": " + reason);
    }

    final boolean isAtEnd() {
        return token.kind() == SqlToken.Kind.END;
    }

    final void requireEnd(String wanted) {
        if (!isAtEnd()) {
            throw unexpected(wanted);
        }
    }

    final void advance() {
        token = lexer.next();
    }

    final int position() {
        return token.position();
    }

    final boolean takeKeyword(String word) {
        boolean found = token.isKeyword(word);
        if (found) {
            advance();
        }
        return found;
    }

    final boolean takeSymbol(String symbol) {
        boolean found = token.isSymbol(symbol);
        if (found) {
            advance();
        }
        return found;
    }

    final void needKeyword(String word) {
        if (!takeKeyword(word)) {
            throw unexpected(word);
        }
    }

    final void needSymbol(String symbol) {
        if (!takeSymbol(symbol)) {
            throw unexpected(symbol);
        }
    }

    final BrokerException unexpected(String wanted) {
        return invalid(token.position(), "expected " + wanted + ", found " + token);
    }
}
