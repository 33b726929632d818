/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of sessions cost what they hold and nothing more: no thread, and no look at each of them. */
class ManySessionsTest {

    private static final int SESSIONS = 5000;
    private static final String ORDERS = "orders";

    /** The bus's own: its pool, its timer. */
    private static final int THREADS_OF_THE_BUS = 8;

    /** What a session with a consumer may allocate while it is opened, most of which it keeps. */
    private static final long BYTES_PER_SESSION = 16 << 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private TestBroker broker;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private final List<MessageConsumer> consumers = new ArrayList<>();

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        // What only the first one costs.
        openSessions(1, 20);
        closeAll();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void openSessions(int onConnections, int count) throws JMSException {
        for (int i = 0; i < onConnections; i++) {
            Connection connection = broker.factory.createConnection();
            connection.start();
            connections.add(connection);
        }
        for (int i = 0; i < count; i++) {
            Session session = connections.get(i % onConnections).createSession();
            sessions.add(session);
            consumers.add(session.createConsumer(session.createQueue(ORDERS)));
        }
    }

    private void closeAll() throws JMSException {
        for (Session session : sessions) {
            session.close();
        }
        for (Connection connection : connections) {
            connection.close();
        }
        sessions.clear();
        consumers.clear();
        connections.clear();
    }

    private void send(int count) throws JMSException {
        try (Session session = broker.connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
            for (int i = 0; i < count; i++) {
                producer.send(session.createTextMessage(Integer.toString(i)));
            }
        }
    }

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, SESSIONS})
    void withConsumersHaveNoThreadsAndReceiveAll(int onConnections) throws JMSException {
        int threadsBefore = THREADS.getThreadCount();
        THREADS.resetPeakThreadCount();
        openSessions(onConnections, SESSIONS);
        send(SESSIONS);
        Set<String> received = ConcurrentHashMap.newKeySet();
        for (MessageConsumer consumer : consumers) {
            received.add(text(consumer.receive(TestBroker.LONG_MS)));
        }
        assertThat(received).hasSize(SESSIONS).doesNotContainNull();
        assertThat(THREADS.getPeakThreadCount()).isLessThanOrEqualTo(threadsBefore + THREADS_OF_THE_BUS);
        closeAll();
        assertThat(broker.drain(ORDERS)).isEmpty();
    }

    @Test
    void withConsumersTakeLittleMemory() throws JMSException {
        long before = allocated();
        openSessions(1, SESSIONS);
        assertThat((allocated() - before) / SESSIONS).isLessThan(BYTES_PER_SESSION);
        closeAll();
    }

    /** Nothing is copied or walked for each: what closing one allocates does not grow with how many there are. */
    @Test
    void areClosedOneAfterTheOther() throws JMSException {
        openSessions(1, SESSIONS / 10);
        long before = allocated();
        closeAll();
        long perSessionOfFew = (allocated() - before) / (SESSIONS / 10);

        openSessions(1, SESSIONS);
        before = allocated();
        closeAll();
        long perSessionOfMany = (allocated() - before) / SESSIONS;
        assertThat(perSessionOfMany).isLessThan(2 * perSessionOfFew);
    }

    /** Threads come when there is something to call, at most one a session at work. */
    @Test
    void withListenersHaveNoThreadsWhileNothingComes() throws JMSException {
        int threadsBefore = THREADS.getThreadCount();
        openSessions(1, SESSIONS);
        AtomicInteger heard = new AtomicInteger();
        for (MessageConsumer consumer : consumers) {
            consumer.setMessageListener(message -> heard.incrementAndGet());
        }
        connections.get(0).stop();
        THREADS.resetPeakThreadCount();
        connections.get(0).start();
        Awaitility.await().until(() -> THREADS.getThreadCount() <= threadsBefore + THREADS_OF_THE_BUS);
        // One finds out for all that there is nothing.
        assertThat(THREADS.getPeakThreadCount()).isLessThanOrEqualTo(threadsBefore + THREADS_OF_THE_BUS);
        send(SESSIONS);
        Awaitility.await().until(() -> heard.get() == SESSIONS);
        closeAll();
    }
}
