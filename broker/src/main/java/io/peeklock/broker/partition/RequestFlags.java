/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which receivers of one queue or dead-letter queue may have requests waiting: a flag a receiver, so that a message does
 * not look at thousands that want nothing.
 *
 * <p>Thread safe. A receiver makes a request visible, then raises its flag, then looks for ready partitions. Partitions
 * lower the flag of one they find without requests and look at it once more afterwards: so a raised flag may be wrong, a
 * lowered one is so for moments only.
 */
public final class RequestFlags {

    /** Held while slots are given out and taken back. */
    private final ReentrantLock lock = new ReentrantLock();

    private final BitSet taken = new BitSet();
    private volatile AtomicLong[] words = {};

    /** A place of its own for a receiver, until it is given back. */
    public int takeSlot() {
        lock.lock();
        try {
            int slot = taken.nextClearBit(0);
            taken.set(slot);
            if (slot >= slots()) {
                grow();
            }
            return slot;
        } finally {
            lock.unlock();
        }
    }

    private void grow() {
        AtomicLong[] old = words;
        AtomicLong[] next = new AtomicLong[Math.max(1, 2 * old.length)];
        System.arraycopy(old, 0, next, 0, old.length);
        for (int i = old.length; i < next.length; i++) {
            next[i] = new AtomicLong();
        }
        words = next;
    }

    /** The receiver is closed and has unsubscribed everywhere: another one may have its place. */
    public void giveBackSlot(int slot) {
        lock.lock();
        try {
            lower(slot);
            taken.clear(slot);
        } finally {
            lock.unlock();
        }
    }

    /** The receiver has a request waiting. */
    public void raise(int slot) {
        AtomicLong word = words[slot >>> 6];
        long mask = 1L << slot;
        if ((word.get() & mask) == 0) {
            word.getAndUpdate(flags -> flags | mask);
        }
    }

    /** The receiver had none. Whoever lowers looks at it again. */
    void lower(int slot) {
        long mask = 1L << slot;
        words[slot >>> 6].getAndUpdate(flags -> flags & ~mask);
    }

    /** Slots up to this one may have been given out. */
    int slots() {
        return words.length << 6;
    }

    /** The first slot at or after {@code from} and before {@code end} whose flag is raised, or -1. */
    int next(int from, int end) {
        int slot = from;
        while (slot < end) {
            long rest = words[slot >>> 6].get() >>> slot;
            if (rest != 0) {
                int found = slot + Long.numberOfTrailingZeros(rest);
                return found < end ? found : -1;
            }
            slot = (slot | 63) + 1;
        }
        return -1;
    }
}
