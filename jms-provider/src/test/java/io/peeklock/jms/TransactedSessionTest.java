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
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of received and sent messages in a transacted session: last table of the rules. */
class TransactedSessionTest extends ThreeOrders {

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
        @Tag("X1")
        @Tag("L6")
        void rollbackUnlocksWhatAllConsumersOfTheSessionHoldAndNothingElse() throws JMSException {
            broker.send("other", "x", "y");
            MessageConsumer second = session.createConsumer(broker.queue(ORDERS));
            MessageConsumer third = session.createConsumer(broker.queue("other"));
            try (Session stranger = broker.session(Session.CLIENT_ACKNOWLEDGE)) {
                take(consumer);
                take(third);
                assertThat(text(take(stranger.createConsumer(broker.queue(ORDERS)))))
                        .isEqualTo("b");
                assertThat(text(take(second))).isEqualTo("c");
                send("dropped");
                session.rollback();
                assertThat(broker.locked(ORDERS)).containsExactly("b");
                for (MessageConsumer from : List.of(second, consumer, third)) {
                    Message again = take(from);
                    assertThat(text(again)).isEqualTo(from == second ? "a" : from == consumer ? "c" : "x");
                    assertThat(deliveryCount(again)).isEqualTo(2);
                }
                session.commit();
            }
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("b");
            assertThat(broker.drain("other")).containsExactly("y");
            assertThat(broker.drain("out")).isEmpty();
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
        void recoverIsRefused() throws JMSException {
            take(consumer);
            assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
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
