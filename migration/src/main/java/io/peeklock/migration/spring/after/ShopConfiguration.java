/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration.spring.after;

import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Session;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;

/**
 * A Spring application with an embedded bus: a template, and listeners that acknowledge when they return.
 *
 * <p>Its beans are for any thread.
 */
@Configuration
@EnableJms
public class ShopConfiguration {

    @Bean(destroyMethod = "close")
    ConnectionFactory connectionFactory(@Value("${shop.directory}") String directory) {
        return new PeeklockConnectionFactory(ConnectionFactorySettings.file(Path.of(directory))
                .defaultMaxDeliveryCount(3)
                .build());
    }

    @Bean
    DefaultJmsListenerContainerFactory jmsListenerContainerFactory(ConnectionFactory connectionFactory) {
        DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
        factory.setConnectionFactory(connectionFactory);
        factory.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
        return factory;
    }

    @Bean
    JmsTemplate jmsTemplate(ConnectionFactory connectionFactory) {
        return new JmsTemplate(connectionFactory);
    }
}
