/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.text;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Gives transactions a bus of four partitions and two queues of either kind.
 *
 * <p>Each test has one of its own; on the test's thread.
 */
abstract class TransactionFixture {

    static final String IN = "in";
    static final String OUT = "out";
    static final String KEY = "k";

    final boolean partitioned;
    TestBroker broker;
    Session session;

    TransactionFixture(boolean partitioned) {
        this.partitioned = partitioned;
    }

    @BeforeEach
    void open() throws JMSException {
        open("");
    }

    final void open(String options) throws JMSException {
        broker = new TestBroker("?partitions=4" + options);
        create(queue(IN));
        create(queue(OUT));
        session = broker.session(Session.SESSION_TRANSACTED);
    }

    final QueueDescription.Builder queue(String name) {
        return QueueDescription.builder(name).partitioned(partitioned);
    }

    final void create(QueueDescription.Builder queue) throws JMSException {
        broker.namespace().createQueue(queue.build()).join();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    /** Outside of any transaction, all under one key. */
    final void put(String queue, String... texts) throws JMSException {
        try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            for (String text : texts) {
                send(other, queue, text);
            }
        }
    }

    final void send(String queue, String text) throws JMSException {
        send(session, queue, text);
    }

    final void send(Session from, String queue, String text) throws JMSException {
        try (MessageProducer producer = from.createProducer(broker.queue(queue))) {
            producer.send(message(from, text));
        }
    }

    final TextMessage message(Session from, String text) throws JMSException {
        TextMessage message = from.createTextMessage(text);
        message.setStringProperty("JMS_SB_PartitionKey", KEY);
        return message;
    }

    final MessageConsumer consumer(String queue) throws JMSException {
        return session.createConsumer(broker.queue(queue));
    }

    /** Text and state of everything in it. */
    final List<String> shown(String queue) throws JMSException {
        List<String> shown = new ArrayList<>();
        try (Session looking = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            for (Message message : ((BusSession) looking).peek(broker.queue(queue), 0, 250)) {
                shown.add(text(message) + " " + message.getStringProperty("JMS_SB_State"));
            }
        }
        return shown;
    }

    final @Nullable Message now(MessageConsumer consumer) throws JMSException {
        return consumer.receiveNoWait();
    }
}
