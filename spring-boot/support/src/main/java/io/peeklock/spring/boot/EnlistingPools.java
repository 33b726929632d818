/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import jakarta.transaction.TransactionManager;
import java.util.ArrayList;
import java.util.List;
import org.messaginghub.pooled.jms.JmsPoolXAConnectionFactory;
import org.springframework.boot.jms.XAConnectionFactoryWrapper;

/**
 * Makes pools whose sessions are enlisted in the global transaction in which they are made, and stops them.
 *
 * <p>Used by the thread that makes and destroys the beans.
 */
final class EnlistingPools implements XAConnectionFactoryWrapper, AutoCloseable {

    private final TransactionManager transactionManager;
    private final PeeklockProperties.Pool properties;
    private final List<JmsPoolXAConnectionFactory> pools = new ArrayList<>();

    EnlistingPools(TransactionManager transactionManager, PeeklockProperties.Pool properties) {
        this.transactionManager = transactionManager;
        this.properties = properties;
    }

    @Override
    public ConnectionFactory wrapConnectionFactory(XAConnectionFactory connectionFactory) {
        JmsPoolXAConnectionFactory pool = new JmsPoolXAConnectionFactory();
        pool.setConnectionFactory(connectionFactory);
        pool.setTransactionManager(transactionManager);
        PoolSettings.apply(properties, pool);
        pools.add(pool);
        return pool;
    }

    @Override
    public void close() {
        pools.forEach(JmsPoolXAConnectionFactory::stop);
    }
}
