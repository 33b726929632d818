/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

/**
 * A map from positive numbers to positive numbers, 16 bytes a slot, no objects.
 *
 * <p>Owned by one thread at a time.
 */
final class LongLongMap {

    /** Takes entries in no order. */
    interface Entries {
        void entry(long key, long value);
    }

    // A key of 0 is an empty slot.
    private long[] keys = new long[16];
    private long[] values = new long[16];
    private int size;

    /** The value, or 0. */
    long get(long key) {
        return values[slot(key)];
    }

    void put(long key, long value) {
        int slot = slot(key);
        if (keys[slot] == 0) {
            keys[slot] = key;
            size++;
        }
        values[slot] = value;
        if (size * 2 > keys.length) {
            resize();
        }
    }

    void remove(long key) {
        int hole = slot(key);
        if (keys[hole] == 0) {
            return;
        }
        size--;
        int mask = keys.length - 1;
        keys[hole] = 0;
        values[hole] = 0;
        // What collided with the removed one moves up, so that no look-up ends at the hole.
        for (int at = hole + 1 & mask; keys[at] != 0; at = at + 1 & mask) {
            long key2 = keys[at];
            long value = values[at];
            keys[at] = 0;
            values[at] = 0;
            int slot = slot(key2);
            keys[slot] = key2;
            values[slot] = value;
        }
    }

    int size() {
        return size;
    }

    void forEach(Entries entries) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                entries.entry(keys[i], values[i]);
            }
        }
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        long hash = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (hash >>> 32) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void resize() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new long[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
