/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static io.peeklock.systemtests.clients.WrappedBroker.LONG_MS;
import static io.peeklock.systemtests.clients.WrappedBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Thousands of sessions of one connection, lent by whatever lends them, need no thread each. */
@ParameterizedClass
@EnumSource(FactoryWrapping.class)
class ManyWrappedSessionsTest {

    private static final int SESSIONS = 5_000;
    private static final String ORDERS = "orders";

    /** The bus's pool and timer, and the connection's one that asks for all listeners. */
    private static final int THREADS_OF_THE_BUS = 8;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Parameter
    FactoryWrapping wrapping;

    private WrappedBroker broker;
    private Connection connection;
    private final List<Session> sessions = new ArrayList<>();
    private final List<MessageConsumer> consumers = new ArrayList<>();

    @BeforeEach
    void open() throws JMSException {
        broker = new WrappedBroker(wrapping, SESSIONS);
        connection = broker.factory().createConnection();
        connection.start();
        for (int i = 0; i < SESSIONS; i++) {
            Session session = connection.createSession();
            sessions.add(session);
            consumers.add(session.createConsumer(session.createQueue(ORDERS)));
        }
    }

    @AfterEach
    void close() throws JMSException {
        for (MessageConsumer consumer : consumers) {
            consumer.close();
        }
        for (Session session : sessions) {
            session.close();
        }
        connection.close();
        broker.close();
    }

    private void send() throws JMSException {
        broker.sendOutside(
                ORDERS, IntStream.range(0, SESSIONS).mapToObj(Integer::toString).toList());
    }

    @Test
    void receiveAllOnTheThreadOfTheirCaller() throws JMSException {
        send();
        int threadsBefore = THREADS.getThreadCount();
        THREADS.resetPeakThreadCount();
        Set<String> received = ConcurrentHashMap.newKeySet();
        for (MessageConsumer consumer : consumers) {
            received.add(String.valueOf(text(consumer.receive(LONG_MS))));
        }
        assertThat(received).hasSize(SESSIONS).doesNotContain("null");
        assertThat(THREADS.getPeakThreadCount()).isLessThanOrEqualTo(threadsBefore + THREADS_OF_THE_BUS);
    }

    @Test
    void listenWithoutThreadsUntilSomethingComes() throws JMSException {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        int threadsBefore = THREADS.getThreadCount();
        THREADS.resetPeakThreadCount();
        for (MessageConsumer consumer : consumers) {
            consumer.setMessageListener(message -> {
                try {
                    heard.add(String.valueOf(text(message)));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
        }
        assertThat(THREADS.getPeakThreadCount()).isLessThanOrEqualTo(threadsBefore + THREADS_OF_THE_BUS);
        send();
        // How many threads call them at once is the scheduler's: they must grow, since a listener may wait for another.
        Awaitility.await().until(() -> heard.size() == SESSIONS);
    }
}
