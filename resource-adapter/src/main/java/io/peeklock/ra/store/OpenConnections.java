/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import jakarta.jms.Connection;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections and contexts that are being made, or were made and not forgotten, to be closed when an adapter stops.
 *
 * <p>Thread safe. It does not keep alive what its user has dropped.
 */
final class OpenConnections {

    private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

    /** Whoever does not let go by then is left behind: a server that stops an adapter must not hang. */
    private static final long PATIENCE_SECONDS = 20;

    /** Guarded by itself. */
    private final Set<Object> open = Collections.newSetFromMap(new WeakHashMap<>());

    /** How many are being made. Guarded by {@link #open}, as is the next. */
    private int making;

    private boolean closed;
    private volatile @Nullable Thread closing;

    /** Whether the caller is a listener that is told of the end. */
    boolean isTelling() {
        return Thread.currentThread() == closing;
    }

    /** A connection or a context is going to be made; {@link #ended} follows, whatever comes of it. */
    void begin() throws JMSException {
        synchronized (open) {
            if (closed) {
                throw stopped();
            }
            making++;
        }
    }

    /** What {@link #begin} has begun is over. */
    void ended() {
        synchronized (open) {
            making--;
            open.notifyAll();
        }
    }

    /** Adds a connection or a context; closes it at once if it comes too late. */
    <T> T add(T connection) throws JMSException {
        synchronized (open) {
            if (!closed) {
                open.add(connection);
                return connection;
            }
        }
        close(connection);
        throw stopped();
    }

    /** What those hear whose connections end with the adapter. */
    static JMSException stopped() {
        return new IllegalStateException(
                "the resource adapter that had opened the store was stopped: connect again", "Closed");
    }

    /**
     * Closes them, and waits for those that are being made: they close themselves. None is made afterwards. Whoever makes one may do that
     * with classes that go when the adapter has stopped.
     *
     * @param reason what exception listeners are told; null if it is their own end
     */
    void closeAll(@Nullable JMSException reason) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        List<Object> all;
        synchronized (open) {
            closed = true;
            all = new ArrayList<>(open);
            open.clear();
        }
        try {
            if (!all.isEmpty()) {
                endApart(all, reason, deadline);
            }
            awaitMakings(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endApart(List<Object> all, @Nullable JMSException reason, long deadline) throws InterruptedException {
        // Apart from the server's thread: listeners are other adapters' and their servers' pools.
        Thread thread = new Thread(null, () -> all.forEach(each -> end(each, reason)), "peeklock-stop", 0, false);
        closing = thread;
        thread.setDaemon(true);
        thread.setContextClassLoader(OpenConnections.class.getClassLoader());
        thread.start();
        TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
        if (thread.isAlive()) {
            LOG.warn(
                    "Some of {} connections are still at work {} s after the adapter's stop",
                    all.size(),
                    PATIENCE_SECONDS);
        }
    }

    private void awaitMakings(long deadline) throws InterruptedException {
        synchronized (open) {
            while (making > 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    LOG.warn(
                            "{} connections are still being opened {} s after the adapter's stop",
                            making,
                            PATIENCE_SECONDS);
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(open, left);
            }
        }
    }

    private static void end(Object connection, @Nullable JMSException reason) {
        try {
            ExceptionListener listener = reason == null ? null : listener(connection);
            if (listener != null) {
                listener.onException(reason);
            }
        } catch (JMSException | RuntimeException | Error e) {
            // Listeners are the server's: what they throw is not to keep the next connection open.
            LOG.debug("Telling {} of its end failed", connection, e);
        }
        close(connection);
    }

    private static @Nullable ExceptionListener listener(Object connection) throws JMSException {
        return connection instanceof JMSContext context
                ? context.getExceptionListener()
                : ((Connection) connection).getExceptionListener();
    }

    private static void close(Object connection) {
        try {
            ((AutoCloseable) connection).close();
        } catch (JMSException | JMSRuntimeException | LinkageError e) {
            LOG.debug("Closing {} failed", connection, e);
        } catch (Exception | Error e) {
            LOG.warn("Closing {} failed", connection, e);
        }
    }
}
