/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads what {@link ContentWriter} wrote, and believes no length before it has seen that so many bytes are there.
 *
 * <p>Not thread safe; lives for one decoding.
 */
final class ContentReader {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] in;
    private final int end;
    private int at;

    ContentReader(byte[] in, int from, int end) {
        this.in = in;
        this.at = from;
        this.end = end;
    }

    int position() {
        return at;
    }

    int remaining() {
        return end - at;
    }

    int readByte() {
        require(1);
        return in[at++];
    }

    int readShort() {
        require(Short.BYTES);
        short value = (short) SHORT.get(in, at);
        at += Short.BYTES;
        return value;
    }

    int readInt() {
        require(Integer.BYTES);
        int value = (int) INT.get(in, at);
        at += Integer.BYTES;
        return value;
    }

    long readLong() {
        require(Long.BYTES);
        long value = (long) LONG.get(in, at);
        at += Long.BYTES;
        return value;
    }

    /** What {@link ContentWriter#putLength} wrote; not negative, but not yet compared with what is there. */
    int readLength() {
        int value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            int next = readByte();
            if (shift == 28 && (next & 0xFF) > 0x7) {
                break;
            }
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedContentException("the length before byte " + at + " is more than 31 bits");
    }

    String readText() {
        int length = readLength();
        require(length);
        String text = Utf8.decode(in, at, length);
        at += length;
        return text;
    }

    byte[] readBlob() {
        int length = readLength();
        require(length);
        byte[] bytes = Arrays.copyOfRange(in, at, at + length);
        at += length;
        return bytes;
    }

    /** Passes over a text or blob. */
    void skipBlob() {
        skip(readLength());
    }

    /** Passes over a text and says whether it is {@code text}. */
    boolean skipTextMatching(String text) {
        int length = readLength();
        require(length);
        boolean matches = Utf8.matches(text, in, at, length);
        at += length;
        return matches;
    }

    void skip(int bytes) {
        require(bytes);
        at += bytes;
    }

    private void require(int bytes) {
        if (bytes > end - at) {
            throw new MalformedContentException(
                    bytes + " bytes expected at byte " + at + ", but only " + (end - at) + " are left");
        }
    }
}
