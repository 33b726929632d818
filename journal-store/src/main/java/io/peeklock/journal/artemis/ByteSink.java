/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A growing array of bytes with numbers of variable length, seven bits a byte, the lowest first.
 *
 * <p>Owned by one thread.
 */
final class ByteSink implements RecordBody {

    private static final int MORE = 0x80;
    private static final int SEVEN_BITS = 0x7F;

    private byte[] bytes = new byte[64];
    private int size;

    /** A number that is not negative. */
    ByteSink number(long value) {
        if (size + 10 > bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        long rest = value;
        while ((rest & ~SEVEN_BITS) != 0) {
            bytes[size++] = (byte) (rest & SEVEN_BITS | MORE);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Takes bytes away at the start. */
    void discard(int count) {
        System.arraycopy(bytes, count, bytes, 0, size - count);
        size -= count;
    }

    /** A part of the content, as a body of its own. */
    RecordBody part(int from, int to) {
        return RecordBody.of(Arrays.copyOfRange(bytes, from, to));
    }

    @Override
    public int encodedBytes() {
        return size;
    }

    @Override
    public void encodeTo(ByteBuffer out) {
        out.put(bytes, 0, size);
    }

    /** Reads a number back. */
    static long number(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte part = in.get();
            value |= (long) (part & SEVEN_BITS) << shift;
            if (part >= 0) {
                return value;
            }
        }
    }

    /** Maps small numbers of either sign to small ones that are not negative. */
    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
