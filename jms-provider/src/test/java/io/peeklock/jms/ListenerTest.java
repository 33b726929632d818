/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Receiving by listener: order, one at a time, stopping and closing around it and from within. */
class ListenerTest {

    private static final String ORDERS = "orders";

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private TestBroker broker;
    private Session session;
    private MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        consumer = session.createConsumer(broker.queue(ORDERS));
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    /** What a listener does, checked exceptions allowed. */
    @FunctionalInterface
    interface Work {
        void on(Message message) throws Exception;
    }

    private void listen(MessageConsumer to, Work work) throws JMSException {
        to.setMessageListener(message -> {
            try {
                work.on(message);
            } catch (Exception e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    private String next() throws InterruptedException {
        String text = seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
        assertThat(text).as("a message for the listener").isNotNull();
        return text;
    }

    @Nested
    class Delivering {

        @Test
        void goesInOrder() throws Exception {
            listen(consumer, message -> seen.add(text(message)));
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sent.add("m" + i);
            }
            broker.send(ORDERS, sent.toArray(new String[0]));
            Awaitility.await().until(() -> seen.size() == sent.size());
            assertThat(seen).containsExactlyElementsOf(sent);
        }

        @Test
        void isOneMessageAtATimeForAllConsumersOfTheSession() throws Exception {
            AtomicInteger inside = new AtomicInteger();
            List<Integer> most = Collections.synchronizedList(new ArrayList<>());
            Work work = message -> {
                most.add(inside.incrementAndGet());
                inside.decrementAndGet();
                seen.add(text(message));
            };
            listen(consumer, work);
            listen(session.createConsumer(broker.queue("other")), work);
            for (int i = 0; i < 50; i++) {
                broker.send(ORDERS, "a");
                broker.send("other", "b");
            }
            Awaitility.await().until(() -> seen.size() == 100);
            assertThat(most).containsOnly(1);
        }

        @Test
        @Tag("L5")
        void holdsNoOtherMessageWhileAListenerIsAtWork() throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            listen(consumer, message -> {
                seen.add(text(message));
                if ("a".equals(text(message))) {
                    go.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
                }
            });
            listen(session.createConsumer(broker.queue("other")), message -> seen.add(text(message)));
            // Both have waited for a message once: the loop asks for both from here on.
            for (String queue : List.of("other", ORDERS)) {
                broker.send(queue, "first");
                assertThat(next()).isEqualTo("first");
            }
            broker.send(ORDERS, "a");
            assertThat(next()).isEqualTo("a");
            broker.send("other", "free");
            broker.send(ORDERS, "free too");
            assertThat(broker.drain("other")).containsExactly("free");
            assertThat(broker.drain(ORDERS)).containsExactly("free too");
            go.countDown();
        }

        @Test
        void sessionsDoNotWaitForEachOther() throws Exception {
            CountDownLatch other = new CountDownLatch(1);
            listen(consumer, message -> {
                other.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
                seen.add("first");
            });
            listen(broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue("other")), message -> {
                seen.add("second");
                other.countDown();
            });
            broker.send(ORDERS, "a");
            broker.send("other", "b");
            assertThat(next()).isEqualTo("second");
            assertThat(next()).isEqualTo("first");
        }

        @Test
        void beginsWithTheStart() throws Exception {
            broker.connection.stop();
            listen(consumer, message -> seen.add(text(message)));
            broker.send(ORDERS, "a");
            broker.connection.start();
            assertThat(next()).isEqualTo("a");
        }

        @Test
        void endsWhenTheListenerIsTakenAway() throws Exception {
            listen(consumer, message -> seen.add(text(message)));
            broker.send(ORDERS, "a");
            next();
            consumer.setMessageListener(null);
            broker.send(ORDERS, "b");
            assertThat(text(take(consumer))).isEqualTo("b");
        }

        @Test
        void refusesReceiveInTheSameSession() throws Exception {
            listen(consumer, message -> {});
            assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void reportsThatTheQueueIsGone() throws Exception {
            CompletableFuture<JMSException> reported = new CompletableFuture<>();
            broker.connection.setExceptionListener(reported::complete);
            listen(consumer, message -> {});
            ((BusSession) session).namespace().deleteQueue(ORDERS).get();
            assertThat(reported.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS).getErrorCode())
                    .isEqualTo("EntityNotFound");
        }
    }

    @Nested
    class Stopping {

        @Test
        void waitsForTheListenerAtWork() throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            listen(consumer, message -> {
                seen.add("in");
                go.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
                seen.add("out");
            });
            broker.send(ORDERS, "a", "b");
            next();
            Running<Void> stop = Running.<Void>start(() -> {
                        broker.connection.stop();
                        seen.add("stopped");
                        return null;
                    })
                    .untilItWaits();
            assertThat(stop.isDone()).isFalse();
            go.countDown();
            stop.result();
            assertThat(seen).containsExactly("out", "stopped");
        }

        @Test
        void fromAListenerOfTheConnectionIsRefused() throws Exception {
            CompletableFuture<Throwable> refusal = new CompletableFuture<>();
            listen(consumer, message -> {
                try {
                    broker.connection.stop();
                    refusal.complete(new AssertionError("not refused"));
                } catch (JMSException e) {
                    refusal.complete(e);
                }
            });
            broker.send(ORDERS, "a");
            assertThat(refusal.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Closing {

        @Test
        void theSessionFromItsListenerIsRefusedAndItLivesOn() throws Exception {
            CompletableFuture<Throwable> refusal = new CompletableFuture<>();
            listen(consumer, message -> {
                try {
                    session.close();
                } catch (JMSException e) {
                    refusal.complete(e);
                }
                seen.add(text(message));
            });
            broker.send(ORDERS, "a", "b");
            assertThat(next()).isEqualTo("a");
            assertThat(next()).isEqualTo("b");
            assertThat(refusal.get()).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void theConnectionFromAListenerIsRefused() throws Exception {
            CompletableFuture<Throwable> refusal = new CompletableFuture<>();
            listen(consumer, message -> {
                try {
                    broker.connection.close();
                } catch (JMSException e) {
                    refusal.complete(e);
                }
            });
            broker.send(ORDERS, "a");
            assertThat(refusal.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void theConsumerFromItsListenerLetsItEndNormally() throws Exception {
            listen(consumer, message -> {
                consumer.close();
                seen.add(text(message));
            });
            broker.send(ORDERS, "a", "b");
            assertThat(next()).isEqualTo("a");
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("b");
            assertThat(seen).isEmpty();
        }

        @Test
        void theSessionWaitsForTheListenerWhichMayUseIt() throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            Session client = broker.session(Session.CLIENT_ACKNOWLEDGE);
            listen(client.createConsumer(broker.queue(ORDERS)), message -> {
                seen.add("in");
                go.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
                client.createProducer(broker.queue("out")).send(client.createTextMessage("x"));
                message.acknowledge();
                seen.add("out");
            });
            broker.send(ORDERS, "a");
            next();
            Running<Void> close = Running.<Void>start(() -> {
                        client.close();
                        seen.add("closed");
                        return null;
                    })
                    .untilItWaits();
            go.countDown();
            close.result();
            assertThat(seen).containsExactly("out", "closed");
            assertThat(broker.drain("out")).containsExactly("x");
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        void canBeInterruptedWhileItWaits() throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            listen(consumer, message -> {
                seen.add("in");
                go.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
            });
            broker.send(ORDERS, "a");
            next();
            Running<Void> close = Running.<Void>start(() -> {
                        session.close();
                        return null;
                    })
                    .untilItWaits();
            close.interrupt();
            assertThatThrownBy(close::result).cause().hasCauseInstanceOf(InterruptedException.class);
            go.countDown();
        }

        @Test
        @Tag("L10")
        void leavesTheCountOfWhatWasNotHandedOver() throws Exception {
            listen(consumer, message -> seen.add(text(message)));
            session.close();
            broker.send(ORDERS, "a");
            try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE)) {
                assertThat(deliveryCount(take(other.createConsumer(broker.queue(ORDERS)))))
                        .isEqualTo(1);
            }
            assertThat(seen).isEmpty();
        }
    }
}
