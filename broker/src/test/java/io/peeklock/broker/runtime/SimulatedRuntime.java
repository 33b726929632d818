/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * A runtime in one thread, on a clock that stands until it is moved: tasks run when {@link #runUntilIdle} is called, in an
 * order that the seed chooses.
 *
 * <p>Not thread safe.
 */
public final class SimulatedRuntime implements BusRuntime {
    private record Timer(long atNanos, long number, Runnable task) {}

    private final Random random;
    private final List<Runnable> tasks = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::number));
    private long nanos = 1_000_000_000L;
    private long wallMs = 1_800_000_000_000L;
    private long numbers;
    private boolean foreignThread;
    /** Tasks that run, one within the other. */
    private int running;

    private boolean inline;

    public SimulatedRuntime(long seed) {
        this.random = new Random(seed);
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
                return wallMs;
            }
        };
    }

    @Override
    public Executor executor() {
        return task -> {
            tasks.add(task);
            if (inline) {
                runUntilIdle();
            }
        };
    }

    /** From now on a task runs as soon as it is given, for calls that wait for it. */
    public void runInlineFromNowOn() {
        runUntilIdle();
        inline = true;
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        timers.add(new Timer(nanos + delayNanos, numbers++, task));
    }

    @Override
    public LongSupplier random() {
        return random::nextLong;
    }

    @Override
    public boolean onBusThread() {
        return !foreignThread || running > 0;
    }

    private void runTask(Runnable task) {
        running++;
        try {
            task.run();
        } finally {
            running--;
        }
    }

    /** From now on calls look as if they came from an application's thread, tasks of the executor and timers excepted. */
    public void callFromApplication(boolean value) {
        foreignThread = value;
    }

    /** Runs tasks until there is none. */
    public void runUntilIdle() {
        while (!tasks.isEmpty()) {
            runTask(tasks.remove(random.nextInt(tasks.size())));
        }
    }

    /** Moves both clocks, running what becomes due on the way. */
    public void advance(Duration by) {
        long end = nanos + by.toNanos();
        runUntilIdle();
        while (!timers.isEmpty() && timers.peek().atNanos() <= end) {
            Timer timer = timers.remove();
            moveTo(Math.max(nanos, timer.atNanos()));
            runTask(timer.task());
            runUntilIdle();
        }
        moveTo(end);
    }

    /** Moves both clocks while every timer is late. */
    public void advanceWithoutTimers(Duration by) {
        moveTo(nanos + by.toNanos());
    }

    /** Moves the wall clock alone, also backwards: somebody set it. */
    public void stepWallClock(Duration by) {
        wallMs += by.toMillis();
    }

    private void moveTo(long target) {
        long before = nanos / 1_000_000;
        nanos = target;
        wallMs += nanos / 1_000_000 - before;
    }

    /** The runtime of the next process on the same machine: its clocks go on. */
    public SimulatedRuntime after() {
        SimulatedRuntime next = new SimulatedRuntime(random.nextLong());
        next.nanos = nanos;
        next.wallMs = wallMs;
        return next;
    }

    /** The process is gone: nothing that was planned happens. */
    public void crash() {
        tasks.clear();
        timers.clear();
    }

    @Override
    public void close() {
        runUntilIdle();
    }
}
