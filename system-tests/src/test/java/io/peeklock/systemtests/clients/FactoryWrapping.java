/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import jakarta.jms.ConnectionFactory;
import org.jspecify.annotations.Nullable;
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
    CACHING,
    /** The same without the consumers, which is what Spring Boot makes of it. */
    CACHING_SESSIONS;

    /** What a pool as it comes has at most. */
    public static final int SESSIONS = JmsPoolConnectionFactory.DEFAULT_MAX_SESSIONS_PER_CONNECTION;

    private static final int SESSIONS_KEPT = 10;

    /** What {@code -Dpeeklock.wrapping=POOLED} asks for where a suite runs in one of them; nothing by default. */
    public static FactoryWrapping configured() {
        return valueOf(System.getProperty("peeklock.wrapping", PLAIN.name()));
    }

    /** Puts this around a factory, which stays the caller's to close. */
    public WrappedFactory wrap(ConnectionFactory factory) {
        return wrap(factory, 1);
    }

    /** The same with so many connections at a time where there can be more than one. */
    public WrappedFactory wrap(ConnectionFactory factory, int connections) {
        return wrap(factory, connections, SESSIONS);
    }

    /** The same with so many sessions a connection where their number is limited. */
    public WrappedFactory wrap(ConnectionFactory factory, int connections, int sessions) {
        return switch (this) {
            case PLAIN -> new WrappedFactory(factory, () -> {});
            case POOLED -> pooled(factory, connections, sessions);
            case CACHING -> caching(factory, true, null);
            case CACHING_SESSIONS -> caching(factory, false, null);
        };
    }

    /** The same for one client, which can have but one connection; where it does not have its client id yet, it sets it. */
    public WrappedFactory wrap(ConnectionFactory factory, String clientId) {
        return switch (this) {
            case PLAIN -> new WrappedFactory(factory, () -> {});
            case POOLED -> pooled(factory, 1, SESSIONS);
            case CACHING -> caching(factory, true, clientId);
            case CACHING_SESSIONS -> caching(factory, false, clientId);
        };
    }

    private static WrappedFactory pooled(ConnectionFactory factory, int connections, int sessions) {
        JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(factory);
        pool.setMaxConnections(connections);
        pool.setMaxSessionsPerConnection(sessions);
        // As it comes, whoever asks for one session too many waits for ever.
        pool.setBlockIfSessionPoolIsFullTimeout(WrappedBroker.LONG_MS);
        pool.start();
        return new WrappedFactory(pool, pool::stop);
    }

    private static WrappedFactory caching(ConnectionFactory factory, boolean consumers, @Nullable String clientId) {
        CachingConnectionFactory cache = new CachingConnectionFactory(factory);
        cache.setSessionCacheSize(SESSIONS_KEPT);
        cache.setCacheConsumers(consumers);
        cache.setClientId(clientId);
        return new WrappedFactory(cache, cache::destroy);
    }
}
