/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import io.peeklock.broker.error.BrokerException;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one numeric literal in the syntax of Java: exact (decimal, octal, hexadecimal, binary, suffix L) or approximate
 * (point, exponent, suffix D or F), with underscores between digits.
 *
 * <p>Not thread safe.
 */
final class NumberLexer {

    private static final BigInteger BEYOND_LONG = BigInteger.ONE.shiftLeft(63);

    // No literal that fits 64 bits is longer, leading zeros aside: what is, needs no arithmetic to be refused.
    private static final int LONGEST_EXACT = Long.SIZE;

    private final String selector;
    private final int start;
    private int end;

    NumberLexer(String selector, int start) {
        this.selector = selector;
        this.start = start;
        end = start;
    }

    Token read(SelectorLexer lexer) {
        Object value;
        if (hasPrefix("0x")) {
            value = hexadecimal();
        } else if (hasPrefix("0b")) {
            value = binary();
        } else {
            value = decimal();
        }
        if (end < selector.length() && Character.isJavaIdentifierPart(selector.codePointAt(end))) {
            throw Selector.invalid(start, "a number must not run into a name");
        }
        lexer.skipTo(end);
        return new Token(Token.Kind.NUMBER, selector.substring(start, end), value, start);
    }

    private boolean hasPrefix(String prefix) {
        return selector.regionMatches(true, start, prefix, 0, prefix.length());
    }

    private Object hexadecimal() {
        end = start + 2;
        skipDigits(16);
        int digitsEnd = end;
        boolean point = skipOne(".");
        if (point) {
            skipDigits(16);
        }
        boolean digitless = end - start == (point ? 3 : 2);
        if (skipExponent("pP") && !digitless) {
            return approximate(digits(start));
        }
        if (point || digitless) {
            throw Selector.invalid(
                    start, "a hexadecimal number has digits, and an exponent if it has a point: 0x1.8p3");
        }
        String digits = digits(start + 2, digitsEnd);
        skipOne("lL");
        return bits(digits, 16);
    }

    private Object binary() {
        end = start + 2;
        skipDigits(2);
        String digits = digits(start + 2);
        skipOne("lL");
        return bits(digits, 2);
    }

    private @Nullable Object decimal() {
        skipDigits(10);
        boolean approximate = skipOne(".");
        if (approximate) {
            skipDigits(10);
        }
        approximate |= skipExponent("eE");
        String digits = digits(start);
        if (approximate || "dDfF".indexOf(at(end)) >= 0) {
            return approximate(digits);
        }
        skipOne("lL");
        boolean octal = digits.length() > 1 && digits.charAt(0) == '0';
        if (octal && (digits.indexOf('8') >= 0 || digits.indexOf('9') >= 0)) {
            throw Selector.invalid(start, "a whole number that begins with 0 is octal and has digits 0 to 7");
        }
        return octal ? bits(digits, 8) : exact(digits);
    }

    private boolean skipExponent(String letters) {
        if (!skipOne(letters)) {
            return false;
        }
        skipOne("+-");
        if (!SelectorLexer.isDigit(at(end))) {
            throw Selector.invalid(start, "the exponent of the number has no digits");
        }
        skipDigits(10);
        return true;
    }

    /** Of suffix F a float's value, which is what a property that is a float compares with. */
    private Double approximate(String digits) {
        boolean single = skipOne("fF");
        if (!single) {
            skipOne("dD");
        }
        double value = single ? Float.parseFloat(digits) : Double.parseDouble(digits);
        if (Double.isInfinite(value)) {
            throw Selector.invalid(start, "the number is too large for a " + (single ? "float" : "double"));
        }
        return value;
    }

    /** Null for 2^63, which exists only negated. */
    private @Nullable Long exact(String digits) {
        BigInteger value = magnitude(digits, 10);
        if (value.compareTo(BEYOND_LONG) > 0) {
            throw tooLarge();
        }
        return value.equals(BEYOND_LONG) ? null : (Long) value.longValue();
    }

    /** Digits that stand for bits, up to 64 of them, of which the first is the sign. */
    private Long bits(String digits, int radix) {
        BigInteger value = magnitude(digits, radix);
        if (value.bitLength() > Long.SIZE) {
            throw tooLarge();
        }
        return value.longValue();
    }

    private BigInteger magnitude(String digits, int radix) {
        if (digits.isEmpty()) {
            throw Selector.invalid(start, "the number has no digits");
        }
        int zeros = 0;
        while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
            zeros++;
        }
        if (digits.length() - zeros > LONGEST_EXACT) {
            throw tooLarge();
        }
        return new BigInteger(digits.substring(zeros), radix);
    }

    private BrokerException tooLarge() {
        return Selector.invalid(start, "the number is too large for a long; written with a point it is approximate");
    }

    private void skipDigits(int radix) {
        int from = end;
        while (at(end) == '_' || (at(end) < 128 && Character.digit(at(end), radix) >= 0)) {
            end++;
        }
        if (end > from && (at(from) == '_' || at(end - 1) == '_')) {
            throw Selector.invalid(start, "in a number _ stands between digits only");
        }
    }

    private String digits(int from) {
        return digits(from, end);
    }

    private String digits(int from, int to) {
        return selector.substring(from, to).replace("_", "");
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
