/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import java.time.Duration;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/**
 * Gives the properties {@code peeklock.pool.*} to a pool, with or without XA.
 *
 * <p>Has no state.
 */
final class PoolSettings {

    private PoolSettings() {}

    /** @throws InvalidPeeklockPropertyException if the pool would have no connection or no session to give, or waits longer than it can */
    static void apply(PeeklockProperties.Pool properties, JmsPoolConnectionFactory pool) {
        int connections = properties.maxConnections();
        InvalidPeeklockPropertyException.require(
                connections >= 1, "peeklock.pool.max-connections", connections, "1 or more");
        int sessions = properties.maxSessionsPerConnection();
        InvalidPeeklockPropertyException.require(
                sessions >= 1 || sessions == -1,
                "peeklock.pool.max-sessions-per-connection",
                sessions,
                "1 or more, or -1 for no limit");
        Duration idle = properties.idleTimeout();
        InvalidPeeklockPropertyException.require(
                !idle.isNegative() && idle.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) <= 0,
                "peeklock.pool.idle-timeout",
                idle,
                "0 (never) to 24d");
        pool.setBlockIfSessionPoolIsFull(properties.blockIfFull());
        pool.setBlockIfSessionPoolIsFullTimeout(properties.blockIfFullTimeout().toMillis());
        pool.setConnectionIdleTimeout(Math.toIntExact(idle.toMillis()));
        pool.setMaxConnections(properties.maxConnections());
        pool.setMaxSessionsPerConnection(properties.maxSessionsPerConnection());
        pool.setConnectionCheckInterval(properties.timeBetweenExpirationCheck().toMillis());
        pool.setUseAnonymousProducers(properties.useAnonymousProducers());
    }
}
