/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A thread that the timers of many namespaces share. It starts with the first timer, goes when it had none for a while, and ends when
 * the last user has left.
 *
 * <p>Thread safe. What it runs only hands over.
 */
final class TimerThread {
    private static final long IDLE_SECONDS = 5;
    private static final long STOP_SECONDS = 30;

    /** That of all namespaces of a class loader. */
    static final TimerThread SHARED = new TimerThread("peeklock-timer");

    private final String name;
    /** Held while somebody comes or goes. */
    private final ReentrantLock lock = new ReentrantLock();

    private int users;
    private @Nullable ScheduledThreadPoolExecutor executor;
    /** The one that was started last. */
    private volatile @Nullable Thread thread;

    TimerThread(String name) {
        this.name = name;
    }

    /** One more user, who leaves once. */
    void enter() {
        lock.lock();
        try {
            users++;
        } finally {
            lock.unlock();
        }
    }

    /** A user has cancelled what it had scheduled. The last one waits until the thread has ended. */
    void leave() throws InterruptedException {
        ScheduledThreadPoolExecutor last;
        lock.lock();
        try {
            users--;
            if (users > 0) {
                return;
            }
            last = executor;
            executor = null;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.shutdownNow();
            last.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            // An executor is terminated a moment before its thread is.
            Thread ending = thread;
            if (ending != null) {
                ending.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            }
        }
    }

    /** For a user that has not left. */
    Future<?> schedule(Runnable handOver, long delayNanos) {
        lock.lock();
        try {
            ScheduledThreadPoolExecutor current = executor;
            if (current == null) {
                current = started();
                executor = current;
            }
            return current.schedule(handOver, delayNanos, TimeUnit.NANOSECONDS);
        } finally {
            lock.unlock();
        }
    }

    private ScheduledThreadPoolExecutor started() {
        ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1, this::newThread);
        started.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        started.allowCoreThreadTimeOut(true);
        started.setRemoveOnCancelPolicy(true);
        return started;
    }

    private Thread newThread(Runnable task) {
        Thread made = OwnThreads.newThread(task, name);
        thread = made;
        return made;
    }

    /** How much is scheduled, by all users. */
    int scheduled() {
        lock.lock();
        try {
            return executor == null ? 0 : executor.getQueue().size();
        } finally {
            lock.unlock();
        }
    }
}
