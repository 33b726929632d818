/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber in one sub-queue of one partition, and how far its filter has looked.
 *
 * <p>Owned by the partition's driver; not thread safe. Of every priority, no ready message before {@code scanFrom}
 * matches, so that a filter looks at each message once and not again at each receive.
 */
final class Subscription {
    final Subscriber subscriber;
    final @Nullable MessageFilter filter;
    private final long[] scanFrom = new long[SubQueue.PRIORITIES];

    Subscription(Subscriber subscriber) {
        this.subscriber = subscriber;
        this.filter = subscriber.filter();
    }

    long scanFrom(int priority) {
        return scanFrom[priority];
    }

    /** By the sub-queue, which remembers the furthest. */
    void scannedTo(int priority, long sequence) {
        scanFrom[priority] = sequence;
    }

    /** A message became ready behind the point up to which this one has looked: look at it again. */
    void lookAgain(int priority, long sequence) {
        if (sequence < scanFrom[priority]) {
            scanFrom[priority] = sequence;
        }
    }
}
