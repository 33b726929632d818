/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's template, containers and annotated listeners in JTA, over pooled-jms's factory for a transaction manager. */
@ParameterizedClass
@ValueSource(strings = {"", "?autoCreate.partitioned=true"})
@Tag("X5")
@Timeout(120)
class SpringJtaTest {

    private static final String ORDERS = "orders";
    private static final String OUT = "out";
    private static final int MESSAGES = 30;

    @Parameter
    String options;

    private final PlatformTransactionManager jta = NarayanaOfThisJvm.springs();
    private final TransactionTemplate transaction = new TransactionTemplate(jta);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private JtaBroker broker;
    private JmsTemplate template;

    @BeforeEach
    void open() throws JMSException {
        broker = new JtaBroker(options);
        template = new JmsTemplate(broker.factory());
        template.setReceiveTimeout(WrappedBroker.LONG_MS);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
        assertThat(NarayanaOfThisJvm.logEntries()).isZero();
    }

    private void putMany() throws JMSException {
        broker.put(
                ORDERS, IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toArray(String[]::new));
    }

    /** Sends on what it hears, and fails the first time it hears it, if its number is even. */
    private void sendOn(String text) {
        template.convertAndSend(OUT, text);
        boolean first = !heard.contains(text);
        heard.add(text);
        if (first && Integer.parseInt(text) % 2 == 0) {
            throw new IllegalStateException("the first time " + text);
        }
    }

    private void awaitAllSentOnOnce() throws JMSException {
        Awaitility.await().atMost(60, java.util.concurrent.TimeUnit.SECONDS).until(() -> broker.size(ORDERS) == 0);
        Awaitility.await().until(() -> broker.size(OUT) == MESSAGES);
        assertThat(broker.drain(OUT)).doesNotHaveDuplicates().hasSize(MESSAGES);
        assertThat(heard).hasSize(MESSAGES + MESSAGES / 2);
    }

    @Test
    void aTemplateCommitsAndRollsBackWithTheTransactionAroundIt() throws JMSException {
        template.convertAndSend(ORDERS, "a");
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    assertThat(template.receiveAndConvert(ORDERS)).isEqualTo("a");
                    template.convertAndSend(OUT, "never");
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        transaction.executeWithoutResult(status -> {
            assertThat(template.receiveAndConvert(ORDERS)).isEqualTo("a");
            template.convertAndSend(OUT, "once");
        });
        assertThat(broker.size(ORDERS)).isZero();
        assertThat(broker.drain(OUT)).containsExactly("once");
    }

    @Test
    void aTemplateWorksWithoutATransactionToo() throws JMSException {
        template.convertAndSend(ORDERS, "a");
        assertThat(template.receiveAndConvert(ORDERS)).isEqualTo("a");
        assertThat(broker.size(ORDERS)).isZero();
    }

    @Test
    void aContainerRollsBackWhatItsListenerThrowsFor() throws JMSException {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(broker.factory());
        container.setTransactionManager(jta);
        container.setDestinationName(ORDERS);
        container.setConcurrentConsumers(2);
        container.setReceiveTimeout(WrappedBroker.MOMENT_MS);
        container.setMessageListener((MessageListener) message -> {
            try {
                sendOn(String.valueOf(JtaBroker.text(message)));
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        });
        putMany();
        container.afterPropertiesSet();
        container.start();
        try {
            awaitAllSentOnOnce();
        } finally {
            container.shutdown();
        }
    }

    /** What a Spring application writes. */
    @Configuration
    @EnableJms
    static class Application {
        @Bean
        DefaultJmsListenerContainerFactory jmsListenerContainerFactory(
                ConnectionFactory pool, PlatformTransactionManager transactions) {
            DefaultJmsListenerContainerFactory containers = new DefaultJmsListenerContainerFactory();
            containers.setConnectionFactory(pool);
            containers.setTransactionManager(transactions);
            containers.setReceiveTimeout(WrappedBroker.MOMENT_MS);
            return containers;
        }
    }

    /** An application's listener. */
    static final class Listening {
        private final SpringJtaTest test;

        Listening(SpringJtaTest test) {
            this.test = test;
        }

        @JmsListener(destination = ORDERS)
        void hear(String text) {
            test.sendOn(text);
        }
    }

    @Test
    void anAnnotatedListenerIsInATransactionForEachMessage() throws JMSException {
        putMany();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(ConnectionFactory.class, () -> broker.factory());
            context.registerBean(PlatformTransactionManager.class, () -> jta);
            context.registerBean(Listening.class, () -> new Listening(this));
            context.register(Application.class);
            context.refresh();
            awaitAllSentOnOnce();
        }
    }
}
