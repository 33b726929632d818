/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one numeric literal: exact (decimal, octal, hexadecimal, suffix L) or approximate (point, exponent, suffix D or
 * F), in the syntax of Java.
 *
 * <p>Not thread safe.
 */
final class NumberLexer {

    private static final BigInteger BEYOND_LONG = BigInteger.ONE.shiftLeft(63);

    // No literal that fits a long is longer, leading zeros aside: what is, needs no arithmetic to be refused.
    private static final int LONGEST_EXACT = 64;

    private final String selector;
    private final int start;
    private int end;

    NumberLexer(String selector, int start) {
        this.selector = selector;
        this.start = start;
        end = start;
    }

    Token read(SelectorLexer lexer) {
        Object value = isHexadecimal() ? hexadecimal() : decimal();
        if (end < selector.length() && Character.isJavaIdentifierPart(selector.codePointAt(end))) {
            throw Selector.invalid(start, "a number must not run into a name");
        }
        lexer.skipTo(end);
        return new Token(Token.Kind.NUMBER, selector.substring(start, end), value, start);
    }

    private boolean isHexadecimal() {
        return selector.regionMatches(true, start, "0x", 0, 2) && Character.digit(at(start + 2), 16) >= 0;
    }

    private @Nullable Object hexadecimal() {
        end = start + 2;
        while (at(end) < 128 && Character.digit(at(end), 16) >= 0) {
            end++;
        }
        String digits = selector.substring(start + 2, end);
        skipOne("lL");
        return exact(digits, 16);
    }

    private @Nullable Object decimal() {
        skipDigits();
        boolean approximate = skipOne(".");
        if (approximate) {
            skipDigits();
        }
        approximate |= skipExponent();
        String digits = selector.substring(start, end);
        if (skipOne("dDfF") || approximate) {
            return approximate(digits);
        }
        skipOne("lL");
        boolean octal = digits.length() > 1 && digits.charAt(0) == '0';
        if (octal && (digits.indexOf('8') >= 0 || digits.indexOf('9') >= 0)) {
            throw Selector.invalid(start, "a whole number that begins with 0 is octal and has digits 0 to 7");
        }
        return exact(digits, octal ? 8 : 10);
    }

    private boolean skipExponent() {
        if (!skipOne("eE")) {
            return false;
        }
        skipOne("+-");
        if (!SelectorLexer.isDigit(at(end))) {
            throw Selector.invalid(start, "the exponent of the number has no digits");
        }
        skipDigits();
        return true;
    }

    private Double approximate(String digits) {
        double value = Double.parseDouble(digits);
        if (Double.isInfinite(value)) {
            throw Selector.invalid(start, "the number is too large for a double");
        }
        return value;
    }

    private @Nullable Long exact(String digits, int radix) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        BigInteger value = significant.length() > LONGEST_EXACT ? null : new BigInteger(significant, radix);
        if (value == null || value.compareTo(BEYOND_LONG) > 0) {
            throw Selector.invalid(start, "the number is too large for a long; written with a point it is approximate");
        }
        return value.equals(BEYOND_LONG) ? null : (Long) value.longValue();
    }

    private void skipDigits() {
        while (SelectorLexer.isDigit(at(end))) {
            end++;
        }
    }

    private boolean skipOne(String any) {
        boolean found = end < selector.length() && any.indexOf(selector.charAt(end)) >= 0;
        if (found) {
            end++;
        }
        return found;
    }

    private char at(int index) {
        return index < selector.length() ? selector.charAt(index) : '\0';
    }
}
