/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timers of one namespace. Their thread is that of many; what is due runs on a thread of the namespace's own, so that nobody waits
 * for what another namespace does.
 *
 * <p>Thread safe.
 */
final class NamespaceTimer {
    private static final Logger log = LoggerFactory.getLogger(NamespaceTimer.class);
    /** When no thread can be had for what is due. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TimerThread thread;
    private final Executor runs;
    /** Held for moments. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Set<Timer> waiting = new HashSet<>();
    private boolean closed;

    /** @param runs the namespace's thread for what is due */
    NamespaceTimer(TimerThread thread, Executor runs) {
        this.thread = thread;
        this.runs = runs;
        thread.enter();
    }

    /** Runs a task once after the delay; a closed one drops it. */
    void schedule(Runnable task, long delayNanos) {
        lock.lock();
        try {
            if (closed) {
                log.debug("The timer is closed, a task is dropped");
                return;
            }
            Timer timer = new Timer(task);
            // Only then: if there is no thread, it is not scheduled. It cannot run before this has let go of the lock.
            timer.scheduled = thread.schedule(timer, delayNanos);
            waiting.add(timer);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drops what waits; what is handed over just now, the namespace's thread may refuse.
     *
     * @throws InterruptedException if this is the thread's last user, and was interrupted before the thread had ended; it ends
     */
    void close() throws InterruptedException {
        List<Timer> dropped;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            dropped = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        dropped.forEach(Timer::cancel);
        thread.leave();
    }

    /** One task that waits for its time. */
    private final class Timer implements Runnable {
        private final Runnable task;
        /** Set under the lock. */
        private @Nullable Future<?> scheduled;

        Timer(Runnable task) {
            this.task = task;
        }

        void cancel() {
            Future<?> future = scheduled;
            if (future != null) {
                future.cancel(false);
            }
        }

        @Override
        public void run() {
            lock.lock();
            try {
                if (!waiting.remove(this)) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            try {
                runs.execute(task);
            } catch (RejectedExecutionException e) {
                log.debug("The namespace is closed, a task is dropped", e);
            } catch (OutOfMemoryError e) {
                // The number of threads is limited.
                log.debug("No thread for what is due; it is tried again", e);
                schedule(task, AGAIN_NANOS);
            }
        }
    }
}
