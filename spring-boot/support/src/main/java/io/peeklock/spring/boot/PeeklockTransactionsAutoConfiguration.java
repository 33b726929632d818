/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.narayana.PeeklockTransactions;
import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.util.Map;
import javax.sql.XADataSource;
import org.apache.commons.pool2.PooledObject;
import org.jspecify.annotations.Nullable;
import org.messaginghub.pooled.jms.JmsPoolXAConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jms.XAConnectionFactoryWrapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;

/**
 * Narayana as the application's transaction manager, and a pool that enlists the sessions of its connections, where
 * peeklock-narayana is there and the application has no transaction manager of its own. It ends after the pool and before the
 * broker.
 */
@AutoConfiguration(
        before = PeeklockAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.XADataSourceAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration",
            "org.springframework.boot.autoconfigure.transaction.TransactionManagerCustomizationAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.XADataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration"
        },
        afterName = {
            "org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration",
            "org.springframework.boot.autoconfigure.transaction.jta.JtaAutoConfiguration"
        })
@ConditionalOnClass({
    PeeklockTransactions.class,
    JtaTransactionManager.class,
    XAConnectionFactoryWrapper.class,
    ConnectionFactory.class
})
@ConditionalOnMissingBean({TransactionManager.class, XAConnectionFactoryWrapper.class})
@ConditionalOnBooleanProperty(
        name = {"peeklock.enabled", "peeklock.transactions.enabled"},
        matchIfMissing = true)
@EnableConfigurationProperties(PeeklockProperties.class)
public final class PeeklockTransactionsAutoConfiguration {

    /**
     * Started with the application's broker, and all other XA factories and data sources that are beans, to be recovered; a data
     * source under its bean's name.
     */
    @Bean
    PeeklockTransactions peeklockTransactions(
            PeeklockProperties all,
            ObjectProvider<PeeklockBus> bus,
            ObjectProvider<PeeklockXAConnectionFactory> factories,
            Map<String, XADataSource> databases) {
        PeeklockProperties.Transactions properties = all.transactions();
        PeeklockTransactions.Builder builder = PeeklockTransactions.narayana(
                        Path.of(required(properties.directory(), "directory", "the directory of the transaction log")))
                .node(required(properties.node(), "node", "an id of this process that stays the same"))
                .timeout(properties.timeout())
                .recoveryPeriod(properties.recoveryPeriod())
                .recoveryBackOff(properties.recoveryBackOff())
                .orphanSafety(properties.orphanSafety());
        if (properties.acceptingNewLog()) {
            builder.acceptingNewLog();
        }
        bus.ifAvailable(own -> builder.recovering(own.xaConnectionFactory()));
        factories.forEach(builder::recovering);
        databases.forEach(builder::recovering);
        try {
            return builder.start();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new InvalidPeeklockPropertyException("peeklock.transactions.*", String.valueOf(e.getMessage()));
        }
    }

    private static String required(@Nullable String value, String name, String what) {
        if (value == null) {
            throw new InvalidPeeklockPropertyException(
                    "peeklock.transactions." + name,
                    "Narayana needs " + what + "; or set peeklock.transactions.enabled=false, and it is not set up");
        }
        return value;
    }

    @Bean
    JtaTransactionManager transactionManager(PeeklockTransactions transactions) {
        return new JtaTransactionManager(transactions.userTransaction(), transactions.transactionManager());
    }

    @Bean
    HealthCheck peeklockRecoveryHealth(PeeklockTransactions transactions) {
        return new RecoveryHealth(transactions);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JmsPoolXAConnectionFactory.class, PooledObject.class})
    static class WithPool {

        @Bean
        XAConnectionFactoryWrapper peeklockXAConnectionFactoryWrapper(
                PeeklockTransactions transactions, PeeklockProperties properties) {
            return new EnlistingPools(transactions.transactionManager(), properties.pool());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("org.messaginghub.pooled.jms.JmsPoolXAConnectionFactory")
    static class WithoutPool {

        @Bean
        XAConnectionFactoryWrapper peeklockXAConnectionFactoryWrapper() {
            throw InvalidPeeklockPropertyException.missing(
                    "peeklock.transactions.enabled", "org.messaginghub:pooled-jms");
        }
    }
}
