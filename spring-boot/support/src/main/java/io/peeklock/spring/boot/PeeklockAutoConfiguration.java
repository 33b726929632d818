/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.administration.EntityFile;
import io.peeklock.broker.Namespace;
import io.peeklock.jms.LockLostListener;
import io.peeklock.jms.MessageTracing;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.ConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ResourceLoader;

/**
 * A broker in the application and a connection factory for it: with JTA that which a transaction manager wraps, else plain, with
 * Spring's cache, or with a pool. Does nothing where the application has a {@link ConnectionFactory} of its own, or {@code
 * peeklock.enabled} is false.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.jms.autoconfigure.JmsAutoConfiguration",
            "org.springframework.boot.autoconfigure.jms.JmsAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.jms.JmsHealthContributorAutoConfiguration",
            "org.springframework.boot.activemq.autoconfigure.ActiveMQAutoConfiguration",
            "org.springframework.boot.artemis.autoconfigure.ArtemisAutoConfiguration",
            "org.springframework.boot.autoconfigure.jms.activemq.ActiveMQAutoConfiguration",
            "org.springframework.boot.autoconfigure.jms.artemis.ArtemisAutoConfiguration"
        },
        afterName = {
            "org.springframework.boot.jms.autoconfigure.JndiConnectionFactoryAutoConfiguration",
            "org.springframework.boot.autoconfigure.jms.JndiConnectionFactoryAutoConfiguration",
            "org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration",
            "org.springframework.boot.autoconfigure.transaction.jta.JtaAutoConfiguration"
        })
@ConditionalOnClass({ConnectionFactory.class, PeeklockConnectionFactory.class})
@ConditionalOnMissingBean(ConnectionFactory.class)
@ConditionalOnBooleanProperty(name = "peeklock.enabled", matchIfMissing = true)
@EnableConfigurationProperties(PeeklockProperties.class)
@Import({XAFactoryConfiguration.class, FactoryConfiguration.class})
public final class PeeklockAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    PeeklockConnectionDetails peeklockConnectionDetails(PeeklockProperties properties) {
        return new PropertiesConnectionDetails(properties);
    }

    /** What the bus is opened with. */
    @Bean
    ConnectionFactorySettings peeklockSettings(PeeklockProperties properties, PeeklockConnectionDetails details) {
        return ConfiguredSettings.of(properties, details);
    }

    @Bean
    PeeklockBus peeklockBus(
            PeeklockProperties properties,
            ConnectionFactorySettings settings,
            ObjectProvider<LockLostListener> listener,
            ObjectProvider<MessageTracing> tracing,
            ResourceLoader resources) {
        EntityFile entities = EntityResource.read(properties, resources);
        PeeklockBus bus = PeeklockBus.open(settings, listener.getIfAvailable(), tracing.getIfAvailable());
        if (entities != null) {
            EntityResource.apply(entities, bus);
        }
        return bus;
    }

    /** Not the container's to close: the bus does. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Namespace peeklockNamespace(PeeklockBus bus) {
        return bus.namespace();
    }

    @Bean
    HealthCheck peeklockStoreHealth(PeeklockBus bus) {
        return new StoreHealth(bus);
    }
}
