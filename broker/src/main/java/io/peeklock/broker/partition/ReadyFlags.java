/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which partitions have messages ready in one queue or dead-letter queue. Partitions set and clear their own flag;
 * receivers read all. Beside them are those of the receivers, by which partitions find who waits.
 *
 * <p>Thread safe. A partition sets its flag before it looks for waiting requests, a receiver makes its request visible
 * before it reads the flags: so one of the two sees the other.
 */
public final class ReadyFlags {
    private final AtomicLongArray words;
    private final int partitions;
    private final RequestFlags requests = new RequestFlags();

    public ReadyFlags(int partitions) {
        this.partitions = partitions;
        this.words = new AtomicLongArray((partitions + Long.SIZE - 1) / Long.SIZE);
    }

    void set(int partition, boolean ready) {
        int word = partition >>> 6;
        long mask = 1L << partition;
        if (ready) {
            words.getAndUpdate(word, bits -> bits | mask);
        } else {
            words.getAndUpdate(word, bits -> bits & ~mask);
        }
    }

    /** The receivers of this queue. */
    public RequestFlags requests() {
        return requests;
    }

    public boolean isReady(int partition) {
        return (words.get(partition >>> 6) & (1L << partition)) != 0;
    }

    /** The next ready partition at or after {@code start}, round robin, within {@code span} steps; -1 if none. */
    public int next(int start, int span) {
        for (int step = 0; step < span; step++) {
            int partition = (start + step) % partitions;
            if (isReady(partition)) {
                return partition;
            }
        }
        return -1;
    }
}
