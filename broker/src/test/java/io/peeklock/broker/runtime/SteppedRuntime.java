/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A runtime with real threads on clocks that stand until they are moved: hours pass in a moment.
 *
 * <p>Thread safe; one thread moves the clocks.
 */
public final class SteppedRuntime implements BusRuntime {
    private record Timer(long atNanos, long number, Runnable task) {}

    private final ThreadedRuntime threads = new ThreadedRuntime("stepped", 2);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::number));
    private final long startMs = System.currentTimeMillis();
    private long numbers;
    private int running;
    private int timersRun;
    private volatile long nanos;

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

    /** As {@link #schedule}; the task is taken back by running what is returned. */
    public Runnable later(Runnable task, long delayNanos) {
        lock.lock();
        try {
            Timer timer = new Timer(nanos + delayNanos, numbers++, task);
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

    /** Moves both clocks, running what becomes due on the way. Returns how many timers that were. */
    public int advance(Duration by) {
        long end = nanos + by.toNanos();
        int before = timersRun;
        awaitIdle();
        for (Timer timer = nextUntil(end); timer != null; timer = nextUntil(end)) {
            nanos = Math.max(nanos, timer.atNanos());
            timersRun++;
            timer.task().run();
            awaitIdle();
        }
        nanos = end;
        return timersRun - before;
    }

    private Timer nextUntil(long end) {
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
        try {
            while (running > 0) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
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
