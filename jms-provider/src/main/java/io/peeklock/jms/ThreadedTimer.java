/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timer of a real process, by the machine's clock.
 *
 * <p>Thread safe. Has one thread, as long as something is scheduled. Tasks are quick, but for the last
 * one, which closes the broker.
 */
final class ThreadedTimer implements BrokerTimer {

    private static final long IDLE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor executor;

    ThreadedTimer(String broker) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            // Several applications may share the broker: its thread is none of theirs.
            Thread thread = new Thread(null, task, "peeklock-timer-" + broker, 0, false);
            thread.setContextClassLoader(ThreadedTimer.class.getClassLoader());
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        if (executor.isShutdown()) {
            return () -> {};
        }
        Future<?> scheduled = executor.schedule(task, Waits.nanos(delay), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
