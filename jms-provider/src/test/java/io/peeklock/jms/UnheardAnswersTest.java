/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is made for somebody who does not wait for it to the end is not left behind, and holds nobody else up. */
class UnheardAnswersTest {

    private InterceptedBroker broker;
    private Session session;
    private Topic topic;

    @BeforeEach
    void open() throws JMSException {
        broker = new InterceptedBroker("");
        session = broker.connection.createSession();
        topic = session.createTopic("prices");
        session.createProducer(topic);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private List<?> subscriptions() throws JMSException {
        return Waits.answer(broker.namespace.subscriptions("prices"), Duration.ofSeconds(30), "listing subscriptions");
    }

    private int queues() throws JMSException {
        return Waits.answer(broker.namespace.queues(), Duration.ofSeconds(30), "listing queues")
                .size();
    }

    private int topics() throws JMSException {
        return Waits.answer(broker.namespace.topics(), Duration.ofSeconds(30), "listing topics")
                .size();
    }

    /** Makes the call while its answer is kept back, and interrupts it. */
    private <T> void interrupt(String held, Callable<T> call) {
        broker.hold(held);
        Running<T> running = Running.start(call).untilItWaits();
        running.interrupt();
        assertThatThrownBy(running::result)
                .cause()
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("OutcomeUnknown"));
        broker.release(held);
    }

    @Nested
    @Tag("8.3.1")
    class ASubscriptionOfItsOwn {

        @Test
        void endsWhenNobodyWaitedForIt() {
            interrupt("createSubscription", () -> session.createConsumer(topic));
            Awaitility.await().until(() -> subscriptions().isEmpty());
        }

        @Test
        void endsWhenItCameTooLate() throws Exception {
            try (InterceptedBroker hurried = new InterceptedBroker("&operationTimeout=1ms")) {
                Session impatient = hurried.connection.createSession();
                Topic news = impatient.createTopic("news");
                impatient.createProducer(news);
                hurried.hold("createSubscription");
                assertThatThrownBy(() -> impatient.createConsumer(news))
                        .isInstanceOfSatisfying(
                                JMSException.class,
                                e -> assertThat(e.getErrorCode()).isEqualTo("Timeout"));
                hurried.release("createSubscription");
                Awaitility.await()
                        .until(() ->
                                hurried.namespace.subscriptions("news").get().isEmpty());
            }
        }
    }

    @Nested
    @Tag("8.3.2")
    class ASharedSubscription {

        @Test
        void endsWhenNobodyWaitedForIt() {
            interrupt("createSubscription", () -> session.createSharedConsumer(topic, "s"));
            Awaitility.await().until(() -> subscriptions().isEmpty());
        }

        @Test
        void isThereForTheOneWhoWaitedOn() throws Exception {
            Session other = broker.connection.createSession();
            broker.hold("createSubscription");
            Running<MessageConsumer> first = Running.<MessageConsumer>start(
                            () -> session.createSharedConsumer(topic, "s"))
                    .untilItWaits();
            Running<MessageConsumer> second = Running.<MessageConsumer>start(
                            () -> other.createSharedConsumer(topic, "s"))
                    .untilItWaits();
            first.interrupt();
            assertThatThrownBy(first::result).hasCauseInstanceOf(JMSException.class);
            broker.release("createSubscription");
            MessageConsumer consumer = second.result();
            TestBroker.publish(session, topic, "a");
            assertThat(TestBroker.all(consumer)).containsExactly("a");
            consumer.close();
            Awaitility.await().until(() -> subscriptions().isEmpty());
        }

        @Test
        void beingMadeHoldsUpNoOther() throws Exception {
            MessageConsumer there = session.createSharedConsumer(topic, "there");
            broker.hold("createSubscription");
            Session other = broker.connection.createSession();
            Running<MessageConsumer> waiting = Running.<MessageConsumer>start(
                            () -> other.createSharedConsumer(topic, "s"))
                    .untilItWaits();
            Running.start(() -> session.createSharedConsumer(topic, "there")).result();
            Running.<Void>start(() -> {
                        there.close();
                        return null;
                    })
                    .result();
            assertThat(waiting.isDone()).isFalse();
            broker.release("createSubscription");
            waiting.result();
        }

        @Test
        void beingMadeIsNotReplacedByAnotherOfItsName() throws Exception {
            broker.hold("createSubscription");
            Session other = broker.connection.createSession();
            Running<MessageConsumer> first = Running.<MessageConsumer>start(
                            () -> session.createSharedConsumer(topic, "s"))
                    .untilItWaits();
            Running<MessageConsumer> second = Running.<MessageConsumer>start(
                            () -> other.createSharedConsumer(topic, "s", "price > 10"))
                    .untilItWaits();
            broker.release("createSubscription");
            first.result();
            assertThatThrownBy(second::result).cause().hasMessageContaining("is open on topic");
        }

        @Test
        void thatCouldNotBeMadeIsTriedAgain() throws Exception {
            broker.failing("createSubscription", new BrokerException(ErrorCode.PartitionUnavailable, "on purpose"));
            assertThatThrownBy(() -> session.createSharedConsumer(topic, "s")).hasMessage("on purpose");
            broker.mend("createSubscription");
            session.createSharedConsumer(topic, "s");
            assertThat(subscriptions()).hasSize(1);
        }
    }

    @Nested
    @Tag("W6")
    class ATemporaryDestination {

        @Test
        void goesWhenNobodyWaitedForIt() throws JMSException {
            int queues = queues();
            int topics = topics();
            interrupt("createQueue", session::createTemporaryQueue);
            interrupt("createTopic", session::createTemporaryTopic);
            Awaitility.await().until(() -> queues() == queues && topics() == topics);
        }

        @Test
        void thatCouldNotBeDeletedIsThereAndCanBeDeletedAgain() throws JMSException {
            TemporaryQueue queue = session.createTemporaryQueue();
            broker.failing("deleteQueue", new BrokerException(ErrorCode.PartitionUnavailable, "on purpose"));
            assertThatThrownBy(queue::delete).hasMessage("on purpose");
            session.createConsumer(queue).close();
            int before = queues();
            broker.mend("deleteQueue");
            queue.delete();
            assertThat(queues()).isEqualTo(before - 1);
        }

        @Test
        void whoseDeletionNobodyWaitedForIsGoneAndMayBeDeletedAgain() throws Exception {
            TemporaryQueue queue = session.createTemporaryQueue();
            interrupt("deleteQueue", () -> {
                queue.delete();
                return null;
            });
            queue.delete();
            assertThatThrownBy(() -> session.createConsumer(queue)).isInstanceOf(JMSException.class);
        }

        @Test
        void thatCouldNotBeDeletedGoesWithItsConnection() throws JMSException {
            Connection other = broker.connect();
            TemporaryQueue queue = other.createSession().createTemporaryQueue();
            int before = queues();
            broker.failing("deleteQueue", new BrokerException(ErrorCode.PartitionUnavailable, "on purpose"));
            assertThatThrownBy(queue::delete).hasMessage("on purpose");
            broker.mend("deleteQueue");
            other.close();
            assertThat(queues()).isEqualTo(before - 1);
        }
    }
}
