/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static io.peeklock.systemtests.clients.WrappedBroker.take;
import static io.peeklock.systemtests.clients.WrappedBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.BusSession;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SimpleMessageListenerContainer;

/** The limit of unacknowledged messages a session (maxUnacknowledged), whatever lends the sessions. */
@Tag("Q5")
@ParameterizedClass
@EnumSource(FactoryWrapping.class)
class UnacknowledgedInWrappingsTest {

    private static final String ORDERS = "orders";

    @Parameter
    FactoryWrapping wrapping;

    private WrappedBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new WrappedBroker(wrapping, FactoryWrapping.SESSIONS, "?maxUnacknowledged=2");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private static List<String> all(MessageConsumer consumer) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message next = consumer.receiveNoWait(); next != null; next = consumer.receiveNoWait()) {
            texts.add(text(next));
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, BusSession.INDIVIDUAL_ACKNOWLEDGE})
    void aSessionReceivesNoMoreUntilItAcknowledges(int mode) throws JMSException {
        broker.sendOutside(ORDERS, List.of("1", "2", "3", "4"));
        broker.inSession(mode, session -> {
            MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
            take(consumer);
            Message second = take(consumer);
            assertThat(consumer.receiveNoWait()).isNull();
            second.acknowledge();
            assertThat(all(consumer)).startsWith("3").hasSize(mode == Session.CLIENT_ACKNOWLEDGE ? 2 : 1);
            session.recover();
            return consumer;
        });
    }

    /** What keeps sessions keeps what they hold, too; without that the messages go back with the session. */
    @Test
    void aSessionThatComesBackFullReceivesWhenItHasRecovered() throws JMSException {
        broker.sendOutside(ORDERS, List.of("1", "2", "3"));
        broker.inSession(
                Session.CLIENT_ACKNOWLEDGE, session -> all(session.createConsumer(session.createQueue(ORDERS))));
        broker.inSession(Session.CLIENT_ACKNOWLEDGE, session -> {
            MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
            if (wrapping != FactoryWrapping.PLAIN) {
                assertThat(consumer.receiveNoWait()).isNull();
                session.recover();
            }
            assertThat(all(consumer)).containsExactly("1", "2");
            session.recover();
            return consumer;
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aContainerPausesAndGoesOn(boolean polls) throws JMSException {
        List<Message> heard = new CopyOnWriteArrayList<>();
        AbstractMessageListenerContainer container = start(polls, BusSession.INDIVIDUAL_ACKNOWLEDGE, false, heard);
        try {
            broker.sendOutside(ORDERS, List.of("1", "2", "3", "4", "5"));
            Awaitility.await().until(() -> heard.size() == 2);
            assertThat(broker.drain(ORDERS)).containsExactly("3", "4", "5");
            broker.sendOutside(ORDERS, List.of("6", "7"));
            heard.get(0).acknowledge();
            Awaitility.await().until(() -> heard.size() == 3);
            heard.get(1).acknowledge();
            Awaitility.await().until(() -> heard.size() == 4);
            assertThat(text(heard.get(3))).isEqualTo("7");
            heard.get(2).acknowledge();
            heard.get(3).acknowledge();
        } finally {
            container.shutdown();
        }
    }

    /** As Spring's containers do by themselves, when the listener has returned. */
    @ParameterizedTest
    @CsvSource({"true, 2", "false, 2", "true, 101", "false, 101"})
    void aContainerThatAcknowledgesIsNotHeldUp(boolean polls, int mode) throws JMSException {
        List<Message> heard = new CopyOnWriteArrayList<>();
        AbstractMessageListenerContainer container = start(polls, mode, true, heard);
        try {
            broker.sendOutside(ORDERS, List.of("1", "2", "3", "4", "5"));
            Awaitility.await().until(() -> heard.size() == 5);
        } finally {
            container.shutdown();
        }
    }

    private AbstractMessageListenerContainer start(boolean polls, int mode, boolean acknowledges, List<Message> heard) {
        AbstractMessageListenerContainer container;
        if (polls) {
            DefaultMessageListenerContainer polling = new DefaultMessageListenerContainer();
            polling.setReceiveTimeout(50);
            container = polling;
        } else {
            container = new SimpleMessageListenerContainer();
        }
        container.setConnectionFactory(broker.factory());
        container.setDestinationName(ORDERS);
        container.setSessionAcknowledgeMode(mode);
        container.setAcknowledgeAfterListener(acknowledges);
        container.setupMessageListener((MessageListener) heard::add);
        container.afterPropertiesSet();
        container.start();
        return container;
    }
}
