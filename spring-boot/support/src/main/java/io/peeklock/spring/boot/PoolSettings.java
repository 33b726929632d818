/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/**
 * Gives the properties {@code peeklock.pool.*} to a pool, with or without XA.
 *
 * <p>Has no state.
 */
final class PoolSettings {

    private PoolSettings() {}

    static void apply(PeeklockProperties.Pool properties, JmsPoolConnectionFactory pool) {
        pool.setBlockIfSessionPoolIsFull(properties.blockIfFull());
        pool.setBlockIfSessionPoolIsFullTimeout(properties.blockIfFullTimeout().toMillis());
        pool.setConnectionIdleTimeout(Math.toIntExact(properties.idleTimeout().toMillis()));
        pool.setMaxConnections(properties.maxConnections());
        pool.setMaxSessionsPerConnection(properties.maxSessionsPerConnection());
        pool.setConnectionCheckInterval(properties.timeBetweenExpirationCheck().toMillis());
        pool.setUseAnonymousProducers(properties.useAnonymousProducers());
    }
}
