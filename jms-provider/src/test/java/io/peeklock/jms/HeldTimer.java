/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A timer whose time comes when a test says so. Thread safe. */
final class HeldTimer implements BrokerTimer {

    private final Queue<Runnable> scheduled = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Error failure;

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        Error now = failure;
        if (now != null) {
            throw now;
        }
        scheduled.add(task);
        return () -> scheduled.remove(task);
    }

    /** From now on nothing can be scheduled. */
    void failing(Error failure) {
        this.failure = failure;
    }

    /** Runs what was scheduled until now. */
    void run() {
        for (Runnable task = scheduled.poll(); task != null; task = scheduled.poll()) {
            task.run();
        }
    }

    @Override
    public void close() {
        scheduled.clear();
    }
}
