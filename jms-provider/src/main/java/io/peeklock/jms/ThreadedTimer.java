/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.runtime.OwnThreads;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timer of a real process, by the machine's clock.
 *
 * <p>Thread safe. Has one thread from its start until it is closed: what is tried again later because no thread can be had must not
 * need one. Tasks are quick, but for the last one, which closes the broker.
 */
final class ThreadedTimer implements BrokerTimer {

    private final ScheduledThreadPoolExecutor executor;

    ThreadedTimer(String broker) {
        // Several applications may share the broker: its thread is none of theirs.
        executor = new ScheduledThreadPoolExecutor(1, task -> OwnThreads.newThread(task, "peeklock-timer-" + broker));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void start() {
        executor.prestartCoreThread();
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
