/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration.spring.before;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.Session;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;
import org.apache.activemq.broker.BrokerService;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;

/**
 * A Spring application with an embedded broker: a template, and listeners that acknowledge when they return.
 *
 * <p>Its beans are for any thread.
 */
@Configuration
@EnableJms
public class ShopConfiguration {

    @Bean(initMethod = "start", destroyMethod = "stop")
    BrokerService broker(@Value("${shop.directory}") String directory) {
        BrokerService broker = new BrokerService();
        broker.setBrokerName("spring-shop");
        broker.setDataDirectory(directory);
        broker.setUseJmx(false);
        return broker;
    }

    @Bean
    @DependsOn("broker")
    ConnectionFactory connectionFactory() {
        RedeliveryPolicy redelivery = new RedeliveryPolicy();
        redelivery.setMaximumRedeliveries(2);
        redelivery.setInitialRedeliveryDelay(0);
        redelivery.setRedeliveryDelay(0);
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("vm://spring-shop?create=false");
        factory.setRedeliveryPolicy(redelivery);
        return factory;
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
