/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.LockLostListener;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;

/** What is configured when, and that it works. */
final class PeeklockAutoConfigurationTest {

    @TempDir
    Path directory;

    @Test
    void withoutAPropertyThereIsABrokerInMemoryBehindSpringsCache() {
        Contexts.withJms().run(context -> {
            assertThat(context).hasSingleBean(ConnectionFactory.class).hasBean("jmsConnectionFactory");
            var caching = context.getBean(CachingConnectionFactory.class);
            assertThat(caching.getTargetConnectionFactory()).isInstanceOf(PeeklockConnectionFactory.class);
            assertThat(context.getBean(PeeklockBus.class).url()).startsWith("peeklock:mem:");
            roundTrip(context.getBean(JmsTemplate.class));
        });
    }

    @Test
    void twoApplicationsInMemoryDoNotSeeEachOther() {
        Contexts.withJms().run(one -> {
            one.getBean(JmsTemplate.class).convertAndSend("orders", "one espresso");
            Contexts.withJms()
                    .run(other -> assertThat(
                                    other.getBean(Namespace.class).queues().join())
                            .isEmpty());
        });
    }

    @Test
    void theCacheTakesSpringsProperties() {
        Contexts.withJms()
                .withPropertyValues(
                        "spring.jms.cache.consumers=true",
                        "spring.jms.cache.producers=false",
                        "spring.jms.cache.sessionCacheSize=7")
                .run(context -> {
                    var caching = context.getBean(CachingConnectionFactory.class);
                    assertThat(caching.isCacheConsumers()).isTrue();
                    assertThat(caching.isCacheProducers()).isFalse();
                    assertThat(caching.getSessionCacheSize()).isEqualTo(7);
                });
        Contexts.withJms().run(context -> {
            var caching = context.getBean(CachingConnectionFactory.class);
            assertThat(caching.isCacheConsumers()).isFalse();
            assertThat(caching.isCacheProducers()).isTrue();
            assertThat(caching.getSessionCacheSize()).isEqualTo(1);
        });
    }

    @Test
    void withoutTheCacheThePlainFactoryIsTheBean() {
        Contexts.withJms().withPropertyValues("spring.jms.cache.enabled=false").run(context -> {
            assertThat(context.getBean(ConnectionFactory.class)).isInstanceOf(PeeklockConnectionFactory.class);
            roundTrip(context.getBean(JmsTemplate.class));
        });
    }

    @Test
    void thePoolGoesBeforeTheCacheAndTakesItsProperties() {
        Contexts.withJms()
                .withPropertyValues(
                        "peeklock.pool.enabled=true",
                        "peeklock.pool.max-connections=3",
                        "peeklock.pool.max-sessions-per-connection=5",
                        "peeklock.pool.block-if-full=false",
                        "peeklock.pool.block-if-full-timeout=2s",
                        "peeklock.pool.idle-timeout=4s",
                        "peeklock.pool.time-between-expiration-check=6s",
                        "peeklock.pool.use-anonymous-producers=false")
                .run(context -> {
                    var pool = context.getBean(JmsPoolConnectionFactory.class);
                    assertThat(context.getBean(ConnectionFactory.class)).isSameAs(pool);
                    assertThat(pool.getMaxConnections()).isEqualTo(3);
                    assertThat(pool.getMaxSessionsPerConnection()).isEqualTo(5);
                    assertThat(pool.isBlockIfSessionPoolIsFull()).isFalse();
                    assertThat(pool.getBlockIfSessionPoolIsFullTimeout()).isEqualTo(2_000);
                    assertThat(pool.getConnectionIdleTimeout()).isEqualTo(4_000);
                    assertThat(pool.getConnectionCheckInterval()).isEqualTo(6_000);
                    assertThat(pool.isUseAnonymousProducers()).isFalse();
                    roundTrip(context.getBean(JmsTemplate.class));
                });
    }

    @Test
    void aConnectionFactoryOfTheApplicationIsLeftAlone() {
        Contexts.withJms()
                .withUserConfiguration(OwnFactory.class)
                .run(context -> assertThat(context)
                        .hasSingleBean(ConnectionFactory.class)
                        .doesNotHaveBean(PeeklockBus.class)
                        .doesNotHaveBean(Namespace.class));
    }

    @Test
    void switchedOffItDoesNothing() {
        Contexts.withJms()
                .withPropertyValues("peeklock.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(ConnectionFactory.class)
                        .doesNotHaveBean(PeeklockBus.class));
    }

    @Test
    void itIsNotNeededThatThePoolIsThere() {
        Contexts.withJms()
                .withClassLoader(new FilteredClassLoader("org.messaginghub.pooled", "org.apache.commons.pool2"))
                .run(context -> roundTrip(context.getBean(JmsTemplate.class)));
    }

    @Test
    void itIsNotNeededThatJakartaTransactionsAreThere() {
        Contexts.withJms()
                .withClassLoader(new FilteredClassLoader("jakarta.transaction", "io.peeklock.narayana", "com.arjuna"))
                .run(context -> roundTrip(context.getBean(JmsTemplate.class)));
    }

    @Test
    void whatIsInTheDirectoryIsThereInTheNextContext() {
        var runner = Contexts.withJms().withPropertyValues("peeklock.directory=" + directory.resolve("a bus+"));
        runner.run(context -> context.getBean(JmsTemplate.class).convertAndSend("orders", "one espresso"));
        runner.run(context -> assertThat(context.getBean(JmsTemplate.class).receiveAndConvert("orders"))
                .isEqualTo("one espresso"));
        assertThat(directory.resolve("a bus+")).isDirectory();
    }

    @Test
    void connectionDetailsGoBeforeProperties() {
        Contexts.withJms()
                .withPropertyValues(
                        "peeklock.directory=" + directory.resolve("bus"),
                        "peeklock.user=nobody",
                        "peeklock.password=none",
                        "peeklock.partitions=3",
                        "peeklock.options.journal.fileSize=1MB",
                        "peeklock.options.partition.0.directory=" + directory.resolve("zero"))
                .withBean(PeeklockConnectionDetails.class, () -> () -> "peeklock:mem:details")
                .run(context -> {
                    assertThat(context.getBean(PeeklockBus.class).url()).isEqualTo("peeklock:mem:details?partitions=3");
                    assertThat(Files.exists(directory.resolve("bus"))).isFalse();
                });
    }

    @Test
    void theNamespaceIsThere() {
        Contexts.withJms().withPropertyValues("peeklock.partitions=4").run(context -> {
            context.getBean(JmsTemplate.class).convertAndSend("orders", "one espresso");
            Namespace namespace = context.getBean(Namespace.class);
            assertThat(namespace.partitions()).isEqualTo(4);
            assertThat(namespace.queues().join()).hasSize(1);
        });
    }

    @Test
    void aResourceWithEntitiesIsApplied() {
        Contexts.withJms()
                .withPropertyValues("peeklock.config-file=classpath:bus/entities.json", "peeklock.auto-create=false")
                .run(context -> {
                    Namespace namespace = context.getBean(Namespace.class);
                    assertThat(namespace.queue("orders").join().maxDeliveryCount())
                            .isEqualTo(3);
                    roundTrip(context.getBean(JmsTemplate.class));
                });
    }

    @Test
    void whatTwoContextsShareStaysOpenWhenOneOfThemCloses() {
        var runner = Contexts.withJms().withPropertyValues("peeklock.url=peeklock:mem:shared");
        runner.run(one -> {
            runner.run(other -> roundTrip(other.getBean(JmsTemplate.class)));
            assertThat(one.getBean(Namespace.class).isOpen()).isTrue();
            roundTrip(one.getBean(JmsTemplate.class));
        });
    }

    @Test
    void theHeldConnectionDoesNotTakeTheClientIdentifier() {
        Contexts.withJms().withPropertyValues("peeklock.client-id=app").run(context -> {
            try (var connection =
                    context.getBean(PeeklockBus.class).connectionFactory().createConnection()) {
                assertThat(connection.getClientID()).isEqualTo("app");
            }
        });
    }

    @Test
    void aListenerOfLostLocksIsTold() {
        LockLostListener listener = lost -> {};
        Contexts.withJms().withBean(LockLostListener.class, () -> listener).run(context -> {
            try (var connection = (io.peeklock.jms.BusConnection)
                    context.getBean(PeeklockBus.class).connectionFactory().createConnection()) {
                assertThat(connection.getLockLostListener()).isSameAs(listener);
            }
        });
    }

    private static void roundTrip(JmsTemplate template) {
        template.setReceiveTimeout(5_000);
        template.convertAndSend("orders", "one espresso");
        assertThat(template.receiveAndConvert("orders")).isEqualTo("one espresso");
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFactory {
        @Bean
        ConnectionFactory mine() throws JMSException {
            return new PeeklockConnectionFactory("peeklock:mem:mine");
        }
    }
}
