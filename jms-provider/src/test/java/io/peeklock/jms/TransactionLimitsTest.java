/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.all;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ServerSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an application sees of the limits of a transaction: rules X3 and P9 to P11. */
class TransactionLimitsTest {

    private TestBroker broker;
    private BusSession session;
    private Queue orders;
    private MessageProducer producer;

    private void open(String options) throws JMSException {
        broker = new TestBroker(options);
        session = (BusSession) broker.session(Session.SESSION_TRANSACTED);
        orders = broker.queue("orders");
        producer = session.createProducer(orders);
    }

    @AfterEach
    void close() throws JMSException {
        if (broker != null) {
            broker.close();
        }
    }

    private void send(String text, String key) throws JMSException {
        TextMessage message = session.createTextMessage(text);
        message.setStringProperty("JMS_SB_PartitionKey", key);
        producer.send(message);
    }

    private static void assertFull(ThrowingCallable call, String option) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ResourceAllocationException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo("QuotaExceeded"))
                .hasMessageContaining(option);
    }

    @Nested
    @Tag("X3")
    class OfSends {

        @ParameterizedTest
        @CsvSource({
            "?maxTransactionMessages=3, 3",
            "?maxTransactionMessages=3&autoCreate.partitioned=true, 3",
            "?profile=azure, 100",
            "?profile=azure&maxTransactionMessages=101, 101"
        })
        void refuseOneMore(String options, int allowed) throws JMSException {
            open(options);
            for (int i = 0; i < allowed; i++) {
                send("m" + i, "k");
            }
            assertFull(() -> send("too many", "k"), "maxTransactionMessages");
            session.commit();
            assertThat(broker.drain("orders")).hasSize(allowed).doesNotContain("too many");
            send("in the next", "k");
            session.commit();
            assertThat(broker.drain("orders")).containsExactly("in the next");
        }

        @Test
        void areNoneByDefault() throws JMSException {
            open("");
            for (int i = 0; i < 1000; i++) {
                send("m", "k");
            }
            session.commit();
            assertThat(broker.drain("orders")).hasSize(1000);
        }

        @ParameterizedTest
        @CsvSource({"?maxTransactionSize=300KB", "?bodyMemory=1MiB&maxTransactionSize=300KB&profile=azure"})
        void refuseMoreBytes(String options) throws JMSException {
            open(options);
            send("x".repeat(200 << 10), "k");
            assertFull(() -> send("y".repeat(100 << 10), "k"), "maxTransactionSize");
            send("z", "k");
            session.commit();
            assertThat(broker.drain("orders")).extracting(String::length).containsExactly(200 << 10, 1);
        }

        @Test
        void areThoseOfTheMemoryForBodiesByDefault() throws JMSException {
            open("?bodyMemory=1MiB");
            for (int i = 0; i < 5; i++) {
                send("x".repeat(200 << 10), "k");
            }
            assertFull(() -> send("y".repeat(200 << 10), "k"), "1048576 bytes");
            session.commit();
            assertThat(broker.drain("orders")).hasSize(5);
        }

        @Test
        void belongToEachFactory() throws JMSException {
            open("?maxTransactionMessages=1");
            String url =
                    ConnectionFactorySettings.parse(broker.factory.getUrl()).toUrl();
            try (PeeklockConnectionFactory other = new PeeklockConnectionFactory(
                            url.replace("maxTransactionMessages=1", "transactionTimeout=1h"));
                    jakarta.jms.Connection connection = other.createConnection();
                    Session unlimited = connection.createSession(Session.SESSION_TRANSACTED)) {
                MessageProducer sender = unlimited.createProducer(orders);
                sender.send(unlimited.createTextMessage("1"));
                sender.send(unlimited.createTextMessage("2"));
                unlimited.commit();
            }
            send("3", "k");
            assertFull(() -> send("4", "k"), "maxTransactionMessages");
            session.commit();
            assertThat(broker.drain("orders")).containsExactly("1", "2", "3");
        }
    }

    @Nested
    class OfReceivedMessages {

        private void openWithThree() throws JMSException {
            open("?maxTransactionReceived=2");
            broker.send("orders", "1", "2", "3");
        }

        @Test
        void refuseToReceiveMoreUntilACommit() throws JMSException {
            openWithThree();
            MessageConsumer consumer = session.createConsumer(orders);
            take(consumer);
            take(consumer);
            assertFull(consumer::receive, "maxTransactionReceived");
            assertFull(consumer::receiveNoWait, "maxTransactionReceived");
            assertFull(() -> consumer.receive(1), "maxTransactionReceived");
            assertThat(broker.locked("orders")).containsExactly("1", "2");
            session.commit();
            assertThat(text(take(consumer))).isEqualTo("3");
            session.commit();
        }

        @Test
        void refuseBeforeAMessageIsAskedFor() throws JMSException {
            openWithThree();
            MessageConsumer consumer = session.createConsumer(orders);
            take(consumer);
            take(consumer);
            assertThat(broker.drain("orders")).containsExactly("3");
            assertFull(consumer::receiveNoWait, "maxTransactionReceived");
            session.commit();
            assertThat(consumer.receiveNoWait()).isNull();
        }

        @Test
        void areMadeRoomForByARollback() throws JMSException {
            openWithThree();
            MessageConsumer consumer = session.createConsumer(orders);
            take(consumer);
            take(consumer);
            session.rollback();
            assertThat(text(take(consumer))).isEqualTo("1");
            session.commit();
        }

        @Test
        void holdForDeferredOnesAllOrNone() throws JMSException {
            openWithThree();
            long[] numbers = new long[3];
            try (Session other = broker.session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
                    MessageConsumer consumer = other.createConsumer(orders)) {
                for (int i = 0; i < numbers.length; i++) {
                    PeekLocked lock = PeekLocked.of(take(consumer));
                    numbers[i] = lock.sequenceNumber();
                    lock.defer();
                }
            }
            assertFull(() -> session.receiveDeferred(orders, numbers), "maxTransactionReceived");
            assertThat(session.receiveDeferred(orders, numbers[0], numbers[1])).hasSize(2);
            session.commit();
            Message third = session.receiveDeferred(orders, numbers[2]).get(0);
            assertThat(TestBroker.deliveryCount(third))
                    .as("given back uncounted")
                    .isEqualTo(1);
            session.commit();
        }

        @Test
        void areToldOfByAListenerThatNeverCommits() throws JMSException {
            openWithThree();
            List<JMSException> told = new CopyOnWriteArrayList<>();
            broker.connection.setExceptionListener(told::add);
            List<Message> seen = new CopyOnWriteArrayList<>();
            session.createConsumer(orders).setMessageListener(seen::add);
            await().until(() -> !told.isEmpty());
            assertThat(seen).hasSize(2);
            assertThat(told.get(0).getErrorCode()).isEqualTo("QuotaExceeded");
            session.close();
            assertThat(broker.drain("orders")).containsExactly("1", "2", "3");
        }

        @Test
        void holdForServerSessionsToo() throws Exception {
            openWithThree();
            List<JMSException> told = new CopyOnWriteArrayList<>();
            broker.connection.setExceptionListener(told::add);
            List<Message> seen = new CopyOnWriteArrayList<>();
            TestServerSessions pool =
                    new TestServerSessions(broker.connection, 1, Session.SESSION_TRANSACTED, seen::add);
            broker.connection.createConnectionConsumer(orders, null, pool, 3);
            await().until(() -> !told.isEmpty());
            assertThat(told.get(0).getErrorCode()).isEqualTo("QuotaExceeded");
            assertThat(seen).hasSize(2);
            // As a container does after a run.
            ServerSession idle = pool.take();
            idle.getSession().commit();
            pool.giveBack(idle);
            await().until(() -> seen.size() == 3);
            assertThat(TestBroker.deliveryCount(seen.get(2)))
                    .as("given back uncounted")
                    .isEqualTo(1);
        }

        @Test
        void areNotThoseOfOtherModes() throws JMSException {
            openWithThree();
            try (Session other = broker.session(Session.CLIENT_ACKNOWLEDGE);
                    MessageConsumer consumer = other.createConsumer(orders)) {
                assertThat(all(consumer)).hasSize(3);
            }
        }
    }

    @Nested
    class OfKeys {

        private int partitionOf(String key) throws JMSException {
            io.peeklock.broker.message.Message message = io.peeklock.broker.message.Message.builder()
                    .partitionKey(key)
                    .build();
            return broker.namespace().partitionOf(EntityPath.queue("orders"), message);
        }

        private String keyElsewhere(String than) throws JMSException {
            for (int i = 0; ; i++) {
                if (partitionOf("k" + i) != partitionOf(than)) {
                    return "k" + i;
                }
            }
        }

        private void assertRefused(ThrowingCallable call, String... parts) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            IllegalStateException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("InvalidOperation"))
                    .message()
                    .contains(parts);
        }

        @ParameterizedTest
        @CsvSource({"jms", "azure"})
        @Tag("P9")
        @Tag("P11")
        void refuseASecondOneNamingBothAndTheirPartitions(String profile) throws JMSException {
            open("?partitions=4&autoCreate.partitioned=true&profile=" + profile);
            send("1", "a");
            String other = keyElsewhere("a");
            String[] named = {
                "'a' (partition " + partitionOf("a") + ")", "'" + other + "' (partition " + partitionOf(other) + ")"
            };
            assertRefused(() -> send("refused", other), named);
            send("2", "a");
            session.commit();
            assertThat(broker.drain("orders")).containsExactly("1", "2");
            send("another key in the next", other);
            session.commit();
            assertThat(broker.drain("orders")).containsExactly("another key in the next");
        }

        @Test
        @Tag("P10")
        void areTheSessionIds() throws JMSException {
            open("?partitions=4&autoCreate.partitioned=true");
            Message first = session.createTextMessage("1");
            first.setStringProperty("JMSXGroupID", "a");
            producer.send(first);
            String other = keyElsewhere("a");
            Message second = session.createTextMessage("2");
            second.setStringProperty("JMSXGroupID", other);
            assertRefused(() -> producer.send(second), "'a'", "'" + other + "'");
            session.commit();
            assertThat(broker.drain("orders")).containsExactly("1");
        }

        @Test
        @Tag("P11")
        void ofWhatWasReceivedAreNamedToo() throws JMSException {
            open("?partitions=4&autoCreate.partitioned=true");
            try (Session sender = broker.session(Session.AUTO_ACKNOWLEDGE)) {
                Message message = sender.createTextMessage("in");
                message.setStringProperty("JMS_SB_PartitionKey", "a");
                sender.createProducer(orders).send(message);
            }
            String other = keyElsewhere("a");
            try (MessageConsumer consumer = session.createConsumer(orders)) {
                assertThat(consumer.receive(Duration.ofSeconds(30).toMillis())).isNotNull();
                assertRefused(
                        () -> send("refused", other),
                        "'a'",
                        "partition " + partitionOf("a"),
                        "'" + other + "'",
                        "partition " + partitionOf(other));
                send("out", "a");
                session.commit();
            }
            assertThat(broker.drain("orders")).containsExactly("out");
        }
    }
}
