/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.jms.core.JmsTemplate;
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
        assertThat(texts).allSatisfy(text -> assertThat(template.receiveAndConvert(ORDERS))
                .isEqualTo(text));
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
        Integer seen = template.browse(ORDERS, (session, browser) -> Collections.list(browser.getEnumeration())
                .size());
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
    void acknowledgesItselfInClientMode() throws JMSException {
        template.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
        template.convertAndSend(ORDERS, "a");
        assertThat(template.receiveAndConvert(ORDERS)).isEqualTo("a");
        broker.unwrap();
        assertThat(broker.drain(ORDERS)).isEmpty();
    }
}
