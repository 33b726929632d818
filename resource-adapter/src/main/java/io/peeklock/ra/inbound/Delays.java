/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs something later, for all activations of an adapter, on one thread that there is only while something waits.
 *
 * <p>Thread safe. What runs here is short: it gives work to the server.
 */
final class Delays implements Executor, AutoCloseable {

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(null, task, "peeklock-ra-delays", 0, false);
        // Else that of the application whose deployment comes first.
        thread.setContextClassLoader(Delays.class.getClassLoader());
        thread.setDaemon(true);
        return thread;
    });

    Delays() {
        executor.setKeepAliveTime(1, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setRemoveOnCancelPolicy(true);
    }

    /** @return takes it back; after the close it does not run */
    Runnable after(Duration delay, Runnable task) {
        try {
            var later = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> later.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    @Override
    public void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
