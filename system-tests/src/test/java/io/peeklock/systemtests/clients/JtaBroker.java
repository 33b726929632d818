/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import jakarta.jms.Connection;
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
import org.messaginghub.pooled.jms.JmsPoolXAConnectionFactory;

/**
 * A broker in memory behind pooled-jms's factory for a transaction manager, and what tests do beside it in one line each.
 *
 * <p>For one thread.
 */
final class JtaBroker implements AutoCloseable {

    private final PeeklockXAConnectionFactory provider;
    private final JmsPoolXAConnectionFactory pool = new JmsPoolXAConnectionFactory();
    private final Connection outside;
    private final Session outsideSession;

    /** @param options of the provider's URL, beginning with a question mark, or empty */
    JtaBroker(String options) throws JMSException {
        provider = new PeeklockXAConnectionFactory("peeklock:mem:" + UUID.randomUUID() + options);
        pool.setConnectionFactory(provider);
        pool.setTransactionManager(NarayanaOfThisJvm.manager());
        pool.start();
        outside = provider.createConnection();
        outside.start();
        outsideSession = outside.createSession();
    }

    /** What the application has. */
    JmsPoolXAConnectionFactory factory() {
        return pool;
    }

    Queue queue(String name) throws JMSException {
        return outsideSession.createQueue(name);
    }

    /** Sends in no transaction. */
    void put(String queue, String... texts) throws JMSException {
        try (MessageProducer producer = outsideSession.createProducer(queue(queue))) {
            for (String text : texts) {
                producer.send(outsideSession.createTextMessage(text));
            }
        }
    }

    /** What is there now, taken out in no transaction. */
    List<String> drain(String queue) throws JMSException {
        List<String> texts = new ArrayList<>();
        try (MessageConsumer consumer = outsideSession.createConsumer(queue(queue))) {
            for (String text = text(consumer.receiveNoWait()); text != null; text = text(consumer.receiveNoWait())) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** How many there are, whoever has them. */
    int size(String queue) throws JMSException {
        return ((BusSession) outsideSession).peek(queue(queue), 0, 250).size();
    }

    static @Nullable String text(@Nullable Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    @Override
    public void close() throws JMSException {
        pool.stop();
        outside.close();
        provider.close();
    }
}
