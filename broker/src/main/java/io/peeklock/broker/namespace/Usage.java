/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When an entity was used last, until that is over (rule W2). Use and end exclude each other: what was allowed before the end
 * delays it, and what comes after is refused.
 *
 * <p>Thread safe.
 */
final class Usage {
    private static final long OVER = Long.MIN_VALUE;

    private final AtomicLong lastNanos;

    Usage(long nowNanos) {
        lastNanos = new AtomicLong(nowNanos);
    }

    /** Returns false if it is over. */
    boolean use(long nowNanos) {
        long last = lastNanos.get();
        while (last != OVER) {
            if (lastNanos.compareAndSet(last, nowNanos)) {
                return true;
            }
            last = lastNanos.get();
        }
        return false;
    }

    boolean isOver() {
        return lastNanos.get() == OVER;
    }

    /** Nanoseconds since the last use. */
    long idleNanos(long nowNanos) {
        return nowNanos - lastNanos.get();
    }

    /** Ends it if it was idle for so long. */
    boolean end(long nowNanos, long idleNanos) {
        long last = lastNanos.get();
        return last != OVER && nowNanos - last >= idleNanos && lastNanos.compareAndSet(last, OVER);
    }

    /** It could not be deleted: it goes on, idle from now on. Only for who has ended it. */
    void goOn(long nowNanos) {
        lastNanos.set(nowNanos);
    }
}
