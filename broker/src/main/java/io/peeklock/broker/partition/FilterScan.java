/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import org.jspecify.annotations.Nullable;

/**
 * How far a filter has looked in one sub-queue, so that it looks at each message once and not again at each receive.
 *
 * <p>Owned by the partition's driver; not thread safe. Of every priority, no ready message before {@code from} matches,
 * but for those in {@code again}: they came back, perhaps changed, and are looked at one by one.
 */
final class FilterScan {
    final MessageFilter filter;
    private final long[] from = new long[SubQueue.PRIORITIES];
    private final @Nullable SequenceSet[] again = new @Nullable SequenceSet[SubQueue.PRIORITIES];
    /** Of every priority, the first number that no scan of the sub-queue has passed. */
    private final long[] unpassed;

    private long passedOver;
    private int users;

    FilterScan(MessageFilter filter, long[] unpassed) {
        this.filter = filter;
        this.unpassed = unpassed;
    }

    /** The first of these ready messages of one priority that it has to look at, or -1. */
    long next(int priority, SequenceSet ready) {
        SequenceSet returned = again[priority];
        if (returned != null && returned.size() > 0) {
            return returned.firstFrom(0);
        }
        return ready.firstFrom(from[priority]);
    }

    /** The message does not match. */
    void passOver(MessageEntry entry) {
        passedOver++;
        if (entry.sequenceNumber >= from[entry.priority]) {
            from[entry.priority] = entry.sequenceNumber + 1;
            unpassed[entry.priority] = Math.max(unpassed[entry.priority], entry.sequenceNumber + 1);
        } else {
            left(entry);
        }
    }

    /** The message became ready: for the first time, or again, and then not as it was. */
    void becameReady(MessageEntry entry) {
        if (entry.sequenceNumber < from[entry.priority]) {
            SequenceSet returned = again[entry.priority];
            if (returned == null) {
                returned = new SequenceSet();
                again[entry.priority] = returned;
            }
            returned.add(entry.sequenceNumber);
        }
    }

    /** The message is not ready any more. */
    void left(MessageEntry entry) {
        SequenceSet returned = again[entry.priority];
        if (returned != null) {
            returned.remove(entry.sequenceNumber);
        }
    }

    /** Messages that did not match, so far. */
    long passedOver() {
        return passedOver;
    }

    void addUser() {
        users++;
    }

    void removeUser() {
        users--;
    }

    boolean isUsed() {
        return users > 0;
    }
}
