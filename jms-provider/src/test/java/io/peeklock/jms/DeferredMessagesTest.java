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

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Deferring a message, and receiving it by its number, in each acknowledge mode. */
class DeferredMessagesTest {

    private static final String PAYMENTS = "payments";

    private TestBroker broker;
    private Queue queue;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        queue = broker.queue(PAYMENTS);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private BusSession session(int mode) throws JMSException {
        return (BusSession) broker.session(mode);
    }

    /** Sends messages, defers them, and gives their numbers. */
    private long[] deferred(String... texts) throws JMSException {
        broker.send(PAYMENTS, texts);
        long[] numbers = new long[texts.length];
        try (Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(queue)) {
            for (int i = 0; i < texts.length; i++) {
                PeekLocked lock = PeekLocked.of(take(consumer));
                lock.defer(Map.of("reason", "no order yet"));
                numbers[i] = lock.sequenceNumber();
            }
        }
        return numbers;
    }

    /** A session of this mode that has received them. */
    private BusSession holding(int mode, long... numbers) throws JMSException {
        BusSession session = session(mode);
        assertThat(session.receiveDeferred(queue, numbers)).hasSize(numbers.length);
        return session;
    }

    private List<String> states() throws JMSException {
        List<String> states = new ArrayList<>();
        for (Message message : session(Session.AUTO_ACKNOWLEDGE).peek(queue, 0, 250)) {
            states.add(message.getStringProperty("JMS_SB_State"));
        }
        return states;
    }

    @Nested
    class InClientAcknowledge {

        @Test
        @Tag("F1")
        @Tag("F2")
        @Tag("L11")
        void comeByTheirNumbersAndAreAcknowledged() throws JMSException {
            long[] numbers = deferred("a", "b");
            assertThat(broker.drain(PAYMENTS)).isEmpty();
            BusSession session = session(Session.CLIENT_ACKNOWLEDGE);
            List<Message> messages = session.receiveDeferred(queue, numbers[1], numbers[0]);
            assertThat(text(messages.get(0))).isEqualTo("b");
            assertThat(text(messages.get(1))).isEqualTo("a");
            assertThat(messages.get(0).getStringProperty("reason")).isEqualTo("no order yet");
            assertThat(messages.get(0).getJMSDestination()).isEqualTo(queue);
            messages.get(0).acknowledge();
            assertThat(states()).isEmpty();
        }

        @Test
        @Tag("F5")
        void recoverLeavesThemDeferredAndCounts() throws JMSException {
            long[] numbers = deferred("a");
            BusSession session = holding(Session.CLIENT_ACKNOWLEDGE, numbers);
            session.recover();
            assertThat(states()).containsExactly("Deferred");
            Message again = session.receiveDeferred(queue, numbers).get(0);
            assertThat(deliveryCount(again)).isEqualTo(2);
            assertThat(again.getJMSRedelivered()).isTrue();
        }

        @Test
        @Tag("L9")
        void theCloseOfTheSessionGivesThemBack() throws JMSException {
            long[] numbers = deferred("a");
            BusSession session = holding(Session.CLIENT_ACKNOWLEDGE, numbers);
            session.close();
            assertThat(states()).containsExactly("Deferred");
        }

        @Test
        @Tag("F3")
        void anUnknownNumberIsAnErrorWithItsCode() throws JMSException {
            long[] numbers = deferred("a");
            BusSession session = session(Session.CLIENT_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.receiveDeferred(queue, numbers[0], 4711))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("MessageNotFound"));
            assertThat(session.receiveDeferred(queue, numbers)).hasSize(1);
        }

        @Test
        void theyAreNotReceivedWhileTheConnectionIsStopped() throws JMSException {
            long[] numbers = deferred("a");
            BusSession session = session(Session.CLIENT_ACKNOWLEDGE);
            broker.connection.stop();
            assertThatThrownBy(() -> session.receiveDeferred(queue, numbers)).isInstanceOf(IllegalStateException.class);
            broker.connection.start();
            assertThat(session.receiveDeferred(queue, numbers)).hasSize(1);
        }
    }

    @Nested
    class InOtherModes {

        @Test
        @Tag("F2")
        void autoAndDupsOkCompleteThemWhenTheyAreReturned() throws JMSException {
            long[] numbers = deferred("a", "b");
            holding(Session.AUTO_ACKNOWLEDGE, numbers[0]).close();
            holding(Session.DUPS_OK_ACKNOWLEDGE, numbers[1]).close();
            assertThat(states()).isEmpty();
        }

        @Test
        @Tag("L1")
        void preAcknowledgeRemovesThemFirst() throws JMSException {
            long[] numbers = deferred("a", "b");
            holding(BusSession.PRE_ACKNOWLEDGE, numbers);
            assertThat(states()).isEmpty();
        }

        @Test
        void individualAcknowledgeSettlesEachForItself() throws JMSException {
            long[] numbers = deferred("a", "b");
            BusSession session = session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
            List<Message> messages = session.receiveDeferred(queue, numbers);
            messages.get(0).acknowledge();
            PeekLocked.of(messages.get(1)).abandon();
            assertThat(states()).containsExactly("Deferred");
        }
    }

    @Nested
    class InATransaction {

        @Test
        @Tag("X1")
        void areCompletedByTheCommit() throws JMSException {
            long[] numbers = deferred("a");
            BusSession session = holding(Session.SESSION_TRANSACTED, numbers);
            assertThat(states()).containsExactly("Locked");
            session.commit();
            assertThat(states()).isEmpty();
        }

        @Test
        @Tag("X1")
        @Tag("F5")
        void areDeferredAgainAfterARollback() throws JMSException {
            long[] numbers = deferred("a");
            BusSession session = holding(Session.SESSION_TRANSACTED, numbers);
            session.rollback();
            assertThat(states()).containsExactly("Deferred");
            assertThat(deliveryCount(session.receiveDeferred(queue, numbers).get(0)))
                    .isEqualTo(2);
        }

        @Test
        @Tag("P11")
        void ofSeveralPartitionsAreRefusedAndNoneIsCommitted() throws Exception {
            broker.namespace()
                    .createQueue(
                            QueueDescription.builder(PAYMENTS).partitioned(true).build())
                    .get(30, TimeUnit.SECONDS);
            long[] numbers = deferred("a", "b");
            BusSession session = session(Session.SESSION_TRANSACTED);
            assertThatThrownBy(() -> session.receiveDeferred(queue, numbers)).isInstanceOf(IllegalStateException.class);
            session.commit();
            BusSession other = session(BusSession.PRE_ACKNOWLEDGE);
            assertThat(other.receiveDeferred(queue, numbers)).hasSize(2);
        }
    }

    @Nested
    class BesideAListener {

        @Test
        void itsThreadMayReceiveThemAndNoOther() throws Exception {
            long[] numbers = deferred("payment");
            BusSession session = session(Session.CLIENT_ACKNOWLEDGE);
            CompletableFuture<String> found = new CompletableFuture<>();
            session.createConsumer(broker.queue("orders")).setMessageListener(order -> {
                try {
                    Message payment = session.receiveDeferred(queue, numbers).get(0);
                    found.complete(text(order) + " and " + text(payment));
                    order.acknowledge();
                } catch (JMSException e) {
                    found.completeExceptionally(e);
                }
            });
            assertThatThrownBy(() -> session.receiveDeferred(queue, numbers)).isInstanceOf(IllegalStateException.class);
            broker.send("orders", "order");
            assertThat(found.get(30, TimeUnit.SECONDS)).isEqualTo("order and payment");
            session.close();
            assertThat(states()).isEmpty();
        }
    }
}
