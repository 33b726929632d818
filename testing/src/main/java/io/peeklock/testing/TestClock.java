/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

import io.peeklock.broker.runtime.SteppedRuntime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The time of a {@link TestNamespace}: it begins at the machine's, in whole milliseconds, and stands until it is moved.
 *
 * <p>It is a {@link Clock}, so that the application under test can go by it too: {@code Instant.now(clock)} and the bus agree
 * then to the millisecond.
 *
 * <p>Thread safe; what becomes due is done by the thread that moves the clock.
 */
public final class TestClock extends Clock {

    private final SteppedRuntime runtime;
    private final ZoneId zone;

    TestClock(SteppedRuntime runtime) {
        this(runtime, ZoneOffset.UTC);
    }

    private TestClock(SteppedRuntime runtime, ZoneId zone) {
        this.runtime = runtime;
        this.zone = zone;
    }

    /**
     * Moves it on. Locks that run out, messages whose time comes or is over, back-offs, time-outs of transactions: all that is
     * due until then happens, each at its time, and has happened when this returns; what a session hears of it on a thread of its
     * own (a listener, an exception listener) may come a moment later. The bus looks at its clocks every 5 ms.
     *
     * @param by not negative
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if the bus does not come to rest within 30 s of real time
     */
    public void advance(Duration by) {
        runtime.advance(by);
    }

    /**
     * Moves it on until a time, as {@link #advance}.
     *
     * @throws IllegalArgumentException if that is over
     */
    public void advanceTo(Instant time) {
        advance(Duration.between(instant(), time));
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return runtime.clock().wallTimeMs();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same clock, which moves with this one, in another zone. */
    @Override
    public TestClock withZone(ZoneId other) {
        return new TestClock(runtime, other);
    }

    @Override
    public String toString() {
        return "TestClock " + instant();
    }
}
