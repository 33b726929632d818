/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SimpleMessageListenerContainer;

/** Spring's listener containers, which poll or listen, on whatever lends them connections. */
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

    static Stream<Combination> combinations() {
        return Stream.of(FactoryWrapping.values())
                .flatMap(wrapping -> IntStream.range(0, 4)
                        .mapToObj(bits -> new Combination(wrapping, (bits & 1) == 0, (bits & 2) == 0)));
    }

    static Stream<Combination> thoseThatStop() {
        return combinations().filter(Combination::stops);
    }

    static Stream<Combination> thoseThatCloseTheirConsumers() {
        return combinations().filter(Combination::closesItsConsumers);
    }

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private @Nullable WrappedBroker broker;
    private @Nullable AbstractMessageListenerContainer container;

    @AfterEach
    void close() throws JMSException {
        if (container != null) {
            container.shutdown();
        }
        if (broker != null) {
            broker.close();
        }
    }

    private void start(Combination combination, MessageListener listener) throws JMSException {
        broker = new WrappedBroker(combination.wrapping());
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

    @ParameterizedTest
    @MethodSource("combinations")
    void hearEachMessageOnce(Combination combination) throws JMSException {
        start(combination, this::hear);
        send(0, MESSAGES);
        Awaitility.await().until(() -> heard.size() >= MESSAGES);
        container.shutdown();
        broker.unwrap();
        assertThat(broker.drain(ORDERS)).isEmpty();
        assertThat(heard).containsExactlyInAnyOrder(numbers(MESSAGES));
    }

    /** Where they do not transact, the containers acknowledge whatever the listener does. */
    @ParameterizedTest
    @MethodSource("combinations")
    void hearAgainWhatTheirListenerThrewAtIfTheyTransact(Combination combination) throws JMSException {
        Set<String> thrown = ConcurrentHashMap.newKeySet();
        start(combination, message -> {
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

    @ParameterizedTest
    @MethodSource("thoseThatStop")
    void hearWhatHasGatheredWhenTheyAreStartedAgain(Combination combination) throws JMSException {
        start(combination, this::hear);
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

    @ParameterizedTest
    @MethodSource("thoseThatCloseTheirConsumers")
    void leaveWhatComesAfterTheirEnd(Combination combination) throws JMSException {
        start(combination, this::hear);
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
