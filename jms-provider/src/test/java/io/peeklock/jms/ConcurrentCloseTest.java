/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two closes at once: each returns only when the listener at work has returned, which has everything until then. */
class ConcurrentCloseTest {

    private static final String ORDERS = "orders";

    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private final CountDownLatch in = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private TestBroker broker;
    private Session session;
    private MessageConsumer consumer;

    @BeforeEach
    void listen() throws JMSException {
        broker = new TestBroker("?linger=0s");
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        consumer = session.createConsumer(broker.queue(ORDERS));
        consumer.setMessageListener(this::work);
        broker.send(ORDERS, "a");
    }

    @AfterEach
    void close() throws JMSException {
        go.countDown();
        broker.close();
    }

    private void work(Message message) {
        in.countDown();
        try {
            go.await();
            session.createProducer(session.createQueue("out")).send(session.createMessage());
            events.add("worked");
        } catch (InterruptedException | JMSException e) {
            events.add(String.valueOf(e));
        }
    }

    private void assertAllWait(Running.Task... closes) throws Exception {
        in.await();
        List<Running<Void>> closing = new ArrayList<>();
        for (Running.Task close : closes) {
            closing.add(Running.<Void>start(() -> {
                        close.run();
                        events.add("closed");
                        return null;
                    })
                    .untilItWaits());
        }
        go.countDown();
        for (Running<Void> close : closing) {
            close.result();
        }
        assertThat(events).hasSize(closes.length + 1).startsWith("worked");
    }

    @Test
    void ofAConsumer() throws Exception {
        assertAllWait(consumer::close, consumer::close);
    }

    @Test
    void ofASession() throws Exception {
        assertAllWait(session::close, session::close);
    }

    @Test
    void ofASessionAndItsConnection() throws Exception {
        assertAllWait(session::close, broker.connection::close);
    }

    @Test
    void ofAConnection() throws Exception {
        assertAllWait(broker.connection::close, broker.connection::close);
    }
}
