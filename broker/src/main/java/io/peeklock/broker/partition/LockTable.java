/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import org.jspecify.annotations.Nullable;

/**
 * The locks of a fragment in the order in which they run out.
 *
 * <p>Owned by the partition's driver; not thread safe. Locks of one entity last equally long, so nearly every insertion
 * is at the tail and every operation takes constant time; after the entity's lock duration changed it may walk.
 */
final class LockTable {
    private @Nullable MessageLock head;
    private @Nullable MessageLock tail;
    private int size;

    void add(MessageLock lock) {
        MessageLock before = tail;
        while (before != null && before.deadlineNanos - lock.deadlineNanos > 0) {
            before = before.previous;
        }
        MessageLock after = before == null ? head : before.next;
        lock.previous = before;
        lock.next = after;
        if (before == null) {
            head = lock;
        } else {
            before.next = lock;
        }
        if (after == null) {
            tail = lock;
        } else {
            after.previous = lock;
        }
        size++;
    }

    void remove(MessageLock lock) {
        MessageLock before = lock.previous;
        MessageLock after = lock.next;
        if (before == null) {
            assert head == lock : "lock is not in this table";
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        lock.previous = null;
        lock.next = null;
        size--;
    }

    /** The lock that runs out first. */
    @Nullable
    MessageLock first() {
        return head;
    }

    int size() {
        return size;
    }
}
