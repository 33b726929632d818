/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Prints how far a phase has come, at each tenth of it, and how fast it was.
 *
 * <p>Thread safe.
 */
final class Progress {

    private static final int STEPS = 10;

    private final PrintStream out;
    private final String what;
    private final int total;
    private final AtomicInteger count;
    private final int countAtStart;
    private volatile long firstNanos;
    private volatile long lastNanos;

    /** {@code what} is a past participle: {@code sent}. */
    Progress(PrintStream out, String what, int countAtStart, int total) {
        this.out = out;
        this.what = what;
        this.total = total;
        this.countAtStart = countAtStart;
        this.count = new AtomicInteger(countAtStart);
    }

    /** Counts one line more. */
    void step() {
        int now = count.incrementAndGet();
        lastNanos = System.nanoTime();
        if (now == countAtStart + 1) {
            firstNanos = lastNanos;
        }
        if (stepOf(now) != stepOf(now - 1) || now == total) {
            out.printf(Locale.ROOT, "  %-9s %,9d of %,d   %,d/s%n", what, now, total, perSecond());
        }
    }

    /** Lines up to now, those of earlier processes included. */
    int count() {
        return count.get();
    }

    /** Lines counted here. */
    int counted() {
        return count.get() - countAtStart;
    }

    /** Time from the first line counted to the last: starting a process and opening a store is not part of it. */
    long elapsedNanos() {
        return lastNanos - firstNanos;
    }

    private int stepOf(int lines) {
        return (int) ((long) lines * STEPS / total);
    }

    private long perSecond() {
        // The first one only starts the clock.
        return perSecond(counted() - 1, elapsedNanos());
    }

    static long perSecond(long count, long nanos) {
        return Math.round((double) count * TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos));
    }
}
