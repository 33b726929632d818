/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.QueueActivity;

/**
 * Counts what is decided in a sub-queue. No part of the state: nothing is decided by it, a load does not restore it, and it
 * goes on when the partition is loaded again ({@link Roster}).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Activity {
    long enqueued;
    long delivered;
    long redelivered;
    long completed;
    long abandoned;
    long deadLettered;
    long expired;
    long locksLost;

    /** That of the sub-queue in which a message is now. */
    static Activity of(MessageEntry entry) {
        return entry.fragment.subQueueOf(entry).activity;
    }

    /** A message is handed out. */
    void deliver(MessageEntry entry) {
        delivered++;
        if (entry.delivery.deliveryCount() > 0) {
            redelivered++;
        }
    }

    QueueActivity now() {
        return new QueueActivity(
                enqueued, delivered, redelivered, completed, abandoned, deadLettered, expired, locksLost);
    }
}
