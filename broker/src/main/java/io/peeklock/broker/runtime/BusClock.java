/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

/** The two clocks of the bus. Thread safe. */
public interface BusClock {

    /** Monotonic time in nanoseconds from an arbitrary origin: locks and time-outs. */
    long nanoTime();

    /** Wall time in milliseconds since the epoch: time to live, schedules, windows. */
    long wallTimeMs();

    /** The machine's clocks. */
    BusClock SYSTEM = new BusClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallTimeMs() {
            return System.currentTimeMillis();
        }
    };
}
