/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Makes bodies unpredictable on disk, so that none can look like a record of the journal (journal danger 6).
 *
 * <p>Immutable; any thread. Not encryption: whoever reads the store's key reads the bodies.
 */
final class BodyMask {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final int KEY_BYTES = 16;

    private final long first;
    private final long second;

    BodyMask(byte[] key) {
        if (key.length < KEY_BYTES) {
            throw new IllegalArgumentException("store key of " + key.length + " bytes; 16 are needed");
        }
        ByteBuffer bytes = ByteBuffer.wrap(key);
        first = bytes.getLong();
        second = bytes.getLong();
    }

    /** Masks, or takes the mask off again. */
    void apply(long recordId, long sequence, byte[] bytes, int from, int length) {
        long state = mix(first ^ mix(second + recordId)) ^ mix(second ^ sequence);
        int at = from;
        int end = from + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            state += STEP;
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ mix(state));
        }
        if (at < end) {
            long word = mix(state + STEP);
            for (int shift = 56; at < end; at++, shift -= 8) {
                bytes[at] ^= (byte) (word >>> shift);
            }
        }
    }

    /** A number that tells a wrong key from the right one without telling the key. */
    int check() {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES)
                .putLong(mix(first + mix(second)))
                .flip());
        return (int) crc.getValue();
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
