/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SimpleMessageListenerContainer;

/** Spring's listener containers, which poll or listen, on whatever lends them connections. */
@ParameterizedClass
@MethodSource("combinations")
class SpringContainersTest {

    private static final String ORDERS = "orders";
    private static final int MESSAGES = 60;

    /** A container on a wrapping, with transacted sessions or not. */
    record Combination(FactoryWrapping wrapping, boolean polls, boolean transacted) {

        /**
         * Whether a stop of the container reaches its consumers. One that listens stops its connection, which does nothing
         * to one that is shared: what comes then it rejects, until the bus dead-letters it (rule L12).
         */
        boolean stops() {
            return polls || wrapping == FactoryWrapping.PLAIN;
        }

        /** Whether an end of the container closes its consumers; Spring's cache keeps them, listener and all. */
        boolean closesItsConsumers() {
            return polls || wrapping != FactoryWrapping.CACHING;
        }
    }

    static List<Combination> combinations() {
        return List.of(FactoryWrapping.values()).stream()
                .flatMap(wrapping -> IntStream.range(0, 4)
                        .mapToObj(bits -> new Combination(wrapping, (bits & 1) == 0, (bits & 2) == 0)))
                .toList();
    }

    @Parameter
    Combination combination;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private WrappedBroker broker;
    private @Nullable AbstractMessageListenerContainer container;

    @BeforeEach
    void open() throws JMSException {
        broker = new WrappedBroker(combination.wrapping());
    }

    @AfterEach
    void close() throws JMSException {
        if (container != null) {
            container.shutdown();
        }
        broker.close();
    }

    private void start(MessageListener listener) {
        if (combination.polls()) {
            DefaultMessageListenerContainer polling = new DefaultMessageListenerContainer();
            polling.setConcurrentConsumers(3);
            polling.setReceiveTimeout(50);
            container = polling;
        } else {
            SimpleMessageListenerContainer listening = new SimpleMessageListenerContainer();
            listening.setConcurrentConsumers(3);
            container = listening;
        }
        container.setConnectionFactory(broker.factory());
        container.setDestinationName(ORDERS);
        container.setSessionTransacted(combination.transacted());
        container.setMessageListener(listener);
        container.afterPropertiesSet();
        container.start();
    }

    private void send(int from, int to) throws JMSException {
        for (int i = from; i < to; i++) {
            broker.send(ORDERS, Integer.toString(i));
        }
    }

    private void hear(Message message) {
        try {
            heard.add(String.valueOf(WrappedBroker.text(message)));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static String[] numbers(int to) {
        return IntStream.range(0, to).mapToObj(Integer::toString).toArray(String[]::new);
    }

    @Test
    void hearEachMessageOnce() throws JMSException {
        start(this::hear);
        send(0, MESSAGES);
        Awaitility.await().until(() -> heard.size() >= MESSAGES);
        container.shutdown();
        broker.unwrap();
        assertThat(broker.drain(ORDERS)).isEmpty();
        assertThat(heard).containsExactlyInAnyOrder(numbers(MESSAGES));
    }

    /** Where they do not transact, the containers acknowledge whatever the listener does. */
    @Test
    void hearAgainWhatTheirListenerThrewAtIfTheyTransact() throws JMSException {
        Set<String> thrown = ConcurrentHashMap.newKeySet();
        start(message -> {
            if (thrown.add(textOf(message))) {
                throw new IllegalStateException("not the first time");
            }
            hear(message);
        });
        send(0, MESSAGES);
        int expected = combination.transacted() ? MESSAGES : 0;
        Awaitility.await().until(() -> thrown.size() == MESSAGES && heard.size() >= expected);
        container.shutdown();
        broker.unwrap();
        assertThat(broker.drain(ORDERS)).isEmpty();
        assertThat(heard).containsExactlyInAnyOrder(numbers(expected));
    }

    @Test
    void hearWhatHasGatheredWhenTheyAreStartedAgain() throws JMSException {
        assumeTrue(combination.stops());
        start(this::hear);
        send(0, 10);
        Awaitility.await().until(() -> heard.size() == 10);
        for (int round = 1; round <= 3; round++) {
            container.stop();
            Awaitility.await().until(() -> !container.isRunning());
            send(10 * round, 10 * round + 10);
            container.start();
            int expected = 10 * round + 10;
            Awaitility.await().until(() -> heard.size() >= expected);
        }
        container.shutdown();
        broker.unwrap();
        assertThat(broker.drain(ORDERS)).isEmpty();
        assertThat(heard).containsExactlyInAnyOrder(numbers(40));
    }

    @Test
    void leaveWhatComesAfterTheirEnd() throws JMSException {
        assumeTrue(combination.closesItsConsumers());
        start(this::hear);
        send(0, 10);
        Awaitility.await().until(() -> heard.size() == 10);
        container.shutdown();
        send(10, 13);
        broker.unwrap();
        assertThat(broker.drain(ORDERS)).containsExactly("10", "11", "12");
        assertThat(heard).hasSize(10);
    }

    private static String textOf(Message message) {
        try {
            return String.valueOf(WrappedBroker.text(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }
}
