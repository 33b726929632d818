/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.all;
import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an application sees of a transaction that is left open: rule X2. */
@Tag("X2")
class TransactionTimeoutTest {

    private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

    private SteppedBroker broker;
    private PeeklockConnection connection;
    private Session session;
    private Queue orders;
    private MessageProducer producer;

    private void open(String options) throws JMSException {
        broker = new SteppedBroker(options);
        connection = broker.connect();
        session = connection.createSession(Session.SESSION_TRANSACTED);
        orders = session.createQueue("orders");
        producer = session.createProducer(session.createQueue("out"));
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
        broker.close();
    }

    private void fill(String... texts) throws JMSException {
        try (Session sender = connection.createSession();
                MessageProducer toOrders = sender.createProducer(orders)) {
            for (String text : texts) {
                toOrders.send(sender.createTextMessage(text));
            }
        }
    }

    private void send(String text) throws JMSException {
        producer.send(session.createTextMessage(text));
    }

    private List<String> sent() throws JMSException {
        try (Session other = connection.createSession();
                MessageConsumer consumer = other.createConsumer(other.createQueue("out"))) {
            return all(consumer);
        }
    }

    private static void assertTimeout(Throwable failure) {
        assertThat(failure).isInstanceOf(JMSException.class);
        assertThat(((JMSException) failure).getErrorCode()).isEqualTo("Timeout");
    }

    @Nested
    class InProfileAzure {

        @Test
        void commitThrowsRolledBackAndTheNextTransactionIsAsGoodAsNew() throws JMSException {
            open("&profile=azure");
            fill("a", "b");
            MessageConsumer consumer = session.createConsumer(orders);
            take(consumer);
            take(consumer);
            send("lost");
            broker.pass(TWO_MINUTES.plusMillis(1));
            assertThatThrownBy(session::commit)
                    .isInstanceOf(TransactionRolledBackException.class)
                    .satisfies(TransactionTimeoutTest::assertTimeout)
                    .satisfies(said -> assertThat(said.getMessage())
                            .containsOnlyOnce("rolled back")
                            .containsOnlyOnce("PT2M"));
            for (String text : List.of("a", "b")) {
                Message again = take(consumer);
                assertThat(text(again)).isEqualTo(text);
                assertThat(deliveryCount(again)).isEqualTo(2);
            }
            send("kept");
            session.commit();
            assertThat(sent()).containsExactly("kept");
            assertThat(consumer.receiveNoWait()).isNull();
        }

        @Test
        void whatIsLeftOpenIsThereForOthers() throws JMSException {
            open("&profile=azure");
            fill("a");
            take(session.createConsumer(orders));
            broker.pass(TWO_MINUTES.minusSeconds(1));
            try (Session other = connection.createSession();
                    MessageConsumer consumer = other.createConsumer(orders)) {
                assertThat(consumer.receiveNoWait()).isNull();
                broker.pass(Duration.ofSeconds(2));
                assertThat(deliveryCount(take(consumer))).isEqualTo(2);
            }
        }

        @Test
        void theTimeIsASetting() throws JMSException {
            open("&profile=azure&transactionTimeout=1h");
            send("a");
            broker.pass(Duration.ofMinutes(59));
            session.commit();
            assertThat(sent()).containsExactly("a");
        }

        @Test
        void itCanBeTurnedOff() throws JMSException {
            open("&profile=azure&transactionTimeout=none");
            send("a");
            broker.pass(Duration.ofDays(1));
            session.commit();
            assertThat(sent()).containsExactly("a");
        }
    }

    @Nested
    class InProfileJms {

        @Test
        void thereIsNoneByDefault() throws JMSException {
            open("");
            send("a");
            broker.pass(Duration.ofDays(1));
            session.commit();
            assertThat(sent()).containsExactly("a");
        }

        @Test
        void sendAndReceiveAreRefusedUntilARollback() throws JMSException {
            open("&transactionTimeout=10s");
            fill("a");
            MessageConsumer consumer = session.createConsumer(orders);
            take(consumer);
            broker.pass(Duration.ofSeconds(11));
            assertThatThrownBy(() -> send("late")).satisfies(TransactionTimeoutTest::assertTimeout);
            assertThatThrownBy(consumer::receiveNoWait).satisfies(TransactionTimeoutTest::assertTimeout);
            assertThatThrownBy(consumer::receive).satisfies(TransactionTimeoutTest::assertTimeout);
            session.rollback();
            assertThat(deliveryCount(take(consumer))).isEqualTo(2);
            send("out");
            session.commit();
            assertThat(sent()).containsExactly("out");
        }

        @Test
        void aReceiveThatWaitsEndsWithIt() throws Exception {
            open("&transactionTimeout=10s");
            MessageConsumer consumer = session.createConsumer(orders);
            send("request");
            Running<Message> waiting = Running.<Message>start(consumer::receive).untilItWaits();
            broker.pass(Duration.ofSeconds(11));
            assertThatThrownBy(waiting::result)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .satisfies(TransactionTimeoutTest::assertTimeout);
            session.rollback();
            fill("a");
            assertThat(text(take(consumer))).isEqualTo("a");
            session.commit();
        }

        @Test
        void aReceiveThatWaitsWithNothingInTheTransactionWaitsOn() throws Exception {
            open("&transactionTimeout=10s");
            MessageConsumer consumer = session.createConsumer(orders);
            Running<Message> waiting = Running.start(() -> take(consumer)).untilItWaits();
            broker.pass(Duration.ofHours(1));
            fill("a");
            assertThat(text(waiting.result())).isEqualTo("a");
            session.commit();
        }
    }

    /** It is called for messages only, so that nobody else could end a transaction whose time is over. */
    /** Though what was deferred is its session's, which the receivers do not hold any more. */
    @Test
    void isWhatReceivingDeferredMessagesOfASessionSays() throws JMSException {
        open("&transactionTimeout=10s");
        ((BusSession) session)
                .namespace()
                .createQueue(
                        QueueDescription.builder("orders").sessionRequired(true).build())
                .join();
        try (Session sender = connection.createSession()) {
            for (String text : List.of("a", "b")) {
                TextMessage message = sender.createTextMessage(text);
                message.setStringProperty("JMSXGroupID", "g");
                sender.createProducer(orders).send(message);
            }
        }
        MessageConsumer consumer = session.createConsumer(orders);
        PeekLocked deferred = PeekLocked.of(take(consumer));
        deferred.defer();
        session.commit();
        consumer.close();
        send("lost");
        broker.pass(Duration.ofSeconds(11));
        assertThatThrownBy(() -> ((BusSession) session).receiveDeferred(orders, deferred.sequenceNumber()))
                .satisfies(TransactionTimeoutTest::assertTimeout);
        session.rollback();
        take(session.createConsumer(orders));
        assertThat(((BusSession) session).receiveDeferred(orders, deferred.sequenceNumber()))
                .hasSize(1);
    }

    @Nested
    class OfAListener {
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final List<JMSException> told = new CopyOnWriteArrayList<>();

        /** Commits with each third message. */
        private void listen() throws JMSException {
            connection.setExceptionListener(told::add);
            session.createConsumer(orders).setMessageListener(message -> {
                try {
                    send("answer to " + text(message));
                    if ((seen.size() + 1) % 3 == 0) {
                        session.commit();
                    }
                    seen.add(text(message) + deliveryCount(message));
                } catch (JMSException e) {
                    told.add(e);
                }
            });
        }

        @Test
        void goesOnInANewTransactionAndTheExceptionListenerIsTold() throws JMSException {
            open("&transactionTimeout=10s");
            listen();
            fill("a");
            await().until(() -> seen.size() == 1);
            broker.pass(Duration.ofSeconds(11));
            await().until(() -> seen.size() == 2);
            assertThat(seen).containsExactly("a1", "a2");
            await().until(() -> told.size() == 1);
            assertThat(told.get(0)).isInstanceOf(TransactionRolledBackException.class);
            assertTimeout(told.get(0));
            assertThat(sent()).isEmpty();
            fill("b");
            await().until(() -> seen.size() == 3);
            assertThat(sent()).containsExactly("answer to a", "answer to b");
            assertThat(told).hasSize(1);
        }

        @Test
        void isNotToldTwiceAfterItsOwnCommitHasFailed() throws Exception {
            open("&transactionTimeout=10s");
            connection.setExceptionListener(told::add);
            fill("a");
            session.createConsumer(orders).setMessageListener(message -> {
                try {
                    seen.add(text(message) + deliveryCount(message));
                    if (seen.size() == 1) {
                        await().until(() -> !isLocked());
                    }
                    session.commit();
                } catch (JMSException e) {
                    seen.add(e.getClass().getSimpleName() + " " + e.getErrorCode());
                }
            });
            await().until(() -> seen.size() == 1);
            Running<Void> passing = Running.start(() -> {
                broker.pass(Duration.ofSeconds(11));
                return null;
            });
            await().until(() -> seen.size() == 3);
            passing.result();
            assertThat(seen).containsExactly("a1", "TransactionRolledBackException Timeout", "a2");
            assertThat(told).isEmpty();
        }

        @Test
        void ofAServerSessionGoesOnWithItsNextRun() throws JMSException {
            open("&transactionTimeout=10s");
            connection.setExceptionListener(told::add);
            TestServerSessions pool = new TestServerSessions(connection, 1, Session.SESSION_TRANSACTED, message -> {
                try {
                    seen.add(text(message) + deliveryCount(message));
                } catch (JMSException e) {
                    told.add(e);
                }
            });
            connection.createConnectionConsumer(orders, null, pool, 1);
            fill("a");
            await().until(() -> seen.size() == 1);
            broker.pass(Duration.ofSeconds(11));
            await().until(() -> {
                // Until its rest after the failure is over.
                broker.pass(Duration.ofSeconds(1));
                return seen.size() > 1;
            });
            assertThat(seen).startsWith("a1", "a2");
            assertThat(told).isNotEmpty().allSatisfy(TransactionTimeoutTest::assertTimeout);
            assertThat(told).hasAtLeastOneElementOfType(TransactionRolledBackException.class);
        }

        private boolean isLocked() throws JMSException {
            try (Session other = connection.createSession()) {
                return ((BusSession) other)
                        .peek(orders, 0, 1)
                        .get(0)
                        .getStringProperty("JMS_SB_State")
                        .equals("Locked");
            }
        }
    }
}
