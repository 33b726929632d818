/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import io.peeklock.jms.BusContext;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The stores that an adapter opens itself.
 *
 * <p>Thread safe.
 */
public final class OwnBus implements Bus, AutoCloseable {

    private final Map<String, PeeklockXAConnectionFactory> factories = new ConcurrentHashMap<>();

    @Override
    public XAConnectionFactory connectionFactory(String url) throws JMSException {
        return factories.computeIfAbsent(url, PeeklockXAConnectionFactory::new);
    }

    @Override
    public Session sessionOf(XAJMSContext context) {
        return ((BusContext) context).busSession();
    }

    @Override
    public XAResource recoveryResource(String url, @Nullable String userName, @Nullable String password) {
        return factories.computeIfAbsent(url, PeeklockXAConnectionFactory::new).createRecoveryResource();
    }

    @Override
    public void close() {
        factories.values().forEach(PeeklockXAConnectionFactory::close);
    }
}
