/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * The earliest time at which something in the partition may be due: never too late, perhaps too early.
 *
 * <p>Owned by the partition's driver; not thread safe. Kept up as locks and expiring messages come; a tick that finds
 * what is really next sets it anew. So a lock costs no timer of its own.
 */
final class Deadlines {
    private static final long NANOS_PER_MS = 1_000_000;

    private boolean lockKnown;
    private long lockNanos;
    private long expiryMs = Long.MAX_VALUE;

    void lockUntil(long deadlineNanos) {
        if (!lockKnown || deadlineNanos - lockNanos < 0) {
            lockKnown = true;
            lockNanos = deadlineNanos;
        }
    }

    void expiryAt(long wallMs) {
        expiryMs = Math.min(expiryMs, wallMs);
    }

    void clear() {
        lockKnown = false;
        expiryMs = Long.MAX_VALUE;
    }

    /** Nanoseconds until then: 0 for now, {@link Long#MAX_VALUE} for never. */
    long nanosLeft(long nanos, long wallMs) {
        long left = lockKnown ? Math.max(0, lockNanos - nanos) : Long.MAX_VALUE;
        if (expiryMs != Long.MAX_VALUE) {
            long ms = Math.max(0, expiryMs - wallMs);
            left = Math.min(left, ms >= Long.MAX_VALUE / NANOS_PER_MS ? Long.MAX_VALUE : ms * NANOS_PER_MS);
        }
        return left;
    }
}
