/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.junit.UsePeeklock;
import io.peeklock.testing.TestNamespace;
import io.peeklock.testing.WithQueue;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.AbstractJmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * Methods with {@code @JmsListener}: with client acknowledgement, where Spring calls {@code acknowledge()} when the method returns,
 * which completes, and {@code recover()} when it throws, which unlocks; and transacted.
 */
@UsePeeklock(options = "defaultMaxDeliveryCount=3&lockRenewal=session")
@Timeout(120)
class SpringListenersTest {

    private static final EntityPath ORDERS = EntityPath.queue("orders");

    private final TestNamespace bus;
    private final JmsTemplate template;
    /** Each call of a listening method: a text, and which delivery it is. */
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    private final Map<String, Integer> failing = new ConcurrentHashMap<>();

    SpringListenersTest(TestNamespace bus) {
        this.bus = bus;
        this.template = new JmsTemplate(bus.connectionFactory());
    }

    @Configuration
    @EnableJms
    static class Application {}

    /** What a listening method does here: it notes the call, and throws as often as the test has said. */
    private void work(Message message) throws JMSException {
        String text = message.getBody(String.class);
        int count = message.getIntProperty("JMSXDeliveryCount");
        calls.add(text + " #" + count);
        if (count <= failing.getOrDefault(text, 0)) {
            throw new IllegalStateException("this is not to be done at delivery " + count + " of " + text);
        }
    }

    static final class OnOrders {
        private final SpringListenersTest test;

        OnOrders(SpringListenersTest test) {
            this.test = test;
        }

        @JmsListener(destination = "orders")
        void take(Message message) throws JMSException {
            test.work(message);
        }
    }

    static final class OnDeadLetters {
        private final SpringListenersTest test;

        OnDeadLetters(SpringListenersTest test) {
            this.test = test;
        }

        @JmsListener(destination = "orders/$deadletterqueue")
        void take(Message message) throws JMSException {
            test.calls.add(message.getBody(String.class) + " " + message.getStringProperty("DeadLetterReason"));
        }
    }

    static final class Answering {
        private final SpringListenersTest test;

        Answering(SpringListenersTest test) {
            this.test = test;
        }

        @JmsListener(destination = "orders")
        @SendTo("bills")
        String take(Message message) throws JMSException {
            test.work(message);
            return "for " + message.getBody(String.class);
        }
    }

    static final class OnPrices {
        private final SpringListenersTest test;

        OnPrices(SpringListenersTest test) {
            this.test = test;
        }

        @JmsListener(destination = "prices", subscription = "ledger")
        void take(Message message) throws JMSException {
            test.work(message);
        }
    }

    private AbstractJmsListenerContainerFactory<?> client(ListenerContainers kind, String concurrency) {
        AbstractJmsListenerContainerFactory<?> factory = kind.on(bus.connectionFactory(), concurrency);
        factory.setSessionTransacted(false);
        factory.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
        return factory;
    }

    private <L> AnnotationConfigApplicationContext listening(
            AbstractJmsListenerContainerFactory<?> containers, Class<L> type, L listener) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean("jmsListenerContainerFactory", JmsListenerContainerFactory.class, () -> containers);
        context.registerBean(type, () -> listener);
        context.register(Application.class);
        context.refresh();
        return context;
    }

    private void send(int count) {
        IntStream.range(0, count).forEach(i -> template.convertAndSend("orders", "order " + i));
    }

    private EntityCounters orders() {
        return bus.namespace().counters(ORDERS).join();
    }

    /** Everything was worked off and settled, and nothing is on its way. */
    private void awaitNothingLeft() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> orders().active() + orders().locked() == 0);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("L1")
    void completeWhatTheyReturnFrom(ListenerContainers kind) {
        send(10);
        try (var context = listening(client(kind, "1"), OnOrders.class, new OnOrders(this))) {
            awaitNothingLeft();
        }
        assertThat(calls)
                .containsExactlyElementsOf(IntStream.range(0, 10)
                        .mapToObj(i -> "order " + i + " #1")
                        .toList());
        assertThat(orders().deadLettered()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("L6")
    void unlockWhatTheyThrowAtWithItsCountRaised(ListenerContainers kind) {
        failing.put("order 3", 2);
        send(6);
        try (var context = listening(client(kind, "1"), OnOrders.class, new OnOrders(this))) {
            awaitNothingLeft();
        }
        assertThat(calls).hasSize(8).contains("order 3 #1", "order 3 #2", "order 3 #3");
        assertThat(orders().deadLettered()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("L12")
    void endWithPoisonInTheDeadLetterQueue(ListenerContainers kind) {
        failing.put("order 2", Integer.MAX_VALUE);
        send(5);
        try (var context = listening(client(kind, "1"), OnOrders.class, new OnOrders(this))) {
            awaitNothingLeft();
        }
        assertThat(calls).hasSize(4 + 3);
        List<Delivery> dead =
                bus.namespace().peek(ORDERS.deadLetterQueue(), 0, 10).join();
        assertThat(dead).singleElement().satisfies(letter -> {
            assertThat(letter.deadLetterReason()).isEqualTo("MaxDeliveryCountExceeded");
            assertThat(letter.message().messageId()).isNotNull();
        });
        calls.clear();
        try (var context = listening(client(kind, "1"), OnDeadLetters.class, new OnDeadLetters(this))) {
            Awaitility.await().until(() -> orders().deadLettered() == 0);
        }
        assertThat(calls).containsExactly("order 2 MaxDeliveryCountExceeded");
    }

    @ParameterizedTest
    @EnumSource
    void completeEachMessageOnceWhereManyWorkSideBySide(ListenerContainers kind) {
        IntStream.range(0, 200).filter(i -> i % 10 == 0).forEach(i -> failing.put("order " + i, 1));
        // Half of it is there before, half comes while they work.
        send(100);
        try (var context = listening(client(kind, "4"), OnOrders.class, new OnOrders(this))) {
            IntStream.range(100, 200).forEach(i -> template.convertAndSend("orders", "order " + i));
            awaitNothingLeft();
        }
        assertThat(calls).hasSize(220).doesNotHaveDuplicates();
        assertThat(orders().deadLettered()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @WithQueue(value = "orders", sessionRequired = true, maxDeliveryCount = 3)
    @Tag("G4")
    void keepTheOrderOfEachSessionWhereManyWorkSideBySide(ListenerContainers kind) {
        int sessions = 6;
        int each = 10;
        for (int i = 0; i < sessions * each; i++) {
            int session = i % sessions;
            template.convertAndSend("orders", session + "/" + i / sessions, message -> {
                message.setStringProperty("JMSXGroupID", "tram-" + session);
                return message;
            });
        }
        failing.put("2/4", 1);
        failing.put("5/0", 2);
        try (var context = listening(client(kind, "3"), OnOrders.class, new OnOrders(this))) {
            awaitNothingLeft();
        }
        for (int session = 0; session < sessions; session++) {
            String begin = session + "/";
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                for (int count = 1; count <= failing.getOrDefault(begin + i, 0) + 1; count++) {
                    expected.add(begin + i + " #" + count);
                }
            }
            assertThat(calls.stream().filter(call -> call.startsWith(begin))).containsExactlyElementsOf(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendTheirReplyAndTakeTheRequestInOneTransaction(ListenerContainers kind) {
        IntStream.range(0, 20).filter(i -> i % 4 == 0).forEach(i -> failing.put("order " + i, 1));
        failing.put("order 7", Integer.MAX_VALUE);
        send(20);
        AbstractJmsListenerContainerFactory<?> transacted = kind.on(bus.connectionFactory(), "2");
        transacted.setSessionTransacted(true);
        try (var context = listening(transacted, Answering.class, new Answering(this))) {
            awaitNothingLeft();
        }
        assertThat(orders().deadLettered()).isEqualTo(1);
        template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        List<Object> bills = new ArrayList<>();
        for (Object bill = template.receiveAndConvert("bills");
                bill != null;
                bill = template.receiveAndConvert("bills")) {
            bills.add(bill);
        }
        assertThat(bills)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20)
                        .filter(i -> i != 7)
                        .mapToObj(i -> "for order " + i)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void shareADurableSubscriptionThatKeepsWhatComesWhileTheyAreAway(ListenerContainers kind) {
        failing.put("price 1", 1);
        try (var context = listening(subscribed(kind), OnPrices.class, new OnPrices(this))) {
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> bus.namespace().subscriptions("prices").join().size() == 1);
        }
        JmsTemplate publishing = new JmsTemplate(bus.connectionFactory());
        publishing.setPubSubDomain(true);
        IntStream.range(0, 10).forEach(i -> publishing.convertAndSend("prices", "price " + i));
        try (var context = listening(subscribed(kind), OnPrices.class, new OnPrices(this))) {
            IntStream.range(10, 20).forEach(i -> publishing.convertAndSend("prices", "price " + i));
            Awaitility.await().until(() -> calls.size() >= 21);
        }
        assertThat(calls).hasSize(21).doesNotHaveDuplicates();
        EntityCounters ledger = bus.namespace()
                .counters(EntityPath.subscription("prices", "ledger"))
                .join();
        assertThat(ledger.active() + ledger.locked() + ledger.deadLettered()).isZero();
    }

    private AbstractJmsListenerContainerFactory<?> subscribed(ListenerContainers kind) {
        // Spring allows a container that listens one consumer of a durable subscription, shared or not.
        AbstractJmsListenerContainerFactory<?> factory = client(kind, kind == ListenerContainers.LISTENING ? "1" : "3");
        factory.setPubSubDomain(true);
        factory.setSubscriptionDurable(true);
        factory.setSubscriptionShared(true);
        return factory;
    }
}
