/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
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
    private boolean scheduled;
    private @Nullable Thread worker;

    SerialExecutor(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            tasks.add(task);
            if (scheduled) {
                return;
            }
            scheduled = true;
        } finally {
            lock.unlock();
        }
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
            }
            return task;
        } finally {
            lock.unlock();
        }
    }
}
