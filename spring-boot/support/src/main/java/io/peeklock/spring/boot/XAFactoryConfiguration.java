/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.transaction.TransactionManager;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jms.XAConnectionFactoryWrapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * The connection factories where a transaction manager is there to wrap one: that, which is the primary one, and one without XA,
 * for sessions that acknowledge by the client or are transacted locally. They share the broker.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(ConnectionFactory.class)
@ConditionalOnClass(TransactionManager.class)
@ConditionalOnBean(XAConnectionFactoryWrapper.class)
final class XAFactoryConfiguration {

    @Primary
    @Bean({"jmsConnectionFactory", "xaJmsConnectionFactory"})
    ConnectionFactory jmsConnectionFactory(PeeklockBus bus, XAConnectionFactoryWrapper wrapper) throws Exception {
        return wrapper.wrapConnectionFactory(bus.xaConnectionFactory());
    }

    @Bean
    PeeklockConnectionFactory nonXaJmsConnectionFactory(PeeklockBus bus) {
        return bus.connectionFactory();
    }
}
