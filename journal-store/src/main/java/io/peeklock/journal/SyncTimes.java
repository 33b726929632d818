/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

/**
 * How long a journal's disk syncs took. Immutable.
 *
 * @param totalNanos of all since the journal was opened, in ns; their number is {@link JournalStatistics#syncs}
 * @param recent how many the following were taken from: those of the last minute, at most the last 1,024. With none they are 0
 * @param medianNanos half of the recent ones were not longer, in ns
 * @param p99Nanos 99 of 100 recent ones were not longer, in ns
 * @param maxNanos the longest recent one, in ns
 */
public record SyncTimes(long totalNanos, int recent, long medianNanos, long p99Nanos, long maxNanos) {

    /** Of a journal that syncs nothing. */
    public static final SyncTimes NONE = new SyncTimes(0, 0, 0, 0, 0);
}
