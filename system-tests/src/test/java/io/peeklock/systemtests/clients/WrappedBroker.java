/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory whose connection factory is wrapped, and what tests do with it in one line each.
 *
 * <p>For one thread.
 */
final class WrappedBroker implements AutoCloseable {

    /** Long enough on any machine; a test that comes to it has failed. */
    static final long LONG_MS = 30_000;

    /** Long enough for what is there; nothing is shown by its end. */
    static final long MOMENT_MS = 200;

    private final PeeklockConnectionFactory provider;
    private final WrappedFactory wrapped;
    private final Connection outside;
    private final Session outsideSession;

    WrappedBroker(FactoryWrapping wrapping) throws JMSException {
        this(wrapping, FactoryWrapping.SESSIONS);
    }

    /** @param sessions how many a connection has at most */
    WrappedBroker(FactoryWrapping wrapping, int sessions) throws JMSException {
        this(wrapping, sessions, "");
    }

    /** @param options of the provider's URL */
    WrappedBroker(FactoryWrapping wrapping, int sessions, String options) throws JMSException {
        provider = new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID() + options);
        wrapped = wrapping.wrap(provider, 1, sessions);
        outside = provider.createConnection();
        outside.start();
        outsideSession = outside.createSession();
    }

    /** What the application has. */
    ConnectionFactory factory() {
        return wrapped.factory();
    }

    /** The provider's own, inside of what the application has. */
    PeeklockConnectionFactory provider() {
        return provider;
    }

    Namespace namespace() throws JMSException {
        return ((BusSession) outsideSession).namespace();
    }

    Queue queue(String name) throws JMSException {
        return outsideSession.createQueue(name);
    }

    /** What is done with a session that is opened and closed for it. */
    @FunctionalInterface
    interface Work<T> {
        T with(Session session) throws JMSException;
    }

    /** Opens a connection and a session of the application, as it does for each piece of work, and closes them. */
    <T> T inSession(int mode, Work<T> work) throws JMSException {
        try (Connection connection = factory().createConnection()) {
            connection.start();
            try (Session session = connection.createSession(mode)) {
                return work.with(session);
            }
        }
    }

    /** Sends by way of the application's factory, each in a session of its own. */
    void send(String queue, String... texts) throws JMSException {
        for (String text : texts) {
            inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
                    producer.send(session.createTextMessage(text));
                    return text;
                }
            });
        }
    }

    /** Sends without what the application has around its factory. */
    void sendOutside(String queue, List<String> texts) throws JMSException {
        try (MessageProducer producer = outsideSession.createProducer(queue(queue))) {
            for (String text : texts) {
                producer.send(outsideSession.createTextMessage(text));
            }
        }
    }

    /** The next message by way of the application's factory, or null. */
    @Nullable
    String receive(String queue) throws JMSException {
        return inSession(Session.AUTO_ACKNOWLEDGE, session -> {
            try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
                return text(consumer.receive(MOMENT_MS));
            }
        });
    }

    /** What can be received now without what the application has around its factory, in order. */
    List<String> drain(String queue) throws JMSException {
        List<String> texts = new ArrayList<>();
        try (MessageConsumer consumer = outsideSession.createConsumer(queue(queue))) {
            for (Message next = consumer.receiveNoWait(); next != null; next = consumer.receiveNoWait()) {
                texts.add(text(next));
            }
        }
        return texts;
    }

    /** Takes the next request, without what the application has around its factory, and replies to it. */
    void answer(String queue) throws JMSException {
        try (MessageConsumer consumer = outsideSession.createConsumer(queue(queue));
                MessageProducer producer = outsideSession.createProducer(null)) {
            Message request = take(consumer);
            TextMessage reply = outsideSession.createTextMessage("re: " + text(request));
            reply.setJMSCorrelationID(request.getJMSMessageID());
            producer.send(request.getJMSReplyTo(), reply);
        }
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

    /** Ends what is around the factory: what it has kept open is closed. */
    void unwrap() {
        wrapped.close();
    }

    @Override
    public void close() throws JMSException {
        unwrap();
        outside.close();
        provider.close();
    }
}
