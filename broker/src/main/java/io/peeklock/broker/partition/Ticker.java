/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.runtime.BusRuntime;
import java.util.function.Consumer;

/**
 * Has a partition look at its clocks when something may be due: one timer a partition, however many locks it has.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Ticker {
    /** Timers are not finer than this. */
    private static final long TICK_NANOS = 5_000_000;

    private final BusRuntime runtime;
    private final Consumer<Command> submit;
    private boolean scheduled;
    private long atNanos;

    Ticker(BusRuntime runtime, Consumer<Command> submit) {
        this.runtime = runtime;
        this.submit = submit;
    }

    /** Makes sure that a tick comes when the partition has something to do. */
    void schedule(PartitionCore loaded) {
        long nanos = runtime.clock().nanoTime();
        schedule(nanos, loaded.nanosUntilNext(nanos, runtime.clock().wallTimeMs()));
    }

    /** Makes sure that a tick comes in so many nanoseconds, or earlier; {@link Long#MAX_VALUE} for no need of one. */
    void schedule(long nanos, long nanosLeft) {
        if (nanosLeft == Long.MAX_VALUE) {
            return;
        }
        long at = nanos + Math.max(nanosLeft, TICK_NANOS);
        if (scheduled && atNanos - at <= 0) {
            return;
        }
        scheduled = true;
        atNanos = at;
        runtime.schedule(() -> submit.accept(new Command.Tick(at)), at - nanos);
    }

    /** A tick came. One that a more urgent one has overtaken changes nothing: else timers would multiply. */
    void came(Command.Tick tick) {
        if (tick.atNanos() == atNanos) {
            scheduled = false;
        }
    }

    /** The tick that was scheduled may never come. */
    void forget() {
        scheduled = false;
    }
}
