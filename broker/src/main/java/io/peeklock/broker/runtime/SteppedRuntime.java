/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A runtime with real threads on clocks that stand until they are moved: hours pass in a moment.
 *
 * <p>Thread safe; what becomes due runs on the thread that moves the clocks, one such thread at a time.
 */
public final class SteppedRuntime implements BusRuntime {
    private static final long BUSY_SECONDS = 30;

    private record Timer(long atNanos, long number, Runnable task) {}

    private final ThreadedRuntime threads;
    private final ReentrantLock moving = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::number));
    private final long startMs = System.currentTimeMillis();
    private long numbers;
    private int running;
    // Written by the thread that moves the clocks.
    private volatile long nanos;

    /** @param name part of the threads' names */
    public SteppedRuntime(String name) {
        threads = new ThreadedRuntime(name, 2);
    }

    @Override
    public BusClock clock() {
        return new BusClock() {
            @Override
            public long nanoTime() {
                return nanos;
            }

            @Override
            public long wallTimeMs() {
                return startMs + nanos / 1_000_000;
            }
        };
    }

    @Override
    public Executor executor() {
        return task -> {
            count(1);
            threads.executor().execute(() -> {
                try {
                    task.run();
                } finally {
                    count(-1);
                }
            });
        };
    }

    private void count(int change) {
        lock.lock();
        try {
            running += change;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        later(task, delayNanos);
    }

    /** As {@link #schedule}; the task is taken back by running what is returned. One without delay runs at once. */
    public Runnable later(Runnable task, long delayNanos) {
        if (delayNanos <= 0) {
            executor().execute(task);
            return () -> {};
        }
        lock.lock();
        try {
            long at = nanos + delayNanos;
            Timer timer = new Timer(at < 0 ? Long.MAX_VALUE : at, numbers++, task);
            timers.add(timer);
            return () -> remove(timer);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Timer timer) {
        lock.lock();
        try {
            timers.remove(timer);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves both clocks, running what becomes due on the way, each at its time. When it returns, the bus has done what was to
     * be done.
     *
     * @param by not negative
     * @return how many timers have run
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if the bus does not come to rest within 30 s of real time
     */
    public int advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time goes forward, got " + by);
        }
        moving.lock();
        try {
            long end = Math.addExact(nanos, by.toNanos());
            int run = 0;
            awaitIdle();
            for (Timer timer = nextUntil(end); timer != null; timer = nextUntil(end)) {
                nanos = Math.max(nanos, timer.atNanos());
                run++;
                timer.task().run();
                awaitIdle();
            }
            nanos = end;
            return run;
        } finally {
            moving.unlock();
        }
    }

    private @Nullable Timer nextUntil(long end) {
        lock.lock();
        try {
            Timer next = timers.peek();
            return next != null && next.atNanos() <= end ? timers.remove() : null;
        } finally {
            lock.unlock();
        }
    }

    private void awaitIdle() {
        lock.lock();
        boolean interrupted = false;
        long left = TimeUnit.SECONDS.toNanos(BUSY_SECONDS);
        try {
            while (running > 0) {
                if (left <= 0) {
                    throw new IllegalStateException("the bus has not come to rest within " + BUSY_SECONDS
                            + " s, so the clock was not moved on: something of it waits, see a thread dump");
                }
                long until = System.nanoTime() + left;
                try {
                    left = idle.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                    left = until - System.nanoTime();
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public LongSupplier random() {
        return threads.random();
    }

    @Override
    public boolean onBusThread() {
        return threads.onBusThread();
    }

    @Override
    public void close() {
        threads.close();
    }
}
