/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.ServerSession;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Connection consumers, which load the sessions of an application server's pool. */
@DisplayName("ConnectionConsumer, ServerSession, Session.run")
class ConnectionConsumerTest extends ConnectionConsumerFixture {

    @Nested
    class Loading {

        @Test
        void givesMessagesToTheListenerOfTheSessionInOrder() throws Exception {
            TestServerSessions pool = pool(1);
            ConnectionConsumer consumer = consume(pool, 1);
            assertThat(consumer.getServerSessionPool()).isSameAs(pool);
            broker.send(ORDERS, "a", "b", "c");
            assertThat(List.of(next(), next(), next())).containsExactly("a1", "b1", "c1");
            Awaitility.await().until(() -> pool.idle() == 1);
            assertThat(pool.runs).hasValue(3);
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        void takesAllAtHandUpToTheMost() throws Exception {
            TestServerSessions pool = pool(1);
            broker.send(ORDERS, "a", "b", "c", "d", "e");
            consume(pool, 3);
            assertThat(List.of(next(), next(), next(), next(), next())).containsExactly("a1", "b1", "c1", "d1", "e1");
            Awaitility.await().until(() -> pool.idle() == 1);
            assertThat(pool.runs).hasValue(2);
        }

        @Test
        void usesAllSessionsOfThePool() throws Exception {
            CountDownLatch both = new CountDownLatch(2);
            TestServerSessions pool = new TestServerSessions(connection, 2, Session.AUTO_ACKNOWLEDGE, message -> {
                both.countDown();
                try {
                    both.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                note(message);
            });
            consume(pool, 1);
            broker.send(ORDERS, "a", "b");
            assertThat(List.of(next(), next())).containsExactlyInAnyOrder("a1", "b1");
            assertThat(both.getCount()).isZero();
        }

        @Test
        void choosesBySelector() throws Exception {
            connection.createConnectionConsumer(broker.queue(ORDERS), "JMSType = 'b'", pool(1), 1);
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            for (String type : List.of("a", "b")) {
                Message message = session.createTextMessage(type);
                message.setJMSType(type);
                session.createProducer(broker.queue(ORDERS)).send(message);
            }
            assertThat(next()).isEqualTo("b1");
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }

        @Test
        void sharesTheQueueWithOtherConsumersOfEveryKind() throws Exception {
            broker.send(ORDERS, IntStream.range(0, 100).mapToObj(i -> "m").toArray(String[]::new));
            consume(pool(2), 4);
            broker.session(Session.AUTO_ACKNOWLEDGE)
                    .createConsumer(broker.queue(ORDERS))
                    .setMessageListener(ConnectionConsumerTest.this::note);
            Awaitility.await().until(() -> seen.size() == 100);
            assertThat(seen).containsOnly("m1");
        }
    }

    @Nested
    class Arguments {

        @Test
        void areChecked() throws Exception {
            TestServerSessions pool = pool(1);
            assertThatThrownBy(() -> connection.createConnectionConsumer((jakarta.jms.Queue) null, null, pool, 1))
                    .isExactlyInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> connection.createConnectionConsumer(broker.queue(ORDERS), "a =", pool, 1))
                    .isExactlyInstanceOf(InvalidSelectorException.class);
            assertThatThrownBy(() -> connection.createConnectionConsumer(broker.queue(ORDERS), null, null, 1))
                    .isExactlyInstanceOf(JMSException.class);
            assertThatThrownBy(() -> consume(pool, 0)).isExactlyInstanceOf(JMSException.class);
        }

        @Test
        void ofTopicsAreRefusedByQueueConnections() throws Exception {
            try (var queues = broker.factory.createQueueConnection()) {
                assertThatThrownBy(() -> queues.createDurableConnectionConsumer(null, "s", null, null, 1))
                        .isExactlyInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> queues.createSharedConnectionConsumer(null, "s", null, null, 1))
                        .isExactlyInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> queues.createSharedDurableConnectionConsumer(null, "s", null, null, 1))
                        .isExactlyInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void aSessionWithAListenerOfItsOwnReceivesInNoOtherWay() throws Exception {
            Session session = pool(1).sessions.get(0);
            assertThat(session.getMessageListener()).isNotNull();
            var consumer = session.createConsumer(broker.queue("other"));
            assertThatThrownBy(consumer::receiveNoWait).isExactlyInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> consumer.setMessageListener(message -> {}))
                    .isExactlyInstanceOf(IllegalStateException.class);
            session.setMessageListener(null);
            consumer.setMessageListener(message -> {});
            assertThatThrownBy(() -> session.setMessageListener(message -> {}))
                    .isExactlyInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class StoppingAndClosing {

        @Test
        void deliversWhileTheConnectionIsStartedOnly() throws Exception {
            connection.stop();
            consume(pool(1), 1);
            broker.send(ORDERS, "a");
            connection.start();
            assertThat(next()).isEqualTo("a1");
            connection.stop();
            broker.send(ORDERS, "b");
            connection.start();
            assertThat(next()).isEqualTo("b1");
        }

        @Test
        void closeLeavesWhatComesThen() throws Exception {
            ConnectionConsumer consumer = consume(pool(1), 1);
            broker.send(ORDERS, "a");
            assertThat(next()).isEqualTo("a1");
            consumer.close();
            consumer.close();
            broker.send(ORDERS, "b");
            assertThat(broker.drain(ORDERS)).containsExactly("b");
            assertThatThrownBy(consumer::getServerSessionPool).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void closeOfTheConnectionClosesIt() throws Exception {
            Connection own = broker.factory.createConnection();
            own.start();
            ConnectionConsumer consumer = own.createConnectionConsumer(
                    broker.queue(ORDERS),
                    null,
                    new TestServerSessions(own, 1, Session.AUTO_ACKNOWLEDGE, ConnectionConsumerTest.this::note),
                    1);
            own.close();
            assertThatThrownBy(consumer::getServerSessionPool).isInstanceOf(IllegalStateException.class);
            broker.send(ORDERS, "a");
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }

        @Test
        void aStopGivesBackWhatWaitsForASessionAndThePoolGetsItsSessionBack() throws Exception {
            TestServerSessions pool = pool(1);
            ServerSession taken = pool.take();
            consume(pool, 1);
            broker.send(ORDERS, "a");
            Awaitility.await().until(() -> broker.locked(ORDERS).equals(List.of("a")));
            connection.stop();
            pool.giveBack(taken);
            Awaitility.await().until(() -> pool.runs.get() == 1 && pool.idle() == 1);
            Awaitility.await().until(() -> broker.locked(ORDERS).isEmpty());
            assertThat(seen).isEmpty();
            connection.start();
            assertThat(next()).isEqualTo("a1");
        }

        @Test
        void closeOfASessionFromItsListenerIsRefused() throws Exception {
            BlockingQueue<Throwable> refused = new LinkedBlockingQueue<>();
            Session[] self = new Session[1];
            TestServerSessions pool = new TestServerSessions(connection, 1, Session.AUTO_ACKNOWLEDGE, message -> {
                for (AutoCloseable own : List.of(self[0], connection)) {
                    try {
                        own.close();
                    } catch (Exception e) {
                        refused.add(e);
                    }
                }
                note(message);
            });
            self[0] = pool.sessions.get(0);
            consume(pool, 1);
            broker.send(ORDERS, "a");
            assertThat(next()).isEqualTo("a1");
            assertThat(refused).hasSize(2).allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class));
        }
    }
}
