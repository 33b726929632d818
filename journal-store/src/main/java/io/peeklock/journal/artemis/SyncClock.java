/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.SyncTimes;
import java.util.Arrays;

/**
 * Remembers how long syncs took: the sum of all, each of the latest. To note one allocates nothing.
 *
 * <p>Thread safe. What it holds its monitor for is far shorter than a sync, but for who asks: that sorts.
 */
final class SyncClock {
    static final int SAMPLES = 1024;
    static final long RECENT_NANOS = 60_000_000_000L;

    private final long[] took = new long[SAMPLES];
    private final long[] endedAt = new long[SAMPLES];
    private long count;
    private long totalNanos;

    /** A sync has ended. */
    synchronized void note(long startedNanos, long endedNanos) {
        int at = (int) (count++ % SAMPLES);
        took[at] = endedNanos - startedNanos;
        endedAt[at] = endedNanos;
        totalNanos += took[at];
    }

    /** Number of syncs so far. */
    synchronized long count() {
        return count;
    }

    SyncTimes times(long nowNanos) {
        long[] recent;
        long total;
        synchronized (this) {
            int known = (int) Math.min(count, SAMPLES);
            recent = new long[known];
            int taken = 0;
            for (int i = 0; i < known; i++) {
                if (nowNanos - endedAt[i] <= RECENT_NANOS) {
                    recent[taken++] = took[i];
                }
            }
            recent = Arrays.copyOf(recent, taken);
            total = totalNanos;
        }
        Arrays.sort(recent);
        return new SyncTimes(total, recent.length, quantile(recent, 50), quantile(recent, 99), quantile(recent, 100));
    }

    /** The smallest that is not exceeded by so many of a hundred. */
    private static long quantile(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) (((long) sorted.length * percent + 99) / 100) - 1];
    }
}
