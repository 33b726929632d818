/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which one connection calls the application: message, completion and exception listeners.
 *
 * <p>Thread safe. Has no thread until one is needed, at most one a session at work plus two, and none some seconds after
 * the last call. It must grow: a listener may wait for another session's.
 */
final class ListenerThreads implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerThreads.class);
    private static final long KEEP_ALIVE_SECONDS = 5;
    private static final Duration REST_WITHOUT_THREAD = Duration.ofMillis(100);

    private final ThreadFactory factory;
    private final ThreadPoolExecutor pool;
    private final BrokerTimer timer;

    /**
     * The threads' context class loader is that of the caller.
     *
     * @param timer tries again where no thread could be started
     */
    ListenerThreads(String connection, BrokerTimer timer) {
        this.timer = timer;
        AtomicInteger number = new AtomicInteger();
        ClassLoader application = Thread.currentThread().getContextClassLoader();
        factory = task -> {
            String name = "peeklock-listener-" + connection + "-" + number.incrementAndGet();
            // Whoever sends may be the one who makes it, and of another application.
            Thread thread = new Thread(null, task, name, 0, false);
            thread.setContextClassLoader(application);
            thread.setDaemon(true);
            return thread;
        };
        pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    }

    /** Runs the task; after the close it does nothing: nobody is to be called any more. */
    @Override
    public void execute(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("not run, the connection is closed", e);
        } catch (OutOfMemoryError e) {
            tryLater(() -> execute(task), e);
        }
    }

    /** Runs the task, after the close on a thread of its own: whoever has sent must hear what became of it. */
    void executeAlways(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            factory.newThread(task).start();
        } catch (OutOfMemoryError e) {
            tryLater(() -> executeAlways(task), e);
        }
    }

    /** The system gives no more threads now; those that end make room. */
    private void tryLater(Runnable again, OutOfMemoryError cause) {
        LOG.error("no thread can be started to call a listener, it is tried again: {}", cause.getMessage());
        timer.schedule(REST_WITHOUT_THREAD, again);
    }

    /** Lets go of the threads; a task at work ends by itself. */
    @Override
    public void close() {
        pool.shutdown();
    }
}
