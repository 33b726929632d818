/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in order, on threads of another executor.
 *
 * <p>Thread safe. Occupies a thread only while it has tasks.
 */
final class SerialExecutor implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Condition idle = lock.newCondition();
    private boolean scheduled;
    private boolean ended;
    private @Nullable Thread worker;

    SerialExecutor(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        offer(task);
    }

    /** As {@link #execute}; false if it has ended, so that the task will not run. */
    boolean offer(Runnable task) {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            tasks.add(task);
            if (scheduled) {
                return true;
            }
            scheduled = true;
        } finally {
            lock.unlock();
        }
        start();
        return true;
    }

    private void start() {
        try {
            threads.execute(this::drain);
        } catch (RuntimeException | Error e) {
            // No thread could be started: whoever comes next tries again, for this task too.
            lock.lock();
            try {
                scheduled = false;
            } finally {
                lock.unlock();
            }
            throw e;
        }
    }

    /**
     * Takes no more tasks, and waits until those that are there have run, unless the caller is one of them; none begins after
     * this returns.
     *
     * @param patience how long it waits; what has not begun then is dropped, what is at work ends by itself
     */
    void end(Duration patience) {
        long left = Waits.nanos(patience);
        lock.lock();
        try {
            ended = true;
            while (scheduled && worker != Thread.currentThread() && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!tasks.isEmpty()) {
                LOG.warn("{} calls of a listener are dropped, its connection is closed", tasks.size());
                tasks.clear();
            }
            lock.unlock();
        }
    }

    /** Whether the caller is one of the tasks. */
    boolean isWorker() {
        lock.lock();
        try {
            return worker == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (Throwable e) {
                // Whatever it was: the tasks behind it must run.
                LOG.warn("a listener threw an exception", e);
            }
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            Runnable task = tasks.poll();
            worker = task == null ? null : Thread.currentThread();
            if (task == null) {
                scheduled = false;
                idle.signalAll();
            }
            return task;
        } finally {
            lock.unlock();
        }
    }
}
