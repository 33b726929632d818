/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.netty.util.collection.LongObjectHashMap;
import java.util.Arrays;

/**
 * A set of record ids, made for ids that lie close together: about a bit for each.
 *
 * <p>Owned by one thread at a time.
 */
final class IdSet {

    private static final int BLOCK_BITS = 9;
    private static final int WORDS = 1 << BLOCK_BITS - 6;

    /** Takes ids in ascending order, as runs without gaps. */
    interface Runs {
        void run(long from, long length);
    }

    /** Takes ids in ascending order. */
    interface Ids {
        void id(long id);
    }

    private final LongObjectHashMap<long[]> blocks = new LongObjectHashMap<>();
    private long size;

    boolean contains(long id) {
        long[] block = blocks.get(id >>> BLOCK_BITS);
        return block != null && (block[word(id)] & 1L << id) != 0;
    }

    /** Adds; false if it was there. */
    boolean add(long id) {
        long[] block = blocks.get(id >>> BLOCK_BITS);
        if (block == null) {
            block = new long[WORDS];
            blocks.put(id >>> BLOCK_BITS, block);
        }
        long before = block[word(id)];
        long after = before | 1L << id;
        block[word(id)] = after;
        if (before == after) {
            return false;
        }
        size++;
        return true;
    }

    /** Removes; false if it was not there. */
    boolean remove(long id) {
        long[] block = blocks.get(id >>> BLOCK_BITS);
        if (block == null || (block[word(id)] & 1L << id) == 0) {
            return false;
        }
        block[word(id)] &= ~(1L << id);
        size--;
        if (isEmpty(block)) {
            blocks.remove(id >>> BLOCK_BITS);
        }
        return true;
    }

    long size() {
        return size;
    }

    void forEach(Ids ids) {
        for (long key : sortedKeys()) {
            long[] block = blocks.get(key);
            for (int word = 0; word < WORDS; word++) {
                for (long bits = block[word]; bits != 0; bits &= bits - 1) {
                    ids.id((key << BLOCK_BITS) + (long) word * Long.SIZE + Long.numberOfTrailingZeros(bits));
                }
            }
        }
    }

    void forEachRun(Runs runs) {
        long[] open = {0, 0};
        forEach(id -> {
            if (open[1] > 0 && open[0] + open[1] == id) {
                open[1]++;
                return;
            }
            if (open[1] > 0) {
                runs.run(open[0], open[1]);
            }
            open[0] = id;
            open[1] = 1;
        });
        if (open[1] > 0) {
            runs.run(open[0], open[1]);
        }
    }

    private long[] sortedKeys() {
        long[] keys = new long[blocks.size()];
        int count = 0;
        for (LongObjectHashMap.PrimitiveEntry<long[]> entry : blocks.entries()) {
            keys[count++] = entry.key();
        }
        Arrays.sort(keys);
        return keys;
    }

    private static int word(long id) {
        return (int) (id >>> 6) & WORDS - 1;
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
