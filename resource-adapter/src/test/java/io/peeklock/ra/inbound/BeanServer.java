/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.XATerminator;
import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Queue;
import java.util.Timer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a server gives an adapter: threads.
 *
 * <p>Thread safe.
 */
final class BeanServer implements BootstrapContext, WorkManager, AutoCloseable {

    private final AtomicInteger threads = new AtomicInteger();
    private final ExecutorService pool = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "server-" + threads.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    /** As in WildFly: who schedules work waits for one of these, and it comes back when a piece of work has ended. */
    volatile Semaphore places = new Semaphore(Integer.MAX_VALUE);

    /** How many pieces of work it refuses from now on. */
    final AtomicInteger refusals = new AtomicInteger();

    /** For how many pieces of work it cannot make a thread from now on. */
    final AtomicInteger shortages = new AtomicInteger();

    /** All that it was given: a server's idle threads may keep the last one that each did. */
    final Queue<Work> given = new ConcurrentLinkedQueue<>();

    /** How many pieces of work are under way. */
    final AtomicInteger atWork = new AtomicInteger();

    @Override
    public void scheduleWork(
            Work work, long startTimeout, @Nullable ExecutionContext context, @Nullable WorkListener listener)
            throws WorkException {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new WorkRejectedException("no thread is free");
        }
        if (shortages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        given.add(work);
        Semaphore taken = places;
        taken.acquireUninterruptibly();
        atWork.incrementAndGet();
        pool.execute(() -> {
            try {
                work.run();
            } finally {
                // As WildFly's does: it is over, and nothing else is.
                work.release();
                atWork.decrementAndGet();
                taken.release();
            }
        });
    }

    @Override
    public void scheduleWork(Work work) throws WorkException {
        scheduleWork(work, INDEFINITE, null, null);
    }

    @Override
    public WorkManager getWorkManager() {
        return this;
    }

    @Override
    public TransactionSynchronizationRegistry getTransactionSynchronizationRegistry() {
        return new TransactionSynchronizationRegistryImple();
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    // ---- What the adapter does without

    @Override
    public void doWork(Work work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void doWork(Work work, long timeout, @Nullable ExecutionContext context, @Nullable WorkListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long startWork(Work work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long startWork(
            Work work, long timeout, @Nullable ExecutionContext context, @Nullable WorkListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public XATerminator getXATerminator() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer createTimer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isContextSupported(Class<? extends WorkContext> type) {
        return false;
    }
}
