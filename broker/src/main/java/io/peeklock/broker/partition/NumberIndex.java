/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Things by a number, in order, at one reference a thing where numbers are dense: messages by sequence number or record
 * id.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class NumberIndex<T> {
    private static final int SHIFT = 8;
    private static final int BLOCK_SIZE = 1 << SHIFT;
    private static final int SLOT_MASK = BLOCK_SIZE - 1;

    private static final class Block {
        final @Nullable Object[] values = new @Nullable Object[BLOCK_SIZE];
        int used;
    }

    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    private int size;
    // The two blocks used last: in a queue the one that is filled and the one that is emptied.
    private long olderKey = -1;
    private @Nullable Block older;
    private long newerKey = -1;
    private @Nullable Block newer;

    /** Adds a value under a number that is not here yet. */
    void add(long number, T value) {
        long key = number >>> SHIFT;
        Block block = find(key);
        if (block == null) {
            block = new Block();
            blocks.put(key, block);
            remember(key, block);
        }
        int slot = (int) number & SLOT_MASK;
        if (block.values[slot] != null) {
            throw new IllegalStateException("number " + number + " is used twice");
        }
        block.values[slot] = value;
        block.used++;
        size++;
    }

    /** Removes and returns what is there, or null. */
    @Nullable
    T remove(long number) {
        long key = number >>> SHIFT;
        Block block = find(key);
        int slot = (int) number & SLOT_MASK;
        if (block == null || block.values[slot] == null) {
            return null;
        }
        T value = value(block, slot);
        block.values[slot] = null;
        size--;
        if (--block.used == 0) {
            blocks.remove(key);
            forget(block);
        }
        return value;
    }

    @Nullable
    T get(long number) {
        Block block = find(number >>> SHIFT);
        return block == null ? null : value(block, (int) number & SLOT_MASK);
    }

    /** The first value whose number is not below {@code from}, or null. */
    @Nullable
    T firstFrom(long from) {
        long start = Math.max(0, from);
        long key = start >>> SHIFT;
        Block block = find(key);
        if (block != null) {
            T found = scan(block, (int) start & SLOT_MASK);
            if (found != null) {
                return found;
            }
        }
        Map.Entry<Long, Block> next = blocks.higherEntry(key);
        return next == null ? null : scan(next.getValue(), 0);
    }

    int size() {
        return size;
    }

    private @Nullable Block find(long key) {
        if (key == newerKey) {
            return newer;
        }
        if (key == olderKey) {
            return older;
        }
        Block block = blocks.get(key);
        if (block != null) {
            remember(key, block);
        }
        return block;
    }

    private void remember(long key, Block block) {
        olderKey = newerKey;
        older = newer;
        newerKey = key;
        newer = block;
    }

    private void forget(Block block) {
        if (older == block) {
            olderKey = -1;
            older = null;
        }
        if (newer == block) {
            newerKey = -1;
            newer = null;
        }
    }

    private @Nullable T scan(Block block, int from) {
        for (int slot = from; slot < BLOCK_SIZE; slot++) {
            T value = value(block, slot);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private @Nullable T value(Block block, int slot) {
        return (T) block.values[slot];
    }
}
