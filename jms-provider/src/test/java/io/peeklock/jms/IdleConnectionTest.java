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

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connection on which nothing happens for ten hours is as good afterwards as before; the hours pass in a moment. */
class IdleConnectionTest {

    private static final Duration HOURS = Duration.ofHours(10);
    private static final String ORDERS = "orders";

    private SteppedBroker broker = new SteppedBroker("");

    @AfterEach
    void close() {
        broker.close();
    }

    private static MessageConsumer consumer(Session session) throws JMSException {
        return session.createConsumer(session.createQueue(ORDERS));
    }

    private static void send(PeeklockConnection connection, String text) throws JMSException {
        try (Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
            producer.send(session.createTextMessage(text));
        }
    }

    @Nested
    class WithNothingToDo {

        @Test
        void wakesNobody() throws Exception {
            try (PeeklockConnection connection = broker.connect()) {
                BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
                consumer(connection.createSession()).setMessageListener(heard::add);
                consumer(connection.createSession(Session.SESSION_TRANSACTED));
                send(connection, "a");
                assertThat(heard.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                        .isNotNull();
                // Waits until it is acknowledged.
                connection.stop();
                connection.start();
                broker.pass(SteppedBroker.LOCK);
                assertThat(broker.pass(HOURS)).isZero();
            }
        }

        @Test
        void sendsAndReceivesAfterwards() throws JMSException {
            try (PeeklockConnection connection = broker.connect()) {
                Session session = connection.createSession();
                MessageConsumer consumer = consumer(session);
                MessageProducer producer = session.createProducer(session.createQueue(ORDERS));
                broker.pass(HOURS);
                producer.send(session.createTextMessage("a"));
                assertThat(text(take(consumer))).isEqualTo("a");
            }
        }

        @Test
        void listensAfterwards() throws Exception {
            try (PeeklockConnection connection = broker.connect()) {
                BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
                consumer(connection.createSession()).setMessageListener(heard::add);
                broker.pass(HOURS);
                send(connection, "a");
                assertThat(text(heard.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)))
                        .isEqualTo("a");
            }
        }

        @Test
        void endsAReceiveCallThatHasWaitedAllThatTime() throws Exception {
            try (PeeklockConnection connection = broker.connect()) {
                MessageConsumer consumer = consumer(connection.createSession());
                Running<Message> receive = Running.start(consumer::receive).untilItWaits();
                broker.pass(HOURS);
                send(connection, "a");
                assertThat(text(receive.result())).isEqualTo("a");
            }
        }

        /** The linger is for after the last connection. */
        @Test
        void keepsTheBrokerOpen() throws JMSException {
            broker = new SteppedBroker("&linger=30s");
            PeeklockConnection idle = broker.connect();
            send(idle, "a");
            broker.connect().close();
            broker.pass(HOURS);
            assertThat(text(take(consumer(idle.createSession())))).isEqualTo("a");
            idle.close();
            broker.pass(Duration.ofSeconds(29));
            assertThat(broker.isOpen()).isTrue();
            broker.pass(Duration.ofSeconds(1));
            assertThat(broker.isOpen()).isFalse();
        }
    }

    @Nested
    class HoldingAMessage {

        /** Its listener takes ten hours: the lock is renewed as long as the session lives. */
        @Test
        @Tag("L4")
        void inItsListenerKeepsTheLock() throws Exception {
            try (PeeklockConnection connection = broker.connect();
                    PeeklockConnection other = broker.connect()) {
                CountDownLatch begun = new CountDownLatch(1);
                CountDownLatch over = new CountDownLatch(1);
                consumer(connection.createSession()).setMessageListener(message -> {
                    begun.countDown();
                    awaitUninterruptibly(over);
                });
                send(connection, "a");
                assertThat(begun.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                        .isTrue();
                int wakes = broker.pass(HOURS);
                assertThat(wakes).isLessThanOrEqualTo((int) HOURS.dividedBy(SteppedBroker.LOCK) + 2);
                assertThat(consumer(other.createSession()).receiveNoWait()).isNull();
                over.countDown();
                connection.stop();
                assertThat(consumer(other.createSession()).receiveNoWait()).isNull();
            }
        }

        @Test
        @Tag("L4")
        void inATransactionCommits() throws JMSException {
            try (PeeklockConnection connection = broker.connect();
                    PeeklockConnection other = broker.connect()) {
                Session session = connection.createSession(Session.SESSION_TRANSACTED);
                send(connection, "in");
                take(consumer(session));
                session.createProducer(session.createQueue("results")).send(session.createTextMessage("out"));
                broker.pass(HOURS);
                session.commit();
                Session after = other.createSession();
                assertThat(consumer(after).receiveNoWait()).isNull();
                assertThat(text(take(after.createConsumer(after.createQueue("results")))))
                        .isEqualTo("out");
            }
        }

        @Test
        @Tag("X2")
        void inATransactionOfProfileAzureIsRolledBack() throws JMSException {
            broker = new SteppedBroker("&profile=azure");
            try (PeeklockConnection connection = broker.connect();
                    PeeklockConnection other = broker.connect()) {
                Session session = connection.createSession(Session.SESSION_TRANSACTED);
                send(connection, "in");
                take(consumer(session));
                broker.pass(HOURS);
                assertThat(deliveryCount(take(consumer(other.createSession())))).isEqualTo(2);
                assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);
            }
        }

        /** The peek-lock does end, after five minutes of renewals; the connection does not. */
        @Test
        @Tag("L7")
        void inClientAcknowledgeLosesTheLockAndNothingElse() throws JMSException {
            try (PeeklockConnection connection = broker.connect();
                    PeeklockConnection other = broker.connect()) {
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = consumer(session);
                send(connection, "a");
                Message lost = take(consumer);
                broker.pass(Duration.ofMinutes(5).minusSeconds(1));
                assertThat(consumer(other.createSession()).receiveNoWait()).isNull();
                broker.pass(HOURS);
                assertThatThrownBy(lost::acknowledge)
                        .isInstanceOfSatisfying(
                                JMSException.class,
                                e -> assertThat(e.getErrorCode()).isEqualTo("MessageLockLost"));
                Message again = take(consumer);
                assertThat(deliveryCount(again)).isEqualTo(2);
                again.acknowledge();
                assertThat(consumer.receiveNoWait()).isNull();
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
