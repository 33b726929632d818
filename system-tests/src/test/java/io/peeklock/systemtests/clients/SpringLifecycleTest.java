/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.junit.UsePeeklock;
import io.peeklock.testing.TestNamespace;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.AbstractJmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.listener.MessageListenerContainer;

/**
 * Applications whose listeners are stopped, paused, started again and closed while messages flow: none is lost, none is stuck under
 * a lock, none is worked on twice, and nobody waits for ever.
 */
@UsePeeklock
@Timeout(120)
class SpringLifecycleTest {

    private static final EntityPath ORDERS = EntityPath.queue("orders");
    private static final int ROUNDS = 3;
    private static final int EACH_ROUND = 30;

    /** Containers on a wrapping, whose sessions are transacted or acknowledge by the client. */
    record Combination(ListenerContainers containers, FactoryWrapping wrapping, boolean transacted) {}

    static Stream<Combination> combinations() {
        return Stream.of(ListenerContainers.values())
                .flatMap(containers -> Stream.of(
                                FactoryWrapping.PLAIN, FactoryWrapping.CACHING_SESSIONS, FactoryWrapping.POOLED)
                        .flatMap(wrapping -> Stream.of(true, false)
                                .map(transacted -> new Combination(containers, wrapping, transacted))));
    }

    /** A container that listens stops its connection, which does nothing to one that is shared, see SpringContainersTest. */
    static Stream<Combination> thoseThatStop() {
        return combinations()
                .filter(combination -> combination.containers() != ListenerContainers.LISTENING
                        || combination.wrapping() == FactoryWrapping.PLAIN);
    }

    private final TestNamespace bus;
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Semaphore waiting = new Semaphore(60);
    private volatile boolean holding;
    private volatile boolean enough;
    private @Nullable WrappedFactory wrapped;
    private volatile int sent;

    SpringLifecycleTest(TestNamespace bus) {
        this.bus = bus;
    }

    @Configuration
    @EnableJms
    static class Application {}

    static final class OnOrders {
        private final SpringLifecycleTest test;

        OnOrders(SpringLifecycleTest test) {
            this.test = test;
        }

        @JmsListener(destination = "orders", id = "orders")
        void take(Message message) throws JMSException, InterruptedException {
            if (test.holding) {
                test.begun.countDown();
                test.goOn.await();
            }
            test.calls
                    .computeIfAbsent(message.getBody(String.class), text -> new AtomicInteger())
                    .incrementAndGet();
            test.waiting.release();
        }
    }

    private AnnotationConfigApplicationContext start(Combination combination) {
        wrapped = combination.wrapping().wrap(bus.connectionFactory());
        AbstractJmsListenerContainerFactory<?> containers =
                combination.containers().on(wrapped.factory(), "3");
        containers.setSessionTransacted(combination.transacted());
        containers.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean("jmsListenerContainerFactory", JmsListenerContainerFactory.class, () -> containers);
        context.registerBean(OnOrders.class, () -> new OnOrders(this));
        context.register(Application.class);
        context.refresh();
        return context;
    }

    @AfterEach
    void unwrap() {
        if (wrapped != null) {
            wrapped.close();
        }
    }

    private void send(int count) {
        try (var context = bus.connectionFactory().createContext()) {
            for (int i = 0; i < count; i++) {
                int number = sent;
                sent = number + 1;
                context.createProducer().send(context.createQueue("orders"), "order " + number);
            }
        }
    }

    private EntityCounters orders() {
        return bus.namespace().counters(ORDERS).join();
    }

    private void awaitAllDone() {
        Awaitility.await().until(() -> calls.size() == sent && orders().active() + orders().locked() == 0);
        assertEachOnce();
    }

    private void assertEachOnce() {
        assertThat(calls.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, one -> one.getValue().get())))
                .isEqualTo(IntStream.range(0, sent).boxed().collect(Collectors.toMap(i -> "order " + i, i -> 1)));
        assertThat(orders().deadLettered()).isZero();
    }

    /** Stops in the middle of what a sender sends all the time. */
    private void flow(Runnable stopping, Runnable starting) {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(this::sendUntilItIsEnough);
        for (int round = 0; round < ROUNDS; round++) {
            awaitSomeMore();
            stopping.run();
            int stopped = calls.size();
            awaitNothingLocked();
            assertThat(calls).hasSize(stopped);
            starting.run();
        }
        awaitSomeMore();
        enough = true;
        waiting.release();
        sending.join();
        awaitAllDone();
    }

    /** What was on its way to a consumer that stops goes back, which may take a moment. */
    private void awaitNothingLocked() {
        Awaitility.await().until(() -> orders().locked() == 0);
    }

    /** As many wait as there is room for. */
    private void sendUntilItIsEnough() {
        while (!enough) {
            waiting.acquireUninterruptibly();
            send(1);
        }
    }

    private void awaitSomeMore() {
        int before = calls.size();
        // Much more often than by default, or nothing is left to do when it is seen.
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> calls.size() >= before + EACH_ROUND);
    }

    @ParameterizedTest
    @MethodSource("thoseThatStop")
    void listenersThatAreStoppedAndStartedHearEachMessageOnce(Combination combination) {
        try (AnnotationConfigApplicationContext context = start(combination)) {
            JmsListenerEndpointRegistry registry = context.getBean(JmsListenerEndpointRegistry.class);
            flow(() -> stop(registry), registry::start);
        }
        assertEachOnce();
    }

    /** Until the containers say that they have stopped. */
    private static void stop(JmsListenerEndpointRegistry registry) {
        CountDownLatch stopped = new CountDownLatch(1);
        registry.stop(stopped::countDown);
        try {
            stopped.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("thoseThatStop")
    void soDoThoseOfAContextThatIsPausedAndRestarted(Combination combination) {
        try (AnnotationConfigApplicationContext context = start(combination)) {
            flow(() -> pause(context), () -> restart(context));
        }
        assertEachOnce();
    }

    /** Framework 7 has {@code pause} and {@code restart}; what is before that stops and starts. */
    private static void pause(ConfigurableApplicationContext context) {
        if (!call(context, "pause")) {
            context.stop();
        }
    }

    private static void restart(ConfigurableApplicationContext context) {
        if (!call(context, "restart")) {
            context.start();
        }
    }

    private static boolean call(ConfigurableApplicationContext context, String method) {
        try {
            ConfigurableApplicationContext.class.getMethod(method).invoke(context);
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void oneApplicationAfterTheOtherHearsEachMessageOnce(Combination combination) {
        for (int round = 0; round < 3; round++) {
            int before = calls.size();
            try (AnnotationConfigApplicationContext context = start(combination)) {
                send(10 * EACH_ROUND);
                Awaitility.await()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> calls.size() > before);
            }
            unwrap();
            awaitNothingLocked();
        }
        try (AnnotationConfigApplicationContext context = start(combination)) {
            awaitAllDone();
        }
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void anApplicationThatClosesLetsAMethodEndItsWorkAndLeavesNoThread(Combination combination)
            throws InterruptedException {
        holding = true;
        AnnotationConfigApplicationContext context = start(combination);
        send(1);
        begun.await();
        if (combination.containers() != ListenerContainers.POLLING_ON_VIRTUAL_THREADS) {
            assertThat(threads()).isNotEmpty();
        }
        MessageListenerContainer container =
                context.getBean(JmsListenerEndpointRegistry.class).getListenerContainer("orders");
        Thread closing = new Thread(context::close);
        closing.start();
        Awaitility.await().until(() -> !container.isRunning());
        goOn.countDown();
        closing.join();
        unwrap();
        assertEachOnce();
        assertThat(orders().active() + orders().locked()).isZero();
        awaitNoThread();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void anApplicationThatIsIdleClosesAndLeavesNoThread(Combination combination) {
        start(combination).close();
        unwrap();
        assertThat(orders0()).isZero();
        awaitNoThread();
    }

    private static void awaitNoThread() {
        Awaitility.await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    /** Of containers, which have the id of their listener, of their executor, and of the provider. Virtual threads are not told. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name ->
                        Stream.of("orders-", "plain-", "peeklock-listener-").anyMatch(name::startsWith))
                .toList();
    }

    private long orders0() {
        return bus.namespace().queues().join().isEmpty() ? 0 : orders().locked();
    }
}
