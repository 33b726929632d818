/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a fragment by sequence number, in order, at one reference a message where numbers are dense.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class SequenceIndex {
    private static final int SHIFT = 8;
    private static final int BLOCK_SIZE = 1 << SHIFT;

    private static final class Block {
        final @Nullable MessageEntry[] entries = new @Nullable MessageEntry[BLOCK_SIZE];
        int used;
    }

    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    private int size;
    private long firstKey = -1;
    private @Nullable Block firstCached;
    private long lastKey = -1;
    private @Nullable Block lastCached;

    /** Adds a message whose number is not here yet. */
    void add(MessageEntry entry) {
        long key = entry.sequenceNumber >>> SHIFT;
        Block block = find(key);
        if (block == null) {
            block = new Block();
            blocks.put(key, block);
            lastKey = key;
            lastCached = block;
        }
        int slot = (int) (entry.sequenceNumber & (BLOCK_SIZE - 1));
        if (block.entries[slot] != null) {
            throw new IllegalStateException("sequence number " + entry.sequenceNumber + " is used twice");
        }
        block.entries[slot] = entry;
        block.used++;
        size++;
    }

    void remove(MessageEntry entry) {
        long key = entry.sequenceNumber >>> SHIFT;
        Block block = find(key);
        int slot = (int) (entry.sequenceNumber & (BLOCK_SIZE - 1));
        if (block == null || block.entries[slot] != entry) {
            throw new IllegalStateException("sequence number " + entry.sequenceNumber + " is not here");
        }
        block.entries[slot] = null;
        size--;
        if (--block.used == 0) {
            blocks.remove(key);
            forget(block);
        }
    }

    @Nullable MessageEntry get(long sequence) {
        if (sequence < 0) {
            return null;
        }
        Block block = find(sequence >>> SHIFT);
        return block == null ? null : block.entries[(int) (sequence & (BLOCK_SIZE - 1))];
    }

    /** The first message whose number is not below {@code from}, or null. */
    @Nullable MessageEntry firstFrom(long from) {
        long start = Math.max(0, from);
        long key = start >>> SHIFT;
        Block block = find(key);
        if (block != null) {
            MessageEntry found = scan(block, (int) (start & (BLOCK_SIZE - 1)));
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
        if (key == lastKey) {
            return lastCached;
        }
        if (key == firstKey) {
            return firstCached;
        }
        Block block = blocks.get(key);
        if (block != null) {
            firstKey = lastKey;
            firstCached = lastCached;
            lastKey = key;
            lastCached = block;
        }
        return block;
    }

    private void forget(Block block) {
        if (firstCached == block) {
            firstKey = -1;
            firstCached = null;
        }
        if (lastCached == block) {
            lastKey = -1;
            lastCached = null;
        }
    }

    private static @Nullable MessageEntry scan(Block block, int from) {
        for (int slot = from; slot < BLOCK_SIZE; slot++) {
            MessageEntry entry = block.entries[slot];
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }
}
