/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtime of a real process: the machine's clocks, a few daemon threads that go when idle, one more for what is due, so that
 * this waits for nobody's disk, and the timer thread that all namespaces of a class loader share.
 *
 * <p>Thread safe. Threads start when first needed.
 */
public final class ThreadedRuntime implements BusRuntime {
    private static final Logger log = LoggerFactory.getLogger(ThreadedRuntime.class);
    private static final long IDLE_SECONDS = 5;
    private static final long STOP_SECONDS = 30;

    private final String name;
    private final ThreadPoolExecutor pool;
    /** One thread, for what was scheduled. */
    private final ThreadPoolExecutor due;
    /** Threads of single tasks that have not ended. */
    private final Set<Thread> alone = ConcurrentHashMap.newKeySet();

    private final NamespaceTimer timer;

    /**
     * @param name part of the threads' names
     * @param threads most threads of the pool, 1 or more
     */
    public ThreadedRuntime(String name, int threads) {
        this(name, threads, TimerThread.SHARED);
    }

    ThreadedRuntime(String name, int threads, TimerThread timerThread) {
        this.name = name;
        AtomicInteger count = new AtomicInteger();
        pool = pool(threads, task -> new BusThread(this, task, "peeklock-" + name + "-bus-" + count.incrementAndGet()));
        due = pool(1, task -> new BusThread(this, task, "peeklock-" + name + "-due"));
        timer = new NamespaceTimer(timerThread, task -> due.execute(() -> run(task)));
    }

    private static ThreadPoolExecutor pool(int threads, ThreadFactory factory) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public BusClock clock() {
        return BusClock.SYSTEM;
    }

    @Override
    public Executor executor() {
        return this::execute;
    }

    private void execute(Runnable task) {
        pool.execute(() -> run(task));
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("A task of the bus failed; this is a defect", e);
        }
    }

    @Override
    public void executeAlone(Runnable task) {
        Thread thread = new BusThread(
                this,
                () -> {
                    run(task);
                    alone.remove(Thread.currentThread());
                },
                "peeklock-" + name + "-open");
        alone.add(thread);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // The number of threads is limited: it has to wait for its turn.
            alone.remove(thread);
            execute(task);
        }
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        timer.schedule(task, delayNanos);
    }

    @Override
    public LongSupplier random() {
        return () -> ThreadLocalRandom.current().nextLong();
    }

    @Override
    public boolean onBusThread() {
        return Thread.currentThread() instanceof BusThread;
    }

    @Override
    public void close() {
        boolean interrupted = false;
        try {
            timer.close();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        pool.shutdown();
        due.shutdown();
        if (Thread.currentThread() instanceof BusThread own && own.runtime == this) {
            // It cannot wait for itself; it ends when it has returned from here.
            restore(interrupted);
            return;
        }
        try {
            if (!pool.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)
                    || !due.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                log.warn("Threads of the bus did not stop within {} s", STOP_SECONDS);
            }
            for (Thread thread : alone) {
                thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        restore(interrupted);
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Marks the threads that may wait for the disk. Whichever application makes one, it has nothing of it. */
    private static final class BusThread extends Thread {
        private final ThreadedRuntime runtime;

        BusThread(ThreadedRuntime runtime, Runnable task, String name) {
            super(null, task, name, 0, false);
            this.runtime = runtime;
            setContextClassLoader(BusThread.class.getClassLoader());
            setDaemon(true);
        }
    }
}
