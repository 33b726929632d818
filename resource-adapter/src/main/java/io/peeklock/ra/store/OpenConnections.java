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
 * The connections and contexts that were made and not forgotten, to be closed when an adapter stops.
 *
 * <p>Thread safe. It does not keep alive what its user has dropped.
 */
final class OpenConnections {

    private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

    /** Whoever does not let go by then is left behind: a server that stops an adapter must not hang. */
    private static final long PATIENCE_SECONDS = 20;

    /** Guarded by itself. */
    private final Set<Object> open = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean closed;
    private volatile @Nullable Thread closing;

    /** Whether the caller is a listener that is told of the end. */
    boolean isTelling() {
        return Thread.currentThread() == closing;
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

    /** @param reason what exception listeners are told; null if it is their own end */
    void closeAll(@Nullable JMSException reason) {
        List<Object> all;
        synchronized (open) {
            closed = true;
            all = new ArrayList<>(open);
            open.clear();
        }
        if (all.isEmpty()) {
            return;
        }
        // Apart from the server's thread: listeners are other adapters' and their servers' pools.
        Thread thread = new Thread(null, () -> all.forEach(each -> end(each, reason)), "peeklock-stop", 0, false);
        closing = thread;
        thread.setDaemon(true);
        thread.setContextClassLoader(OpenConnections.class.getClassLoader());
        thread.start();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            if (thread.isAlive()) {
                LOG.warn(
                        "Some of {} connections are still at work {} s after the adapter's stop",
                        all.size(),
                        PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
