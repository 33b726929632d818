/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import org.jspecify.annotations.Nullable;

/**
 * A connection factory whose connections and contexts are remembered as long as they are in use.
 *
 * <p>Thread safe.
 */
final class TrackedConnections implements XAConnectionFactory {

    /** Which factory makes the next one. */
    @FunctionalInterface
    interface Source {
        XAConnectionFactory get() throws JMSException;
    }

    /** Makes one. */
    @FunctionalInterface
    private interface Making<T> {
        T by(XAConnectionFactory factory) throws JMSException;
    }

    /** Stores change hands between a look and a connection; not often. */
    private static final int ATTEMPTS = 5;

    private final Source source;
    private final OpenConnections open;

    TrackedConnections(Source source, OpenConnections open) {
        this.source = source;
        this.open = open;
    }

    @Override
    public XAConnection createXAConnection() throws JMSException {
        return make(XAConnectionFactory::createXAConnection);
    }

    @Override
    public XAConnection createXAConnection(@Nullable String userName, @Nullable String password) throws JMSException {
        return make(factory -> factory.createXAConnection(userName, password));
    }

    @Override
    public XAJMSContext createXAContext() {
        return context(XAConnectionFactory::createXAContext);
    }

    @Override
    public XAJMSContext createXAContext(@Nullable String userName, @Nullable String password) {
        return context(factory -> factory.createXAContext(userName, password));
    }

    private XAJMSContext context(Making<XAJMSContext> making) {
        try {
            return make(making);
        } catch (JMSException e) {
            throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
        }
    }

    private <T> T make(Making<T> making) throws JMSException {
        XAConnectionFactory factory = source.get();
        for (int attempt = 1; ; attempt++) {
            try {
                return tracked(making, factory);
            } catch (JMSException | JMSRuntimeException | LinkageError e) {
                // The last: of an adapter that is gone, with its classes.
                XAConnectionFactory next = source.get();
                if (next == factory || attempt == ATTEMPTS) {
                    throw e;
                }
                factory = next;
            }
        }
    }

    private <T> T tracked(Making<T> making, XAConnectionFactory factory) throws JMSException {
        open.begin();
        try {
            return open.add(asTheAdapter(making, factory));
        } finally {
            open.ended();
        }
    }

    /** What a connection takes from the thread stays as long as the store is open: it must not be of the application that calls. */
    private static <T> T asTheAdapter(Making<T> making, XAConnectionFactory factory) throws JMSException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(TrackedConnections.class.getClassLoader());
        try {
            return making.by(factory);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
