/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.ConnectionFactory;
import org.apache.commons.pool2.PooledObject;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jms.connection.CachingConnectionFactory;

/**
 * The connection factory where there is no JTA: from a pool if {@code peeklock.pool.enabled} is set, else with Spring's cache, or
 * plain if {@code spring.jms.cache.enabled} is false; as Spring Boot has it for the brokers that it knows.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(ConnectionFactory.class)
final class FactoryConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "peeklock.pool.enabled", havingValue = false, matchIfMissing = true)
    @ConditionalOnBooleanProperty(name = "spring.jms.cache.enabled", havingValue = false)
    static final class Plain {

        @Bean
        PeeklockConnectionFactory jmsConnectionFactory(PeeklockBus bus) {
            return bus.connectionFactory();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(CachingConnectionFactory.class)
    @ConditionalOnBooleanProperty(name = "peeklock.pool.enabled", havingValue = false, matchIfMissing = true)
    @ConditionalOnBooleanProperty(name = "spring.jms.cache.enabled", matchIfMissing = true)
    static final class Caching {

        @Bean
        CachingConnectionFactory jmsConnectionFactory(PeeklockBus bus, Environment environment) {
            // By name: the class of these properties has another package in each version.
            Binder binder = Binder.get(environment);
            CachingConnectionFactory caching = new CachingConnectionFactory(bus.connectionFactory());
            caching.setCacheConsumers(
                    binder.bind("spring.jms.cache.consumers", Boolean.class).orElse(false));
            binder.bind("spring.jms.cache.producers", Boolean.class).ifBound(caching::setCacheProducers);
            binder.bind("spring.jms.cache.session-cache-size", Integer.class).ifBound(caching::setSessionCacheSize);
            return caching;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JmsPoolConnectionFactory.class, PooledObject.class})
    @ConditionalOnBooleanProperty("peeklock.pool.enabled")
    static final class Pooled {

        @Bean(destroyMethod = "stop")
        JmsPoolConnectionFactory jmsConnectionFactory(PeeklockBus bus, PeeklockProperties properties) {
            JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
            pool.setConnectionFactory(bus.connectionFactory());
            PoolSettings.apply(properties.pool(), pool);
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("org.messaginghub.pooled.jms.JmsPoolConnectionFactory")
    @ConditionalOnBooleanProperty("peeklock.pool.enabled")
    static final class PoolMissing {

        @Bean
        ConnectionFactory jmsConnectionFactory() {
            throw InvalidPeeklockPropertyException.missing("peeklock.pool.enabled", "org.messaginghub:pooled-jms");
        }
    }
}
