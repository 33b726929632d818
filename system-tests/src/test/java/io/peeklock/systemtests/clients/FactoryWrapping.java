/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import jakarta.jms.ConnectionFactory;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.jms.connection.CachingConnectionFactory;

/**
 * What an application has between itself and the provider's connection factory.
 *
 * <p>Immutable.
 */
public enum FactoryWrapping {
    /** Nothing. */
    PLAIN,
    /** pooled-jms, which lends connections and sessions, and keeps producers without a destination. */
    POOLED,
    /** Spring's cache on one shared connection, which keeps sessions, producers and consumers open. */
    CACHING;

    private static final int SESSIONS_KEPT = 10;

    /** What {@code -Dpeeklock.wrapping=POOLED} asks for where a suite runs in one of them; nothing by default. */
    public static FactoryWrapping configured() {
        return valueOf(System.getProperty("peeklock.wrapping", PLAIN.name()));
    }

    /** Puts this around a factory, which stays the caller's to close. */
    public WrappedFactory wrap(ConnectionFactory factory) {
        return switch (this) {
            case PLAIN -> new WrappedFactory(factory, () -> {});
            case POOLED -> pooled(factory);
            case CACHING -> caching(factory);
        };
    }

    private static WrappedFactory pooled(ConnectionFactory factory) {
        JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(factory);
        pool.start();
        return new WrappedFactory(pool, pool::stop);
    }

    private static WrappedFactory caching(ConnectionFactory factory) {
        CachingConnectionFactory cache = new CachingConnectionFactory(factory);
        cache.setSessionCacheSize(SESSIONS_KEPT);
        return new WrappedFactory(cache, cache::destroy);
    }
}
