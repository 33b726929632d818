/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes numbers and texts one behind the other into an array that was made to their exact size.
 *
 * <p>Not thread safe; lives for one encoding.
 */
final class ContentWriter {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** A text of so many characters has at most 127 bytes: its length is one byte, whatever the characters are. */
    private static final int SHORT_TEXT_CHARS = 127 / 3;

    private final byte[] out;
    private int at;

    ContentWriter(byte[] out) {
        this.out = out;
    }

    int position() {
        return at;
    }

    void putByte(int value) {
        out[at++] = (byte) value;
    }

    void putShort(int value) {
        SHORT.set(out, at, (short) value);
        at += Short.BYTES;
    }

    void putInt(int value) {
        INT.set(out, at, value);
        at += Integer.BYTES;
    }

    void putLong(long value) {
        LONG.set(out, at, value);
        at += Long.BYTES;
    }

    /** Seven bits a byte, the lowest first; the top bit says that more follow. */
    void putLength(int value) {
        int rest = value;
        while (rest > 0x7F) {
            out[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
    }

    void putText(String text) {
        if (text.length() <= SHORT_TEXT_CHARS) {
            int end = Utf8.encode(text, out, at + 1);
            out[at] = (byte) (end - at - 1);
            at = end;
        } else {
            putLength(Utf8.length(text));
            at = Utf8.encode(text, out, at);
        }
    }

    void putBlob(byte[] bytes) {
        putLength(bytes.length);
        putRaw(bytes);
    }

    void putRaw(ByteBuffer bytes) {
        int length = bytes.remaining();
        bytes.get(bytes.position(), out, at, length);
        at += length;
    }

    void putRaw(byte[] bytes) {
        System.arraycopy(bytes, 0, out, at, bytes.length);
        at += bytes.length;
    }

    /** Bytes that {@link #putLength} writes. */
    static int lengthBytes(int value) {
        // Bits in use, at least one, in groups of seven.
        return (Integer.SIZE - Integer.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    /** Bytes that {@link #putText} writes. */
    static long textBytes(String text) {
        int length = Utf8.length(text);
        return (long) lengthBytes(length) + length;
    }

    /** Bytes that {@link #putBlob} writes. */
    static long blobBytes(byte[] bytes) {
        return (long) lengthBytes(bytes.length) + bytes.length;
    }
}
