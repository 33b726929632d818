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
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scheduling from a session, cancelling, and abandoning with a delay. */
class ScheduledMessagesTest {

    private static final String ORDERS = "orders";

    private TestBroker broker;
    private Queue queue;
    private BusSession session;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        queue = broker.queue(ORDERS);
        session = (BusSession) broker.session(Session.CLIENT_ACKNOWLEDGE);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private static Instant inAnHour() {
        return Instant.now().plus(Duration.ofHours(1));
    }

    private static Instant soon() {
        return Instant.now().plusMillis(20);
    }

    private List<Message> waiting() throws JMSException {
        return session.peek(queue, 0, 250);
    }

    private static void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("MessageNotFound"));
    }

    @Nested
    class Scheduling {

        @Test
        @Tag("N3")
        void givesTheNumberOfTheWaitingMessage() throws JMSException {
            long number = session.schedule(queue, session.createTextMessage("a"), inAnHour());
            Message waiting = waiting().get(0);
            assertThat(waiting.getLongProperty("JMS_SB_SequenceNumber")).isEqualTo(number);
            assertThat(waiting.getStringProperty("JMS_SB_State")).isEqualTo("Scheduled");
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        @Tag("N4")
        @Tag("T8")
        void itComesAtItsTimeAndSaysWhenThatIsAndWhenItEnds() throws JMSException {
            Instant then = soon();
            TextMessage sent = session.createTextMessage("a");
            long number = session.schedule(queue, sent, then, Duration.ofHours(1));
            Message received = take(session.createConsumer(queue));
            assertThat(received.getJMSDeliveryTime()).isEqualTo(then.toEpochMilli());
            assertThat(sent.getJMSDeliveryTime()).isEqualTo(then.toEpochMilli());
            assertThat(sent.getJMSExpiration())
                    .isEqualTo(then.plus(Duration.ofHours(1)).toEpochMilli());
            assertThat(received.getJMSExpiration()).isGreaterThanOrEqualTo(sent.getJMSExpiration());
            assertThat(received.getLongProperty("JMS_SB_EnqueuedSequenceNumber"))
                    .isEqualTo(number);
        }

        @Test
        @Tag("N3")
        void cancellingRemovesIt() throws JMSException {
            long a = session.schedule(queue, session.createTextMessage("a"), inAnHour());
            long b = session.schedule(queue, session.createTextMessage("b"), inAnHour());
            session.cancelScheduled(queue, a);
            assertNotFound(() -> session.cancelScheduled(queue, a, b));
            assertThat(waiting()).isEmpty();
        }

        @Test
        @Tag("N3")
        void toATopicItWaitsForTheSubscriptionsOfItsTime() throws JMSException {
            Topic news = broker.topic("news");
            session.schedule(news, session.createTextMessage("a"), soon());
            // Asks for its copy until there is one that was scheduled after the subscription.
            MessageConsumer consumer = session.createConsumer(news);
            long number = session.schedule(news, session.createTextMessage("b"), soon());
            long cancelled = session.schedule(news, session.createTextMessage("c"), inAnHour());
            session.cancelScheduled(news, cancelled);
            Message last = take(consumer);
            while (!"b".equals(text(last))) {
                last = take(consumer);
            }
            assertThat(last.getLongProperty("JMS_SB_EnqueuedSequenceNumber")).isEqualTo(number);
        }
    }

    @Nested
    class InATransaction {

        @Test
        @Tag("N5")
        @Tag("X6")
        void theCommitSchedulesUnderTheNumberThatWasGiven() throws JMSException {
            BusSession transacted = (BusSession) broker.session(Session.SESSION_TRANSACTED);
            long number = transacted.schedule(queue, transacted.createTextMessage("a"), inAnHour());
            assertThat(waiting()).isEmpty();
            transacted.commit();
            session.cancelScheduled(queue, number);
            assertThat(waiting()).isEmpty();
        }

        @Test
        @Tag("N5")
        void theRollbackSchedulesNothing() throws JMSException {
            BusSession transacted = (BusSession) broker.session(Session.SESSION_TRANSACTED);
            long number = transacted.schedule(queue, transacted.createTextMessage("a"), inAnHour());
            transacted.rollback();
            assertThat(waiting()).isEmpty();
            assertNotFound(() -> session.cancelScheduled(queue, number));
        }

        @Test
        @Tag("N5")
        void setDeliveryDelayTakesPartToo() throws JMSException {
            Session transacted = broker.session(Session.SESSION_TRANSACTED);
            var producer = transacted.createProducer(queue);
            producer.setDeliveryDelay(3_600_000);
            producer.send(transacted.createTextMessage("a"));
            transacted.rollback();
            assertThat(waiting()).isEmpty();
            producer.send(transacted.createTextMessage("b"));
            transacted.commit();
            assertThat(waiting()).hasSize(1);
        }
    }

    @Nested
    class AbandoningWithADelay {

        @Test
        @Tag("L6")
        void keepsTheMessageBackUnderItsNumber() throws JMSException {
            broker.send(ORDERS, "a");
            MessageConsumer consumer = session.createConsumer(queue);
            PeekLocked first = PeekLocked.of(take(consumer));
            first.abandon(Duration.ofHours(1));
            assertThat(consumer.receiveNoWait()).isNull();
            assertThat(waiting().get(0).getStringProperty("JMS_SB_State")).isEqualTo("Scheduled");
            assertNotFound(() -> session.cancelScheduled(queue, first.sequenceNumber()));
        }

        @Test
        @Tag("L6")
        @Tag("L11")
        void itComesAgainAfterwardsWithOneMoreDelivery() throws JMSException {
            broker.send(ORDERS, "a");
            MessageConsumer consumer = session.createConsumer(queue);
            PeekLocked first = PeekLocked.of(take(consumer));
            first.abandon(Duration.ofMillis(20), Map.of("why", "busy"));
            Message again = take(consumer);
            assertThat(PeekLocked.of(again).sequenceNumber()).isEqualTo(first.sequenceNumber());
            assertThat(deliveryCount(again)).isEqualTo(2);
            assertThat(again.getStringProperty("why")).isEqualTo("busy");
        }
    }
}
