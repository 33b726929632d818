/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.systemtests.clients.FactoryWrapping;
import io.peeklock.systemtests.clients.WrappedFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The provider under test in profile {@code jms}, with a started connection, and the words that tests use.
 *
 * <p>For one thread, but for {@link #connection}.
 */
final class Provider implements AutoCloseable {

    /** Long enough on any machine; a test that comes to it has failed. */
    static final long LONG_MS = 30_000;

    /** As many as a test may have at a time, so that a pool need not share one. */
    private static final int CONNECTIONS = 8;

    /** What the tests have: the provider's, by way of what {@link FactoryWrapping#configured()} says. */
    final ConnectionFactory factory;
    /** Without anything around it. */
    final PeeklockConnectionFactory direct;
    /** From {@link #factory}. */
    final Connection connection;

    private final WrappedFactory wrapped;
    private final Map<String, WrappedFactory> clients = new HashMap<>();
    private final Connection administration;
    private final Session own;

    private Provider(String url) throws JMSException {
        direct = new PeeklockConnectionFactory(url);
        wrapped = FactoryWrapping.configured().wrap(direct, CONNECTIONS);
        factory = wrapped.factory();
        connection = factory.createConnection();
        connection.start();
        administration = direct.createConnection();
        administration.start();
        own = administration.createSession();
    }

    static Provider inMemory() throws JMSException {
        return new Provider("peeklock:mem:" + UUID.randomUUID() + "?profile=jms&partitions=4");
    }

    /** Opens the store again if it is there. */
    static Provider onDisk(Path directory) throws JMSException {
        return new Provider(url(directory));
    }

    static String url(Path directory) {
        return "peeklock:file:" + directory + "?profile=jms&partitions=4&linger=0";
    }

    /** A queue of that kind with that name. It is made when it is not there. */
    Queue queue(EntityKind kind, String name) throws JMSException {
        return queue(own, kind, name);
    }

    /** The one queue of most tests. */
    Queue queue(EntityKind kind) throws JMSException {
        return queue(kind, "queue");
    }

    static Queue queue(Session session, EntityKind kind, String name) throws JMSException {
        var bus = ((BusSession) session).namespace();
        boolean there =
                bus.queues().join().stream().anyMatch(queue -> queue.name().equals(name));
        if (!there) {
            bus.createQueue(QueueDescription.builder(name)
                            .partitioned(kind.partitioned())
                            .build())
                    .join();
        }
        return session.createQueue(name);
    }

    /** A topic of that kind with that name. It is made when it is not there. */
    Topic topic(EntityKind kind, String name) throws JMSException {
        Namespace bus = bus();
        boolean there =
                bus.topics().join().stream().anyMatch(topic -> topic.name().equals(name));
        if (!there) {
            bus.createTopic(TopicDescription.builder(name)
                            .partitioned(kind.partitioned())
                            .build())
                    .join();
        }
        return own.createTopic(name);
    }

    Topic topic(EntityKind kind) throws JMSException {
        return topic(kind, "topic");
    }

    /** A connection with that client id, started, of a factory that is that client's. */
    Connection connection(String clientId) throws JMSException {
        WrappedFactory own = clients.computeIfAbsent(
                clientId, id -> FactoryWrapping.configured().wrap(direct, id));
        Connection another = own.factory().createConnection();
        if (another.getClientID() == null) {
            another.setClientID(clientId);
        }
        another.start();
        return another;
    }

    QueueConnection queueConnection() throws JMSException {
        return ((QueueConnectionFactory) factory).createQueueConnection();
    }

    TopicConnection topicConnection() throws JMSException {
        return ((TopicConnectionFactory) factory).createTopicConnection();
    }

    /** The bus itself, for what an administrator does. */
    Namespace bus() throws JMSException {
        return ((BusSession) own).namespace();
    }

    Session session(int mode) throws JMSException {
        return connection.createSession(mode);
    }

    MessageConsumer consumer(int mode, EntityKind kind) throws JMSException {
        return session(mode).createConsumer(queue(kind));
    }

    /** A text with the key of its kind. */
    TextMessage text(EntityKind kind, String text) throws JMSException {
        return kind.mark(own.createTextMessage(text));
    }

    void send(EntityKind kind, String... texts) throws JMSException {
        send(kind, queue(kind), List.of(texts));
    }

    void send(EntityKind kind, List<String> texts) throws JMSException {
        send(kind, queue(kind), texts);
    }

    void send(EntityKind kind, Destination destination, List<String> texts) throws JMSException {
        try (MessageProducer producer = own.createProducer(destination)) {
            for (String text : texts) {
                producer.send(text(kind, text));
            }
        }
    }

    /** What is there now, taken by somebody else, in the order it comes. */
    List<String> drain(EntityKind kind) throws JMSException {
        return drain(queue(kind));
    }

    List<String> drain(Queue queue) throws JMSException {
        List<String> texts = new ArrayList<>();
        try (Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(queue)) {
            for (Message message = consumer.receiveNoWait(); message != null; message = consumer.receiveNoWait()) {
                texts.add(textOf(message));
            }
        }
        return texts;
    }

    /** The next message, which must come. */
    static Message take(MessageConsumer consumer) throws JMSException {
        Message message = consumer.receive(LONG_MS);
        if (message == null) {
            throw new AssertionError("no message came");
        }
        return message;
    }

    static List<Message> take(MessageConsumer consumer, int count) throws JMSException {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(take(consumer));
        }
        return messages;
    }

    /** Texts of the next messages, which must come. */
    static List<String> takeTexts(MessageConsumer consumer, int count) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message : take(consumer, count)) {
            texts.add(textOf(message));
        }
        return texts;
    }

    static @Nullable String textOf(@Nullable Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    static int deliveryCount(Message message) throws JMSException {
        return message.getIntProperty("JMSXDeliveryCount");
    }

    /** {@code prefix0}, {@code prefix1} and so on. */
    static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    @Override
    public void close() throws JMSException {
        connection.close();
        clients.values().forEach(WrappedFactory::close);
        wrapped.close();
        administration.close();
        direct.close();
    }
}
