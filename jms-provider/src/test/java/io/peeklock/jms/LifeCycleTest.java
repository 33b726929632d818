/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who may start, stop and close what, from which callback: what the specification allows never waits for itself. */
class LifeCycleTest {

    private static final String ORDERS = "orders";

    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    private TestBroker broker;
    private Connection connection;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        connection = broker.connection;
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    /** What a callback does. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** Does it and notes its exception, or that there was none. */
    private void attempt(String done, Work work) {
        try {
            work.run();
            seen.add(done);
        } catch (Exception e) {
            seen.add(e.getClass());
        }
    }

    private @Nullable Object next() throws InterruptedException {
        return seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
    }

    private void whenListening(String queue, Work work) throws JMSException {
        broker.session(Session.AUTO_ACKNOWLEDGE)
                .createConsumer(broker.queue(queue))
                .setMessageListener(message -> attempt("done", work));
        broker.send(queue, "a");
    }

    @Nested
    @DisplayName("6.1.5, 6.1.8, 6.2.15, 8.8: from a message listener")
    class FromAMessageListener {

        @Test
        void anotherConnectionCanBeStoppedAndClosed() throws Exception {
            try (Connection other = broker.factory.createConnection()) {
                other.start();
                whenListening(ORDERS, () -> {
                    other.stop();
                    other.close();
                });
                assertThat(next()).isEqualTo("done");
            }
        }

        @Test
        void anotherSessionOfTheConnectionCanBeClosed() throws Exception {
            Session other = broker.session(Session.AUTO_ACKNOWLEDGE);
            other.createConsumer(broker.queue("other")).setMessageListener(message -> {});
            whenListening(ORDERS, other::close);
            assertThat(next()).isEqualTo("done");
        }

        @Test
        void anotherConsumerOfTheSessionCanBeClosedAndMade() throws Exception {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer other = session.createConsumer(broker.queue("other"));
            other.setMessageListener(message -> seen.add("wrong"));
            session.createConsumer(broker.queue(ORDERS))
                    .setMessageListener(message -> attempt("done", () -> {
                        other.close();
                        session.createConsumer(broker.queue("other")).setMessageListener(more -> seen.add("new"));
                    }));
            broker.send(ORDERS, "a");
            assertThat(next()).isEqualTo("done");
            broker.send("other", "b");
            assertThat(next()).isEqualTo("new");
        }

        @Test
        void theConnectionOfAnotherOfItsSessionsListenersCannotBeStopped() throws Exception {
            broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue("other"));
            whenListening(ORDERS, connection::stop);
            assertThat(next()).isEqualTo(IllegalStateException.class);
            whenListening("more", connection::close);
            assertThat(next()).isEqualTo(IllegalStateException.class);
        }

        @Test
        void aContextCannotStopOrCloseItselfButCloseItsSibling() throws Exception {
            try (JMSContext context = broker.factory.createContext()) {
                JMSContext sibling = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
                context.createConsumer(broker.queue(ORDERS)).setMessageListener(message -> {
                    attempt("stopped", context::stop);
                    attempt("closed", context::close);
                    attempt("sibling", sibling::close);
                });
                broker.send(ORDERS, "a");
                assertThat(List.of(next(), next(), next()))
                        .isEqualTo(List.of(
                                IllegalStateRuntimeException.class, IllegalStateRuntimeException.class, "sibling"));
            }
        }
    }

    @Nested
    @DisplayName("7.3: from a completion listener")
    class FromACompletionListener {

        private void whenSent(Session session, Work work) throws JMSException {
            MessageProducer producer = session.createProducer(broker.queue(ORDERS));
            producer.send(session.createMessage(), new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    attempt("done", work);
                }

                @Override
                public void onException(Message message, Exception exception) {
                    seen.add(exception);
                }
            });
        }

        @Test
        void theConnectionCanBeStoppedAndStarted() throws Exception {
            whenSent(broker.session(Session.AUTO_ACKNOWLEDGE), () -> {
                connection.stop();
                connection.start();
            });
            assertThat(next()).isEqualTo("done");
        }

        @Test
        void theOwnSessionAndConnectionCannotBeClosedButOthersCan() throws Exception {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            Session other = broker.session(Session.AUTO_ACKNOWLEDGE);
            whenSent(session, session::close);
            assertThat(next()).isEqualTo(IllegalStateException.class);
            whenSent(session, connection::close);
            assertThat(next()).isEqualTo(IllegalStateException.class);
            whenSent(session, other::close);
            assertThat(next()).isEqualTo("done");
        }
    }

    @Nested
    @DisplayName("6.1.7: exception listeners")
    class ExceptionListeners {

        private void fail(String queue) throws Exception {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            session.createConsumer(broker.queue(queue)).setMessageListener(message -> {});
            ((BusSession) session).namespace().deleteQueue(queue).get();
        }

        @Test
        void areCalledOnceForEachFailureAndOneAtATime() throws Exception {
            AtomicInteger inside = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            connection.setExceptionListener(e -> attempt("failed", () -> {
                if (inside.incrementAndGet() > 1) {
                    throw new AssertionError("two at a time");
                }
                go.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
                inside.decrementAndGet();
            }));
            for (int i = 0; i < 3; i++) {
                fail("q" + i);
            }
            go.countDown();
            assertThat(List.of(next(), next(), next())).containsOnly("failed");
            connection.stop();
            assertThat(seen).isEmpty();
        }

        @Test
        void mayCloseTheirConnection() throws Exception {
            connection.setExceptionListener(e -> attempt("closed", connection::close));
            fail(ORDERS);
            assertThat(next()).isEqualTo("closed");
        }

        @Test
        void canBeSetWhileTheConnectionRunsAndTakenAway() throws Exception {
            connection.setExceptionListener(e -> seen.add("first"));
            connection.setExceptionListener(e -> seen.add("second"));
            fail(ORDERS);
            assertThat(next()).isEqualTo("second");
            connection.setExceptionListener(null);
            assertThat(connection.getExceptionListener()).isNull();
            fail("other");
            connection.stop();
            assertThat(seen).isEmpty();
        }

        @Test
        void thatThrowAreCalledForTheNextFailureToo() throws Exception {
            connection.setExceptionListener(e -> {
                seen.add("failed");
                throw new IllegalArgumentException("on purpose");
            });
            fail(ORDERS);
            assertThat(next()).isEqualTo("failed");
            fail("other");
            assertThat(next()).isEqualTo("failed");
        }
    }

    @Nested
    @DisplayName("8.7: message listeners of a running session")
    class SettingListeners {

        @Test
        void getWhatWaitsAlready() throws Exception {
            broker.send(ORDERS, "a");
            MessageConsumer consumer = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue(ORDERS));
            consumer.setMessageListener(message -> seen.add("first"));
            assertThat(next()).isEqualTo("first");
            consumer.setMessageListener(message -> seen.add("second"));
            broker.send(ORDERS, "b");
            assertThat(next()).isEqualTo("second");
            assertThat(consumer.getMessageListener()).isNotNull();
        }

        @Test
        void canReplaceThemselves() throws Exception {
            MessageConsumer consumer = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue(ORDERS));
            consumer.setMessageListener(
                    message -> attempt("first", () -> consumer.setMessageListener(more -> seen.add("second"))));
            broker.send(ORDERS, "a", "b");
            assertThat(next()).isEqualTo("first");
            assertThat(next()).isEqualTo("second");
        }

        @Test
        void canTakeThemselvesAwayForReceive() throws Exception {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
            consumer.setMessageListener(message -> attempt("first", () -> consumer.setMessageListener(null)));
            broker.send(ORDERS, "a", "b");
            assertThat(next()).isEqualTo("first");
            assertThat(TestBroker.text(TestBroker.take(consumer))).isEqualTo("b");
        }
    }

    @Nested
    @DisplayName("6.1.5: stop and start from other threads")
    class FromOtherThreads {

        @Test
        void aReceiveThatWaitsGetsItsMessageAfterStopAndStart() throws Exception {
            MessageConsumer consumer = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue(ORDERS));
            Running<String> receive =
                    Running.start(() -> TestBroker.text(consumer.receive())).untilItWaits();
            connection.stop();
            broker.send(ORDERS, "a");
            receive.untilItWaits();
            assertThat(receive.isDone()).isFalse();
            connection.start();
            assertThat(receive.result()).isEqualTo("a");
        }

        @Test
        void startAndStopAgainAndAgainLoseNothing() throws Exception {
            broker.session(Session.AUTO_ACKNOWLEDGE)
                    .createConsumer(broker.queue(ORDERS))
                    .setMessageListener(message -> attempt("done", () -> {}));
            for (int i = 0; i < 100; i++) {
                broker.send(ORDERS, "a");
                connection.stop();
                connection.stop();
                connection.start();
                connection.start();
            }
            Awaitility.await().until(() -> seen.size() == 100);
            assertThat(broker.drain(ORDERS)).isEmpty();
        }
    }
}
