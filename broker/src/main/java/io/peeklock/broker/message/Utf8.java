/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.nio.charset.StandardCharsets;

/**
 * Strings to and from UTF-8 without objects in between, and without loss: half a surrogate pair, which Java strings may
 * hold and UTF-8 may not, is kept as the three bytes of its code unit.
 *
 * <p>Has no state; any thread.
 */
public final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /**
     * Number of bytes that {@link #encode} writes.
     *
     * @throws BrokerException with MessageSizeExceeded if that is more than an array can hold
     */
    public static int length(String text) {
        int chars = text.length();
        int i = 0;
        while (i < chars && text.charAt(i) < 0x80) {
            i++;
        }
        if (i == chars) {
            return chars;
        }
        long bytes = i;
        for (; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (isPair(text, i)) {
                bytes += 4;
                i++;
            } else {
                bytes += 3;
            }
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new BrokerException(
                    ErrorCode.MessageSizeExceeded, "a text of " + chars + " characters is too long for a message");
        }
        return (int) bytes;
    }

    /** Writes the text into {@code out} at {@code at} and returns the position behind it. */
    public static int encode(String text, byte[] out, int at) {
        int chars = text.length();
        int i = 0;
        int to = at;
        while (i < chars) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                break;
            }
            out[to++] = (byte) c;
            i++;
        }
        for (; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                out[to++] = (byte) c;
            } else if (c < 0x800) {
                out[to++] = (byte) (0xC0 | c >> 6);
                out[to++] = (byte) (0x80 | c & 0x3F);
            } else if (isPair(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                out[to++] = (byte) (0xF0 | point >> 18);
                out[to++] = (byte) (0x80 | point >> 12 & 0x3F);
                out[to++] = (byte) (0x80 | point >> 6 & 0x3F);
                out[to++] = (byte) (0x80 | point & 0x3F);
            } else {
                out[to++] = (byte) (0xE0 | c >> 12);
                out[to++] = (byte) (0x80 | c >> 6 & 0x3F);
                out[to++] = (byte) (0x80 | c & 0x3F);
            }
        }
        return to;
    }

    /**
     * The text of {@code length} bytes.
     *
     * @throws MalformedContentException if they are neither UTF-8 nor half a surrogate pair
     */
    public static String decode(byte[] in, int from, int length) {
        String text = new String(in, from, length, StandardCharsets.UTF_8);
        // Java marks what it cannot decode with this character; only then is it worth to look closely.
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeWithHalfPairs(in, from, length);
    }

    /** Whether the bytes are those of {@code text}, without making a string of them. */
    public static boolean matches(String text, byte[] in, int from, int length) {
        int chars = text.length();
        if (length < chars) {
            return false;
        }
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return text.equals(decode(in, from, length));
            }
            if (in[from + i] != c) {
                return false;
            }
        }
        return length == chars;
    }

    private static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    private static String decodeWithHalfPairs(byte[] in, int from, int length) {
        StringBuilder text = new StringBuilder(length);
        int end = from + length;
        int at = from;
        while (at < end) {
            int first = in[at];
            int more = first >= 0 ? 0 : first >> 5 == -2 ? 1 : first >> 4 == -2 ? 2 : first >> 3 == -2 ? 3 : -1;
            if (more < 0 || more >= end - at) {
                throw malformed(at - from);
            }
            int point = more == 0 ? first : first & 0x3F >> more;
            for (int i = 1; i <= more; i++) {
                int next = in[at + i];
                if ((next & 0xC0) != 0x80) {
                    throw malformed(at - from + i);
                }
                point = point << 6 | next & 0x3F;
            }
            int least = more == 0 ? 0 : more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
            if (point < least || point > Character.MAX_CODE_POINT) {
                throw malformed(at - from);
            }
            text.appendCodePoint(point);
            at += more + 1;
        }
        return text.toString();
    }

    private static MalformedContentException malformed(int at) {
        return new MalformedContentException("text is not UTF-8 at its byte " + at);
    }
}
