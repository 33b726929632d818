/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the tests of connection consumers share: a connection, a pool whose listeners note what they get, and what the
 * exception listener was told.
 *
 * <p>For one thread; listeners note from any.
 */
abstract class ConnectionConsumerFixture {

    static final String ORDERS = "orders";

    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    final BlockingQueue<JMSException> reported = new LinkedBlockingQueue<>();
    TestBroker broker;
    Connection connection;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        connection = broker.connection;
        connection.setExceptionListener(reported::add);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    void note(Message message) {
        try {
            seen.add(TestBroker.text(message) + TestBroker.deliveryCount(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    TestServerSessions pool(int size) throws JMSException {
        return new TestServerSessions(connection, size, Session.AUTO_ACKNOWLEDGE, this::note);
    }

    ConnectionConsumer consume(TestServerSessions pool, int maxMessages) throws JMSException {
        return connection.createConnectionConsumer(broker.queue(ORDERS), null, pool, maxMessages);
    }

    String next() throws InterruptedException {
        return String.valueOf(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS));
    }

    JMSException failure() throws InterruptedException {
        JMSException failure = reported.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
        assertThat(failure).isNotNull();
        return failure;
    }
}
