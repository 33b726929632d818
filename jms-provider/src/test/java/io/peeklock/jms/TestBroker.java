/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.SubscriptionDescription;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory with one started connection, and what tests do with it in one line each.
 *
 * <p>For one thread.
 */
final class TestBroker implements AutoCloseable {

    /** Long enough on any machine; a test that comes to it has failed. */
    static final long LONG_MS = 30_000;

    final PeeklockConnectionFactory factory;
    final Connection connection;
    private final Session sender;

    TestBroker() throws JMSException {
        this("");
    }

    TestBroker(String options) throws JMSException {
        this(new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID() + options));
    }

    TestBroker(PeeklockConnectionFactory factory) throws JMSException {
        this.factory = factory;
        connection = factory.createConnection();
        connection.start();
        sender = connection.createSession();
    }

    Queue queue(String name) throws JMSException {
        return sender.createQueue(name);
    }

    Session session(int mode) throws JMSException {
        return connection.createSession(mode);
    }

    void send(String queue, String... texts) throws JMSException {
        try (MessageProducer producer = sender.createProducer(queue(queue))) {
            for (String text : texts) {
                producer.send(sender.createTextMessage(text));
            }
        }
    }

    Topic topic(String name) throws JMSException {
        return sender.createTopic(name);
    }

    /** Publishes on the connection of this broker. */
    void publish(Topic topic, String... texts) throws JMSException {
        publish(sender, topic, texts);
    }

    static void publish(Session session, Topic topic, String... texts) throws JMSException {
        try (MessageProducer producer = session.createProducer(topic)) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    /** A started connection with a client identifier, or without. */
    Connection connect(@Nullable String clientId) throws JMSException {
        Connection other = factory.createConnection();
        if (clientId != null) {
            other.setClientID(clientId);
        }
        other.start();
        return other;
    }

    /** What a consumer gets now, in order. */
    static List<String> all(MessageConsumer consumer) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message = consumer.receiveNoWait(); message != null; message = consumer.receiveNoWait()) {
            texts.add(text(message));
        }
        return texts;
    }

    /** Names of the bus's subscriptions of a topic. */
    List<String> subscriptions(Topic topic) throws JMSException {
        return Waits.answer(
                        namespace().subscriptions(topic.getTopicName()),
                        Duration.ofSeconds(30),
                        "listing subscriptions")
                .stream()
                .map(SubscriptionDescription::name)
                .toList();
    }

    Namespace namespace() throws JMSException {
        return ((BusSession) sender).namespace();
    }

    /** What is there now, taken out of the queue by somebody else, in order. */
    List<String> drain(String queue) throws JMSException {
        try (Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(queue(queue))) {
            return all(consumer);
        }
    }

    /** What somebody holds under a lock now. */
    List<String> locked(String queue) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message : ((BusSession) sender).peek(queue(queue), 0, 250)) {
            if ("Locked".equals(message.getStringProperty("JMS_SB_State"))) {
                texts.add(text(message));
            }
        }
        return texts;
    }

    static @Nullable String text(@Nullable Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    /** The next message, which must come. */
    static Message take(MessageConsumer consumer) throws JMSException {
        Message message = consumer.receive(LONG_MS);
        if (message == null) {
            throw new AssertionError("no message came");
        }
        return message;
    }

    static int deliveryCount(Message message) throws JMSException {
        return message.getIntProperty("JMSXDeliveryCount");
    }

    @Override
    public void close() throws JMSException {
        connection.close();
        factory.close();
    }
}
