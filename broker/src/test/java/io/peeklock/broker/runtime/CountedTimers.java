/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A runtime that counts how often a timer was set: what has nothing to do sets none.
 *
 * <p>Thread safe as the runtime under it.
 */
public final class CountedTimers implements BusRuntime {
    private final BusRuntime under;
    private final AtomicInteger count = new AtomicInteger();

    public CountedTimers(BusRuntime under) {
        this.under = under;
    }

    /** How many there were since this was made. */
    public int count() {
        return count.get();
    }

    @Override
    public BusClock clock() {
        return under.clock();
    }

    @Override
    public Executor executor() {
        return under.executor();
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        count.incrementAndGet();
        under.schedule(task, delayNanos);
    }

    @Override
    public LongSupplier random() {
        return under.random();
    }

    @Override
    public boolean onBusThread() {
        return under.onBusThread();
    }

    @Override
    public void close() {
        under.close();
    }
}
