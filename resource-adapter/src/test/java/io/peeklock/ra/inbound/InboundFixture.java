/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.ra.PeeklockResourceAdapter;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * An adapter in a server of one class, with a bus in memory, and what tests do with them in one line each.
 *
 * <p>For one thread.
 */
abstract class InboundFixture {

    static final String ORDERS = "orders";
    static final String LETTERS = ORDERS + "/$deadletterqueue";

    /** Longer than any test. */
    static final String HOUR = "1h";

    final List<String> seen = new CopyOnWriteArrayList<>();
    String url = "";
    BeanServer server;
    PeeklockResourceAdapter adapter;
    PeeklockConnectionFactory factory;
    jakarta.jms.Connection connection;
    BusSession session;

    /** Of the URL, beginning with {@code ?}. */
    String options() {
        return "";
    }

    @BeforeEach
    void open() throws Exception {
        url = "peeklock:mem:" + UUID.randomUUID() + options();
        server = new BeanServer();
        factory = new PeeklockConnectionFactory(url);
        connect();
        adapter = started();
    }

    final void connect() throws JMSException {
        connection = factory.createConnection();
        connection.start();
        session = (BusSession) connection.createSession();
    }

    final PeeklockResourceAdapter started() throws ResourceException {
        PeeklockResourceAdapter started = new PeeklockResourceAdapter();
        started.setUrl(url);
        started.start(server);
        return started;
    }

    @AfterEach
    void close() {
        adapter.stop();
        factory.close();
        server.close();
    }

    /** Of the queue {@link #ORDERS}, with delays that no test waits for. */
    final PeeklockActivationSpec spec() {
        PeeklockActivationSpec spec = new PeeklockActivationSpec();
        spec.setDestinationName(ORDERS);
        spec.setRedeliveryDelay("1ms");
        spec.setReconnectInterval("20ms");
        spec.setMaxReconnectInterval("20ms");
        return spec;
    }

    final TestBeans activate(TestBeans.Kind kind, PeeklockActivationSpec spec, TestBeans.Bean bean)
            throws ResourceException {
        TestBeans beans = new TestBeans(kind, bean);
        spec.setResourceAdapter(adapter);
        spec.validate();
        adapter.endpointActivation(beans, spec);
        return beans;
    }

    /** Remembers what comes. */
    final TestBeans.Bean seeing() {
        return message -> seen.add(text(message));
    }

    final void send(String queue, String... texts) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    final void publish(String topic, String... texts) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createTopic(topic))) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    static String text(Message message) throws JMSException {
        return ((TextMessage) message).getText();
    }

    static int deliveryCount(Message message) throws JMSException {
        return message.getIntProperty("JMSXDeliveryCount");
    }

    /** What is there, in whatever state, in order. */
    final List<String> statesOf(String queue) throws JMSException {
        List<String> states = new ArrayList<>();
        for (Message message : session.peek(session.createQueue(queue), 0, 250)) {
            states.add(message.getStringProperty("JMS_SB_State"));
        }
        return states;
    }

    final Namespace namespace() throws JMSException {
        return session.namespace();
    }

    static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(30));
    }

    final void awaitSeen(String... texts) {
        soon().untilAsserted(() -> assertThat(seen).containsExactly(texts));
    }

    final void awaitStates(String queue, String... states) {
        soon().untilAsserted(() -> assertThat(statesOf(queue)).containsExactly(states));
    }

    /** The next message there, which must come. */
    final Message take(String queue) throws JMSException {
        try (Session other = connection.createSession();
                MessageConsumer consumer = other.createConsumer(session.createQueue(queue))) {
            Message message = consumer.receive(30_000);
            assertThat(message).as("a message of %s", queue).isNotNull();
            return message;
        }
    }
}
