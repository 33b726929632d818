/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sorted set of sequence numbers, one bit each where they are dense.
 *
 * <p>Owned by the partition's driver; not thread safe. Every operation takes time logarithmic in the number of blocks of
 * {@value #BLOCK} numbers.
 */
final class SequenceSet {
    private static final int SHIFT = 8;
    private static final int BLOCK = 1 << SHIFT;
    private static final int WORDS = BLOCK / Long.SIZE;

    private final TreeMap<Long, long[]> blocks = new TreeMap<>();
    private int size;
    private long cachedKey = -1;
    private long @Nullable [] cached;

    void add(long sequence) {
        long key = sequence >>> SHIFT;
        long[] block = find(key);
        if (block == null) {
            block = new long[WORDS];
            blocks.put(key, block);
            cachedKey = key;
            cached = block;
        }
        int bit = (int) (sequence & (BLOCK - 1));
        long mask = 1L << bit;
        if ((block[bit >>> 6] & mask) == 0) {
            block[bit >>> 6] |= mask;
            size++;
        }
    }

    /** Returns whether it was a member. */
    boolean remove(long sequence) {
        long key = sequence >>> SHIFT;
        long[] block = find(key);
        if (block == null) {
            return false;
        }
        int bit = (int) (sequence & (BLOCK - 1));
        long mask = 1L << bit;
        if ((block[bit >>> 6] & mask) == 0) {
            return false;
        }
        block[bit >>> 6] &= ~mask;
        size--;
        if (isEmpty(block)) {
            blocks.remove(key);
            if (cachedKey == key) {
                cachedKey = -1;
                cached = null;
            }
        }
        return true;
    }

    /** The smallest member not below {@code from}, or -1. */
    long firstFrom(long from) {
        if (size == 0) {
            return -1;
        }
        long key = from >>> SHIFT;
        long[] block = find(key);
        if (block != null) {
            long found = scan(key, block, (int) (from & (BLOCK - 1)));
            if (found >= 0) {
                return found;
            }
        }
        Map.Entry<Long, long[]> next = blocks.higherEntry(key);
        return next == null ? -1 : scan(next.getKey(), next.getValue(), 0);
    }

    int size() {
        return size;
    }

    private long @Nullable [] find(long key) {
        if (key == cachedKey) {
            return cached;
        }
        long[] block = blocks.get(key);
        if (block != null) {
            cachedKey = key;
            cached = block;
        }
        return block;
    }

    private static long scan(long key, long[] block, int fromBit) {
        int word = fromBit >>> 6;
        long bits = block[word] & (-1L << fromBit);
        while (true) {
            if (bits != 0) {
                return (key << SHIFT) + ((long) word << 6) + Long.numberOfTrailingZeros(bits);
            }
            if (++word == WORDS) {
                return -1;
            }
            bits = block[word];
        }
    }

    private static boolean isEmpty(long[] block) {
        for (long word : block) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }
}
