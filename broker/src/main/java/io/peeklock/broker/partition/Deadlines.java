/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * The earliest time at which something in the partition may be due: never too late, perhaps too early.
 *
 * <p>Owned by the partition's driver; not thread safe. Kept up as locks, expiring and delayed messages come; a tick that finds
 * what is really next sets it anew. So a lock costs no timer of its own.
 */
final class Deadlines {
    private static final long NANOS_PER_MS = 1_000_000;
    /** Timers know nothing of a wall clock that is set, or went on while the machine slept: it is looked at this often. */
    private static final long LONGEST_WAIT_MS = 60_000;

    private boolean lockKnown;
    private long lockNanos;
    private long wallMs = Long.MAX_VALUE;

    void lockUntil(long deadlineNanos) {
        if (!lockKnown || deadlineNanos - lockNanos < 0) {
            lockKnown = true;
            lockNanos = deadlineNanos;
        }
    }

    /** There is something left to do at once. */
    void now(long nanos) {
        lockUntil(nanos);
    }

    /** A message expires then, or is due. */
    void wallTime(long atMs) {
        wallMs = Math.min(wallMs, atMs);
    }

    void clear() {
        lockKnown = false;
        wallMs = Long.MAX_VALUE;
    }

    /** Nanoseconds until then: 0 for now, {@link Long#MAX_VALUE} for never. */
    long nanosLeft(long nanos, long wallNowMs) {
        long left = lockKnown ? Math.max(0, lockNanos - nanos) : Long.MAX_VALUE;
        if (wallMs != Long.MAX_VALUE) {
            long ms = Math.min(LONGEST_WAIT_MS, Math.max(0, wallMs - wallNowMs));
            left = Math.min(left, ms * NANOS_PER_MS);
        }
        return left;
    }
}
