/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's template opens and closes connection and session at each call, on whatever lends them. */
@ParameterizedClass
@EnumSource(FactoryWrapping.class)
class SpringTemplateTest {

    private static final String ORDERS = "orders";

    @Parameter
    FactoryWrapping wrapping;

    private WrappedBroker broker;
    private JmsTemplate template;

    @BeforeEach
    void open() throws JMSException {
        broker = new WrappedBroker(wrapping);
        template = new JmsTemplate(broker.factory());
        template.setReceiveTimeout(WrappedBroker.LONG_MS);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    @Test
    void sendsAndReceivesInOrder() {
        List<String> texts = IntStream.range(0, 200).mapToObj(Integer::toString).toList();
        texts.forEach(text -> template.convertAndSend(ORDERS, text));
        assertThat(texts)
                .allSatisfy(
                        text -> assertThat(template.receiveAndConvert(ORDERS)).isEqualTo(text));
        template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        assertThat(template.receiveAndConvert(ORDERS)).isNull();
    }

    @Test
    void sendsWithTheQualityItIsSetTo() throws JMSException {
        template.setExplicitQosEnabled(true);
        template.setPriority(8);
        template.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        template.convertAndSend(ORDERS, "a", message -> {
            message.setJMSType("order");
            return message;
        });
        var received = template.receiveSelected(ORDERS, "JMSType = 'order'");
        assertThat(received.getJMSPriority()).isEqualTo(8);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
    }

    @Test
    void selectsAndBrowses() {
        template.convertAndSend(ORDERS, "a");
        template.convertAndSend(ORDERS, "b", message -> {
            message.setIntProperty("number", 2);
            return message;
        });
        Integer seen = template.browse(
                ORDERS,
                (session, browser) -> Collections.list(browser.getEnumeration()).size());
        assertThat(seen).isEqualTo(2);
        assertThat(template.receiveSelectedAndConvert(ORDERS, "number = 2")).isEqualTo("b");
        assertThat(template.receiveAndConvert(ORDERS)).isEqualTo("a");
    }

    @Test
    void commitsAndRollsBackWithTheTransactionAroundIt() throws JMSException {
        TransactionTemplate transaction = new TransactionTemplate(new JmsTransactionManager(broker.factory()));
        template.convertAndSend(ORDERS, "a");
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    assertThat(template.receiveAndConvert(ORDERS)).isEqualTo("a");
                    template.convertAndSend("others", "never");
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        transaction.executeWithoutResult(status -> {
            assertThat(template.receiveAndConvert(ORDERS)).isEqualTo("a");
            template.convertAndSend("others", "once");
        });
        assertThat(broker.drain(ORDERS)).isEmpty();
        assertThat(broker.drain("others")).containsExactly("once");
    }

    @Test
    @Tag("W6")
    void getsTheReplyToARequest() throws Exception {
        for (int i = 0; i < 3; i++) {
            String text = "ping" + i;
            CompletableFuture<String> reply = CompletableFuture.supplyAsync(
                    () -> textOf(template.sendAndReceive("requests", session -> session.createTextMessage(text))));
            broker.answer("requests");
            assertThat(reply.get(WrappedBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo("re: " + text);
        }
    }

    private static String textOf(@Nullable Message message) {
        try {
            return String.valueOf(WrappedBroker.text(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    /** Consumers that share a durable subscription have each message once, whenever they are connected. */
    @Test
    void publishesToASharedDurableSubscription() throws JMSException {
        List<String> heard = new CopyOnWriteArrayList<>();
        template.setPubSubDomain(true);
        listening(heard).shutdown();
        template.convertAndSend("prices", "while nobody listens");
        DefaultMessageListenerContainer container = listening(heard);
        for (int i = 0; i < 20; i++) {
            template.convertAndSend("prices", Integer.toString(i));
        }
        Awaitility.await().until(() -> heard.size() >= 21);
        container.shutdown();
        assertThat(heard).hasSize(21).doesNotHaveDuplicates().contains("while nobody listens");
    }

    /** Three consumers of one subscription, which is there when this returns. */
    private DefaultMessageListenerContainer listening(List<String> heard) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(broker.factory());
        container.setDestinationName("prices");
        container.setPubSubDomain(true);
        container.setSubscriptionShared(true);
        container.setSubscriptionDurable(true);
        container.setSubscriptionName("watchers");
        container.setConcurrentConsumers(3);
        container.setReceiveTimeout(50);
        container.setupMessageListener((MessageListener) message -> heard.add(textOf(message)));
        container.afterPropertiesSet();
        container.start();
        Awaitility.await().until(container::isRegisteredWithDestination);
        return container;
    }

    @Test
    void acknowledgesItselfInClientMode() throws JMSException {
        template.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
        template.convertAndSend(ORDERS, "a");
        assertThat(template.receiveAndConvert(ORDERS)).isEqualTo("a");
        broker.unwrap();
        assertThat(broker.drain(ORDERS)).isEmpty();
    }
}
