/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the exception listener of one connection what went wrong where nobody waits for it, or the log if there is none,
 * until the connection is closed.
 *
 * <p>Thread safe; calls the listener on another thread.
 */
final class ExceptionReports {

    private static final Logger LOG = LoggerFactory.getLogger(ExceptionReports.class);

    /** Not longer: whoever closes a connection may hold a lock that its listener waits for, as pools do. */
    private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(1);

    private final String connection;
    private final SerialExecutor events;
    private volatile @Nullable ExceptionListener listener;

    /** @param events where the listener is called, and the lock-lost listener, one call after the other */
    ExceptionReports(String connection, SerialExecutor events) {
        this.connection = connection;
        this.events = events;
    }

    void listener(@Nullable ExceptionListener next) {
        listener = next;
    }

    @Nullable
    ExceptionListener listener() {
        return listener;
    }

    void report(JMSException failure) {
        ExceptionListener told = listener;
        if (told == null) {
            LOG.warn("connection {}: {} (set an exception listener to be told)", connection, failure.getMessage());
        } else if (!events.offer(() -> told.onException(failure))) {
            LOG.warn("connection {}, after its close: {}", connection, failure.getMessage());
        }
    }

    /** Whether the caller is one of the two listeners. */
    boolean isTelling() {
        return events.isWorker();
    }

    /**
     * No call of the two listeners begins after this returns. Waits a moment for those that are to be told, unless the
     * caller is one of them.
     */
    void close() {
        events.end(PATIENCE_AT_CLOSE);
    }
}
