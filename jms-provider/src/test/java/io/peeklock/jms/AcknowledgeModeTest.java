/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of received messages in each acknowledge mode: last table of the rules. */
class AcknowledgeModeTest {

    private static final String ORDERS = "orders";

    private TestBroker broker;
    private Session session;
    private MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        broker.send(ORDERS, "a", "b", "c");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void use(int mode) throws JMSException {
        session = broker.session(mode);
        consumer = session.createConsumer(broker.queue(ORDERS));
    }

    private List<String> held() throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message : ((BusSession) session).peek(broker.queue(ORDERS), 0, 250)) {
            if ("Locked".equalsIgnoreCase(message.getStringProperty("JMS_SB_State"))) {
                texts.add(text(message));
            }
        }
        return texts;
    }

    @Nested
    class Auto {

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.AUTO_ACKNOWLEDGE);
        }

        @Test
        @Tag("L2")
        void completesWhenReceiveReturns() throws JMSException {
            assertThat(text(take(consumer))).isEqualTo("a");
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("b", "c");
        }

        @Test
        void recoverDoesNothingToWhatReceiveReturned() throws JMSException {
            take(consumer);
            session.recover();
            assertThat(text(take(consumer))).isEqualTo("b");
        }

        @Test
        @Tag("L6")
        void aListenerThatThrowsGetsTheSameMessageAgainAtOnce() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    seen.add(text(message) + deliveryCount(message) + message.getJMSRedelivered());
                    if (deliveryCount(message) == 1 && "a".equals(text(message))) {
                        throw new IllegalArgumentException("on purpose");
                    }
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> seen.size() == 4);
            assertThat(seen).containsExactly("a1false", "a2true", "b1false", "c1false");
        }

        @Test
        void recoverInAListenerGetsTheSameMessageAgain() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    seen.add(text(message) + deliveryCount(message));
                    if (deliveryCount(message) == 1 && "a".equals(text(message))) {
                        session.recover();
                    }
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> seen.size() == 4);
            assertThat(seen).containsExactly("a1", "a2", "b1", "c1");
        }

        @Test
        @Tag("L12")
        void aListenerThatAlwaysThrowsSendsTheMessageToTheDeadLetterQueue() throws Exception {
            BlockingQueue<String> done = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    if ("a".equals(text(message))) {
                        throw new IllegalArgumentException("on purpose");
                    }
                    done.add(text(message));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> done.size() == 2);
            MessageConsumer dead =
                    broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue(ORDERS + "/$deadletterqueue"));
            Message message = take(dead);
            assertThat(text(message)).isEqualTo("a");
            assertThat(message.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
        }
    }

    @Nested
    class DupsOk {

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.DUPS_OK_ACKNOWLEDGE);
        }

        @Test
        void completesLaterButAtTheLatestWhenTheSessionCloses() throws JMSException {
            take(consumer);
            take(consumer);
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("c");
        }

        @Test
        void completesWhenNothingIsAtHand() throws JMSException {
            take(consumer);
            take(consumer);
            take(consumer);
            assertThat(consumer.receiveNoWait()).isNull();
            Awaitility.await().untilAsserted(() -> assertThat(held()).isEmpty());
        }

        @Test
        void completesWhenTheConnectionStops() throws JMSException {
            take(consumer);
            broker.connection.stop();
            assertThat(held()).isEmpty();
        }
    }

    @Nested
    class Client {

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.CLIENT_ACKNOWLEDGE);
        }

        @Test
        @Tag("L2")
        void acknowledgeCompletesAllThatTheSessionConsumed() throws JMSException {
            take(consumer);
            take(consumer).acknowledge();
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("c");
        }

        @Test
        @Tag("L6")
        void recoverUnlocksAllAtOnceInOrderAndCounts() throws JMSException {
            take(consumer);
            take(consumer);
            session.recover();
            for (String expected : List.of("a", "b")) {
                Message again = take(consumer);
                assertThat(text(again)).isEqualTo(expected);
                assertThat(again.getJMSRedelivered()).isTrue();
                assertThat(deliveryCount(again)).isEqualTo(2);
            }
            Message fresh = take(consumer);
            assertThat(text(fresh)).isEqualTo("c");
            assertThat(fresh.getJMSRedelivered()).isFalse();
        }

        @Test
        @Tag("L9")
        void closingTheSessionUnlocksAndCounts() throws JMSException {
            take(consumer);
            session.close();
            use(Session.CLIENT_ACKNOWLEDGE);
            assertThat(deliveryCount(take(consumer))).isEqualTo(2);
        }

        @Test
        @Tag("L9")
        void closingTheConsumerKeepsTheLocksOfWhatWasHandedOver() throws JMSException {
            Message message = take(consumer);
            consumer.close();
            assertThat(held()).containsExactly("a");
            message.acknowledge();
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("b", "c");
        }

        @Test
        @Tag("L7")
        void acknowledgeThrowsOnceListingTheLostOnes() throws JMSException {
            PeekLocked lost = PeekLocked.of(take(consumer));
            Message kept = take(consumer);
            SessionCore core = ((PeeklockSession) session).core();
            core.settlements().abandonAll(tokensOf(core, lost));

            assertThatThrownBy(kept::acknowledge)
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("MessageLockLost"))
                    .hasMessageContaining("1 of 2")
                    .hasMessageContaining("message " + lost.sequenceNumber());
            assertThatCode(kept::acknowledge).doesNotThrowAnyException();
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("a", "c");
        }

        /** The token of a lock that somebody else gives up while the session still lists it. */
        private List<io.peeklock.broker.LockToken> tokensOf(SessionCore core, PeekLocked lock) {
            List<io.peeklock.broker.LockToken> all = core.acknowledgement().held.takeAll();
            all.forEach(core.acknowledgement().held::add);
            return all.stream()
                    .filter(token -> token.id().equals(lock.lockToken()))
                    .toList();
        }

        @Test
        void aListenerThatThrowsUnlocksNothing() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    seen.add(text(message) + deliveryCount(message));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
                throw new IllegalArgumentException("on purpose");
            });
            Awaitility.await().until(() -> seen.size() == 3);
            assertThat(seen).containsExactly("a1", "b1", "c1");
            assertThat(held()).containsExactly("a", "b", "c");
        }

        @Test
        void acknowledgeAfterTheCloseIsRefused() throws JMSException {
            Message message = take(consumer);
            session.close();
            assertThatThrownBy(message::acknowledge).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Individual {

        @BeforeEach
        void useIt() throws JMSException {
            use(BusSession.INDIVIDUAL_ACKNOWLEDGE);
        }

        @Test
        void acknowledgeCompletesJustThatMessage() throws JMSException {
            take(consumer);
            take(consumer).acknowledge();
            assertThat(held()).containsExactly("a");
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("a", "c");
        }

        @Test
        void twiceIsOnce() throws JMSException {
            Message message = take(consumer);
            message.acknowledge();
            assertThatCode(message::acknowledge).doesNotThrowAnyException();
        }

        @Test
        void modeIs101() throws JMSException {
            assertThat(session.getAcknowledgeMode()).isEqualTo(101);
        }
    }

    @Nested
    class PreAcknowledge {

        @BeforeEach
        void useIt() throws JMSException {
            use(BusSession.PRE_ACKNOWLEDGE);
        }

        @Test
        @Tag("L1")
        void messagesAreGoneWhenTheyAreHandedOut() throws JMSException {
            Message message = take(consumer);
            assertThat(text(message)).isEqualTo("a");
            message.acknowledge();
            session.recover();
            assertThat(text(take(consumer))).isEqualTo("b");
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("c");
        }

        @Test
        void messagesHaveNoLock() throws JMSException {
            Message message = take(consumer);
            assertThatThrownBy(() -> PeekLocked.of(message)).isInstanceOf(JMSException.class);
        }
    }

    @Nested
    class Transacted {

        private MessageProducer producer;

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.SESSION_TRANSACTED);
            producer = session.createProducer(broker.queue("out"));
        }

        private void send(String text) throws JMSException {
            producer.send(session.createTextMessage(text));
        }

        @Test
        @Tag("X1")
        void commitCompletesAndSends() throws JMSException {
            take(consumer);
            send("x");
            assertThat(broker.drain("out")).isEmpty();
            session.commit();
            session.close();
            assertThat(broker.drain("out")).containsExactly("x");
            assertThat(broker.drain(ORDERS)).containsExactly("b", "c");
        }

        @Test
        @Tag("X1")
        void rollbackSendsNothingAndDeliversAgain() throws JMSException {
            take(consumer);
            take(consumer);
            send("x");
            session.rollback();
            Message again = take(consumer);
            assertThat(text(again)).isEqualTo("a");
            assertThat(deliveryCount(again)).isEqualTo(2);
            assertThat(text(take(consumer))).isEqualTo("b");
            session.commit();
            session.close();
            assertThat(broker.drain("out")).isEmpty();
            assertThat(broker.drain(ORDERS)).containsExactly("c");
        }

        @Test
        void closeRollsBack() throws JMSException {
            take(consumer);
            send("x");
            session.close();
            assertThat(broker.drain("out")).isEmpty();
            assertThat(broker.drain(ORDERS)).containsExactly("a", "b", "c");
        }

        @Test
        @Tag("L7")
        void commitWithALostLockThrowsRolledBack() throws JMSException {
            Message message = take(consumer);
            SessionCore core = ((PeeklockSession) session).core();
            io.peeklock.broker.Delivery delivery = ((io.peeklock.jms.message.PeeklockMessage) message).delivery();
            core.settlements().abandonAll(List.of(delivery.requireLockToken()));
            send("x");
            assertThatThrownBy(session::commit)
                    .isInstanceOfSatisfying(
                            TransactionRolledBackException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("MessageLockLost"));
            assertThat(broker.drain("out")).isEmpty();
            assertThat(text(take(consumer))).isEqualTo("a");
        }

        @Test
        void recoverAndSettlingByHandAreRefused() throws JMSException {
            assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
            PeekLocked lock = PeekLocked.of(take(consumer));
            assertThatThrownBy(lock::complete).isInstanceOf(IllegalStateException.class);
            session.commit();
        }

        @Test
        void othersHaveNoCommit() throws JMSException {
            try (Session plain = broker.session(Session.AUTO_ACKNOWLEDGE)) {
                assertThatThrownBy(plain::commit).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(plain::rollback).isInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void aListenerCommitsAndRollsBack() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    seen.add(text(message) + deliveryCount(message));
                    if ("b".equals(text(message)) && deliveryCount(message) == 1) {
                        session.rollback();
                    } else {
                        session.commit();
                    }
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> seen.size() == 4);
            assertThat(seen).containsExactly("a1", "b1", "b2", "c1");
        }
    }
}
