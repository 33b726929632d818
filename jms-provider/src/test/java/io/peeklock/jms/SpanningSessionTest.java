/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transacted session that works in several partitions: unpartitioned queues placed apart, and keys of several partitions. */
class SpanningSessionTest {

    /** Partitioned; the others lie whole where their names say. */
    private static final String SPREAD = "spread";

    private TestBroker broker;
    private Session session;

    private void open(String options) throws JMSException {
        broker = new TestBroker("?partitions=4" + options);
        for (int home = 0; home < 4; home++) {
            broker.namespace()
                    .createQueue(QueueDescription.builder("in" + home)
                            .homePartition(home)
                            .build())
                    .join();
        }
        broker.namespace()
                .createQueue(QueueDescription.builder(SPREAD).partitioned(true).build())
                .join();
        session = broker.session(Session.SESSION_TRANSACTED);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void send(String queue, String text, @Nullable String key) throws JMSException {
        send(session, queue, text, key);
    }

    private void send(Session from, String queue, String text, @Nullable String key) throws JMSException {
        TextMessage message = from.createTextMessage(text);
        if (key != null) {
            message.setStringProperty("JMS_SB_PartitionKey", key);
        }
        from.createProducer(broker.queue(queue)).send(message);
    }

    /** Each under a key of its own, in no transaction. */
    private void put(String queue, String... texts) throws JMSException {
        try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            for (String text : texts) {
                send(other, queue, text, text);
            }
        }
    }

    private MessageConsumer consumer(String queue) throws JMSException {
        return session.createConsumer(broker.queue(queue));
    }

    @Nested
    @Tag("X4")
    class UnpartitionedQueuesPlacedApart {

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areOneTransaction(boolean commits) throws JMSException {
            open("");
            broker.send("in1", "a");
            broker.send("in2", "b");
            assertThat(text(take(consumer("in1")))).isEqualTo("a");
            assertThat(text(take(consumer("in2")))).isEqualTo("b");
            send("in3", "x", null);
            send("in0", "y", null);
            if (commits) {
                session.commit();
            } else {
                session.rollback();
            }
            session.close();
            assertThat(broker.drain("in3")).isEqualTo(commits ? List.of("x") : List.of());
            assertThat(broker.drain("in0")).isEqualTo(commits ? List.of("y") : List.of());
            assertThat(broker.drain("in1")).isEqualTo(commits ? List.of() : List.of("a"));
            assertThat(broker.drain("in2")).isEqualTo(commits ? List.of() : List.of("b"));
        }

        /** Rule P11 ties it to the partition of the key, and only for what is partitioned. */
        @Test
        void areReceivedFromInATransactionThatIsTiedElsewhere() throws JMSException {
            open("");
            put(SPREAD, "1");
            Message first = take(consumer(SPREAD));
            assertThat(first).isNotNull();
            for (int home = 0; home < 4; home++) {
                broker.send("in" + home, "now", "later", "selected");
                assertThat(text(consumer("in" + home).receiveNoWait())).isEqualTo("now");
                assertThat(text(take(consumer("in" + home)))).isEqualTo("later");
            }
            session.commit();
            session.close();
            for (int home = 0; home < 4; home++) {
                assertThat(broker.drain("in" + home)).containsExactly("selected");
            }
        }

        @Test
        void areSourcesOfListenersToo() throws JMSException {
            open("");
            List<String> seen = new CopyOnWriteArrayList<>();
            for (int home = 0; home < 4; home++) {
                consumer("in" + home).setMessageListener(message -> {
                    seen.add(PeeklockContext.call(() -> String.valueOf(text(message))));
                    if (seen.size() == 4) {
                        PeeklockContext.run(session::commit);
                    }
                });
            }
            for (int home = 0; home < 4; home++) {
                broker.send("in" + home, "of " + home);
            }
            Awaitility.await().until(() -> seen.size() == 4);
            Awaitility.await().until(() -> broker.locked("in3").isEmpty());
            session.close();
            for (int home = 0; home < 4; home++) {
                assertThat(broker.drain("in" + home)).isEmpty();
            }
        }

        @Test
        void areSourcesOfConnectionConsumersToo() throws JMSException {
            open("");
            List<String> seen = new CopyOnWriteArrayList<>();
            TestServerSessions pool = new TestServerSessions(
                    broker.connection,
                    1,
                    Session.SESSION_TRANSACTED,
                    message -> seen.add(PeeklockContext.call(() -> String.valueOf(text(message)))));
            for (int home = 0; home < 4; home++) {
                broker.send("in" + home, "a", "b");
                broker.connection.createConnectionConsumer(broker.queue("in" + home), null, pool, 3);
            }
            Awaitility.await().until(() -> seen.size() == 8);
            Awaitility.await().until(() -> pool.idle() == 1);
            pool.sessions.get(0).commit();
            for (int home = 0; home < 4; home++) {
                assertThat(broker.drain("in" + home)).isEmpty();
            }
        }

        @Test
        void giveTheirDeferredMessagesToo() throws JMSException {
            open("");
            long[] numbers = new long[4];
            for (int home = 0; home < 4; home++) {
                broker.send("in" + home, "a");
                PeekLocked message = PeekLocked.of(take(consumer("in" + home)));
                numbers[home] = message.sequenceNumber();
                message.defer();
            }
            session.commit();
            for (int home = 0; home < 4; home++) {
                assertThat(((BusSession) session).receiveDeferred(broker.queue("in" + home), numbers[home]))
                        .hasSize(1);
            }
            session.commit();
            assertThat(((BusSession) session).peek(broker.queue("in2"), 0, 10)).isEmpty();
        }
    }

    @Nested
    @Tag("P11")
    class KeysOfSeveralPartitions {

        private static final String[] KEYS = {"a", "b", "c", "d", "e", "f", "g", "h"};

        @Test
        void areRefusedUnlessTheyAreAllowed() throws JMSException {
            open("");
            send(SPREAD, "x", "a");
            assertThatThrownBy(() -> {
                        for (String key : KEYS) {
                            send(SPREAD, "y", key);
                        }
                    })
                    .isInstanceOfSatisfying(
                            IllegalStateException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("InvalidOperation"))
                    .hasMessageContaining("'a'");
            session.rollback();
        }

        @Test
        void areOneTransactionIfTheyAreAllowed() throws JMSException {
            open("&crossPartition=true");
            for (String key : KEYS) {
                send(SPREAD, key, key);
            }
            assertThat(broker.drain(SPREAD)).isEmpty();
            session.commit();
            MessageConsumer consumer = consumer(SPREAD);
            for (int i = 0; i < KEYS.length; i++) {
                take(consumer);
            }
            session.rollback();
            assertThat(broker.drain(SPREAD)).containsExactlyInAnyOrder(KEYS);
        }

        @Test
        void areReceivedTogetherIfTheyAreAllowed() throws JMSException {
            open("&crossPartition=true");
            put(SPREAD, KEYS);
            MessageConsumer consumer = consumer(SPREAD);
            for (int i = 0; i < KEYS.length; i++) {
                take(consumer);
            }
            session.commit();
            session.close();
            assertThat(broker.drain(SPREAD)).isEmpty();
        }

        @Test
        void areDeferredAndReceivedTogetherIfTheyAreAllowed() throws JMSException {
            open("&crossPartition=true");
            put(SPREAD, KEYS);
            long[] numbers = new long[KEYS.length];
            MessageConsumer consumer = consumer(SPREAD);
            for (int i = 0; i < KEYS.length; i++) {
                PeekLocked message = PeekLocked.of(take(consumer));
                numbers[i] = message.sequenceNumber();
                message.defer();
            }
            session.commit();
            assertThat(((BusSession) session).receiveDeferred(broker.queue(SPREAD), numbers))
                    .hasSize(KEYS.length);
            session.commit();
            assertThat(((BusSession) session).peek(broker.queue(SPREAD), 0, 10)).isEmpty();
        }
    }
}
