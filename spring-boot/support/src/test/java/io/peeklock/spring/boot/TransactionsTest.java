/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.narayana.NarayanaTransactionIntegration;
import io.peeklock.broker.Namespace;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.narayana.PeeklockTransactions;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolXAConnectionFactory;
import org.springframework.boot.jms.XAConnectionFactoryWrapper;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Narayana as transaction manager, another one's wrapper, and none. Narayana is set up once a JVM: all tests have its settings. */
final class TransactionsTest {

    @TempDir
    static Path log;

    private final ApplicationContextRunner runner = Contexts.withJms(PeeklockTransactionsAutoConfiguration.class)
            .withPropertyValues(
                    "peeklock.transactions.directory=" + log.resolve("tx"), "peeklock.transactions.node=app-1");

    @Test
    @Tag("X1")
    void whatIsDoneInATransactionIsDoneByItsCommitAlone() {
        runner.run(context -> {
            assertThat(context).hasSingleBean(JtaTransactionManager.class);
            assertThat(context.getBean("xaJmsConnectionFactory"))
                    .isInstanceOf(JmsPoolXAConnectionFactory.class)
                    .isSameAs(context.getBean(ConnectionFactory.class));
            assertThat(context.getBean("nonXaJmsConnectionFactory")).isInstanceOf(PeeklockConnectionFactory.class);
            JmsTemplate template = context.getBean(JmsTemplate.class);
            template.setReceiveTimeout(200);
            var transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                        template.convertAndSend("orders", "rolled back");
                        throw new IllegalArgumentException("no");
                    }))
                    .hasMessage("no");
            assertThat(template.receiveAndConvert("orders")).isNull();
            transaction.executeWithoutResult(status -> {
                template.convertAndSend("orders", "committed");
                template.convertAndSend("bills", "committed too");
            });
            template.setReceiveTimeout(5_000);
            transaction.executeWithoutResult(status -> {
                assertThat(template.receiveAndConvert("orders")).isEqualTo("committed");
                status.setRollbackOnly();
            });
            assertThat(template.receiveAndConvert("orders")).isEqualTo("committed");
            assertThat(template.receiveAndConvert("bills")).isEqualTo("committed too");
        });
    }

    @Test
    @Tag("X1")
    @Tag("L6")
    void aListenerThatThrowsRollsBackWhatItHasSent() {
        runner.withUserConfiguration(Failing.class).run(context -> {
            JmsTemplate template = context.getBean(JmsTemplate.class);
            template.setReceiveTimeout(20_000);
            template.convertAndSend("web-orders", "order 1");
            assertThat(template.receiveAndConvert("billing")).isEqualTo("second delivery of order 1");
            assertThat(context.getBean(Failing.class).deliveries.poll(20, TimeUnit.SECONDS))
                    .isEqualTo(2);
            template.setReceiveTimeout(200);
            assertThat(template.receiveAndConvert("billing")).isNull();
        });
    }

    @Test
    @Tag("X1")
    void aDatabaseBehindAgroalTakesPart() {
        runner.withUserConfiguration(DatabaseConfiguration.class).run(context -> {
            JmsTemplate template = context.getBean(JmsTemplate.class);
            template.setReceiveTimeout(200);
            JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
            jdbc.execute("create table orders (text varchar)");
            var transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                        jdbc.update("insert into orders values ('rolled back')");
                        template.convertAndSend("billing", "rolled back");
                        throw new IllegalArgumentException("no");
                    }))
                    .hasMessage("no");
            assertThat(jdbc.queryForList("select text from orders", String.class))
                    .isEmpty();
            assertThat(template.receiveAndConvert("billing")).isNull();
            transaction.executeWithoutResult(status -> {
                jdbc.update("insert into orders values ('committed')");
                template.convertAndSend("billing", "committed");
            });
            assertThat(jdbc.queryForList("select text from orders", String.class))
                    .containsExactly("committed");
            assertThat(template.receiveAndConvert("billing")).isEqualTo("committed");
            PeeklockTransactions transactions = context.getBean(PeeklockTransactions.class);
            assertThat(transactions.logEntries()).isZero();
            assertThat(transactions.check().problems()).isEmpty();
        });
    }

    @Test
    void poolManagerAndBrokerEndWithTheContextAndStartWithTheNext() throws Exception {
        PeeklockTransactions[] first = new PeeklockTransactions[1];
        runner.withPropertyValues("peeklock.directory=" + log.resolve("bus")).run(context -> {
            first[0] = context.getBean(PeeklockTransactions.class);
            context.getBean(JmsTemplate.class).convertAndSend("orders", "through the pool");
            assertThat(first[0].check().problems()).isEmpty();
            assertThat(context.getBean("peeklockRecoveryHealth", HealthCheck.class)
                            .check(new HashMap<>()))
                    .isTrue();
        });
        assertThat(first[0].check().isLive()).isFalse();
        OtherProcess.holding(log.resolve("bus")).close(); // The store is free.
        runner.withPropertyValues("peeklock.directory=" + log.resolve("bus"))
                .run(context -> assertThat(context.getBean(PeeklockTransactions.class)
                                .check()
                                .problems())
                        .isEmpty());
    }

    @Test
    void whatItNeedsIsSaidByNameOfTheProperty() {
        Contexts.withJms(PeeklockTransactionsAutoConfiguration.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOfSatisfying(
                                InvalidPeeklockPropertyException.class,
                                e -> assertThat(e.getProperty()).startsWith("peeklock.transactions.")));
    }

    @Test
    void withoutThePoolThatEnlistsItDoesNotStart() {
        runner.withClassLoader(new FilteredClassLoader("org.messaginghub.pooled"))
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("org.messaginghub:pooled-jms"));
    }

    @Test
    void switchedOffThereIsNoTransactionManager() {
        runner.withPropertyValues("peeklock.transactions.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(PlatformTransactionManager.class);
            assertThat(context.getBean(ConnectionFactory.class)).isInstanceOf(CachingConnectionFactory.class);
        });
    }

    @Test
    void aTransactionManagerOfTheApplicationIsLeftAlone() {
        runner.withBean("own", PlatformTransactionManager.class, OwnTransactionManager::new)
                .run(context -> assertThat(context)
                        .doesNotHaveBean(PeeklockTransactions.class)
                        .doesNotHaveBean(JtaTransactionManager.class));
    }

    @Test
    void theWrapperOfAnotherTransactionManagerGetsOurXAFactory() {
        XAConnectionFactory[] wrapped = new XAConnectionFactory[1];
        XAConnectionFactoryWrapper wrapper = factory -> {
            wrapped[0] = factory;
            return new PeeklockConnectionFactory("peeklock:mem:wrapped");
        };
        Contexts.withJms()
                .withBean(XAConnectionFactoryWrapper.class, () -> wrapper)
                .run(context -> {
                    assertThat(wrapped[0])
                            .isSameAs(context.getBean(PeeklockBus.class).xaConnectionFactory());
                    assertThat(context.getBean(ConnectionFactory.class))
                            .isSameAs(context.getBean("xaJmsConnectionFactory"))
                            .isSameAs(context.getBean("jmsConnectionFactory"))
                            .hasToString("peeklock:mem:wrapped");
                    assertThat(context.getBean("nonXaJmsConnectionFactory"))
                            .isSameAs(context.getBean(PeeklockBus.class).connectionFactory());
                    assertThat(context).hasSingleBean(Namespace.class);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class DatabaseConfiguration {

        private static final String URL = "jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1";

        /** For recovery, under this name. */
        @Bean
        XADataSource ordersDatabase() {
            JdbcDataSource database = new JdbcDataSource();
            database.setURL(URL);
            return database;
        }

        @Bean
        @Primary // H2's XADataSource is a DataSource too.
        AgroalDataSource dataSource(PeeklockTransactions transactions) throws SQLException {
            return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .connectionPoolConfiguration(pool -> pool.maxSize(10)
                            .transactionIntegration(new NarayanaTransactionIntegration(
                                    transactions.transactionManager(),
                                    transactions.synchronizationRegistry(),
                                    "ordersDatabase"))
                            .connectionFactoryConfiguration(connections -> connections
                                    .connectionProviderClass(JdbcDataSource.class)
                                    .jdbcUrl(URL))));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Failing {
        final BlockingQueue<Integer> deliveries = new LinkedBlockingQueue<>();

        @Bean
        Listener listener(JmsTemplate template) {
            return new Listener(template, deliveries);
        }
    }

    static final class Listener {
        private final JmsTemplate template;
        private final BlockingQueue<Integer> deliveries;

        Listener(JmsTemplate template, BlockingQueue<Integer> deliveries) {
            this.template = template;
            this.deliveries = deliveries;
        }

        @JmsListener(destination = "web-orders")
        void take(
                String order, @org.springframework.messaging.handler.annotation.Header("JMSXDeliveryCount") int count) {
            template.convertAndSend("billing", (count == 1 ? "first" : "second") + " delivery of " + order);
            if (count == 1) {
                throw new IllegalArgumentException("the first one fails");
            }
            deliveries.add(count);
        }
    }

    static final class OwnTransactionManager
            extends org.springframework.transaction.support.AbstractPlatformTransactionManager {
        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, org.springframework.transaction.TransactionDefinition definition) {}

        @Override
        protected void doCommit(org.springframework.transaction.support.DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(org.springframework.transaction.support.DefaultTransactionStatus status) {}
    }
}
