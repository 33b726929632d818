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

import io.peeklock.broker.Namespace;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receiving by call: waiting, stopping, closing, interrupting. */
class ReceiveTest {

    private static final String ORDERS = "orders";

    private TestBroker broker;
    private Session session;
    private MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.CLIENT_ACKNOWLEDGE);
        consumer = session.createConsumer(broker.queue(ORDERS));
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    @Nested
    class Waiting {

        @Test
        void endsWhenAMessageComes() throws Exception {
            Running<Message> receive = Running.start(consumer::receive).untilItWaits();
            broker.send(ORDERS, "a");
            assertThat(text(receive.result())).isEqualTo("a");
        }

        @Test
        void endsWithTheTimeout() throws JMSException {
            assertThat(consumer.receive(1)).isNull();
        }

        @Test
        void isNotDoneByReceiveNoWait() throws JMSException {
            assertThat(consumer.receiveNoWait()).isNull();
            broker.send(ORDERS, "a");
            assertThat(text(consumer.receiveNoWait())).isEqualTo("a");
            assertThat(consumer.receiveNoWait()).isNull();
        }

        @Test
        @Tag("P8")
        void findsAMessageInWhateverPartition() throws JMSException {
            try (TestBroker partitioned = new TestBroker("?autoCreate.partitioned=true&partitions=8")) {
                MessageConsumer any =
                        partitioned.session(Session.AUTO_ACKNOWLEDGE).createConsumer(partitioned.queue("parts"));
                for (int i = 0; i < 16; i++) {
                    partitioned.send("parts", "x");
                    assertThat(any.receiveNoWait()).as("message %d", i).isNotNull();
                }
            }
        }

        @Test
        void leavesALateMessageToOthers() throws JMSException {
            assertThat(consumer.receive(1)).isNull();
            broker.send(ORDERS, "a");
            try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE)) {
                assertThat(deliveryCount(take(other.createConsumer(broker.queue(ORDERS)))))
                        .isEqualTo(1);
            }
        }
    }

    @Nested
    class Stopping {

        @Test
        void holdsBackMessagesUntilTheStart() throws Exception {
            Running<Message> receive = Running.start(consumer::receive).untilItWaits();
            broker.connection.stop();
            broker.send(ORDERS, "a");
            try (TestBroker elsewhere = new TestBroker(broker.factory)) {
                assertThat(((BusSession) session).namespace()).isNotNull();
                assertThat(elsewhere.drain(ORDERS)).as("it is free for others").containsExactly("a");
            }
            assertThat(receive.isDone()).isFalse();
            broker.send(ORDERS, "b");
            broker.connection.start();
            assertThat(text(receive.result())).isEqualTo("b");
        }

        @Test
        void letsTheTimeoutRunOn() throws JMSException {
            broker.connection.stop();
            broker.send(ORDERS, "a");
            assertThat(consumer.receive(1)).isNull();
            assertThat(consumer.receiveNoWait()).isNull();
            broker.connection.start();
            assertThat(text(take(consumer))).isEqualTo("a");
        }

        @Test
        void doesNotStopSending() throws JMSException {
            broker.connection.stop();
            broker.send(ORDERS, "a");
            broker.connection.start();
            assertThat(deliveryCount(take(consumer))).isEqualTo(1);
        }
    }

    @Nested
    class Closing {

        @Test
        void theConsumerEndsItsReceiveWithNull() throws Exception {
            Running<Message> receive = Running.start(consumer::receive).untilItWaits();
            consumer.close();
            assertThat(receive.result()).isNull();
        }

        @Test
        void theSessionEndsItsReceivesWithNull() throws Exception {
            Running<Message> receive = Running.start(consumer::receive).untilItWaits();
            session.close();
            assertThat(receive.result()).isNull();
        }

        @Test
        void theConnectionEndsReceivesAlsoWhenItIsStopped() throws Exception {
            broker.connection.stop();
            Running<Message> receive = Running.start(consumer::receive).untilItWaits();
            broker.connection.close();
            assertThat(receive.result()).isNull();
        }

        @Test
        void whatIsClosedRefuses() throws JMSException {
            consumer.close();
            consumer.close();
            assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
            session.close();
            session.close();
            assertThatThrownBy(() -> session.createConsumer(broker.queue(ORDERS)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Interrupting {

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 100, 101})
        @Tag("L10")
        void throwsRestoresTheFlagAndLosesNothing(int mode) throws Exception {
            MessageConsumer interrupted = broker.session(mode).createConsumer(broker.queue(ORDERS));
            AtomicBoolean flag = new AtomicBoolean();
            Running<Message> receive = Running.<Message>start(() -> {
                        try {
                            return interrupted.receive();
                        } finally {
                            flag.set(Thread.interrupted());
                        }
                    })
                    .untilItWaits();
            receive.interrupt();
            assertThatThrownBy(receive::result)
                    .cause()
                    .isInstanceOf(JMSException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(flag).isTrue();
            broker.send(ORDERS, "a");
            assertThat(deliveryCount(take(consumer))).isEqualTo(1);
        }

        @Test
        void worksWhileTheConnectionIsStopped() throws Exception {
            broker.connection.stop();
            Running<Message> receive = Running.start(consumer::receive).untilItWaits();
            receive.interrupt();
            assertThatThrownBy(receive::result).cause().hasCauseInstanceOf(InterruptedException.class);
        }
    }

    @Nested
    class Creating {

        @Test
        @Tag("W5")
        void aConsumerOfAMissingQueueIsRefusedWhenQueuesAreNotCreated() throws JMSException {
            try (TestBroker strict = new TestBroker("?autoCreate=false")) {
                Session plain = strict.session(Session.AUTO_ACKNOWLEDGE);
                assertThatThrownBy(() -> plain.createConsumer(strict.queue("missing")))
                        .isInstanceOfSatisfying(
                                InvalidDestinationException.class,
                                e -> assertThat(e.getErrorCode()).isEqualTo("EntityNotFound"));
            }
        }

        @Test
        @Tag("W5")
        void aDeadLetterQueueDoesNotCreateItsQueue() {
            assertThatThrownBy(() -> session.createConsumer(broker.queue("missing/$deadletterqueue")))
                    .isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void takesTheFactorysSettingsForNewQueues() throws Exception {
            try (TestBroker own = new TestBroker("?defaultMaxDeliveryCount=3&defaultLockDuration=7s")) {
                own.send(ORDERS, "a");
                Namespace namespace = ((BusSession) own.session(Session.AUTO_ACKNOWLEDGE)).namespace();
                assertThat(namespace.queue(ORDERS).get().maxDeliveryCount()).isEqualTo(3);
                assertThat(namespace.queue(ORDERS).get().lockDuration()).hasSeconds(7);
            }
        }

        @Test
        void withASelectorReceivesWhatItChooses() throws JMSException {
            MessageConsumer chosen = session.createConsumer(broker.queue("chosen"), "JMSPriority > 5");
            assertThat(chosen.getMessageSelector()).isEqualTo("JMSPriority > 5");
            var producer = session.createProducer(broker.queue("chosen"));
            producer.send(session.createTextMessage("low"));
            producer.send(session.createTextMessage("high"), 2, 9, 0);
            assertThat(text(take(chosen))).isEqualTo("high");
            assertThat(chosen.receiveNoWait()).isNull();
        }

        @Test
        void aWrongSelectorIsRefused() {
            assertThatThrownBy(() -> session.createConsumer(broker.queue(ORDERS), "a ="))
                    .isInstanceOf(InvalidSelectorException.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"..", "a/../b", "a\0b", "/a", "a/", "a//b", "a\\b"})
        @Tag("Q4")
        void anImpossibleNameIsAnInvalidDestinationAndSaysWhy(String name) throws JMSException {
            Queue impossible = session.createQueue(name);
            for (ThrowingCallable use : List.<ThrowingCallable>of(
                    () -> session.createConsumer(impossible),
                    () -> session.createProducer(impossible),
                    () -> session.createBrowser(impossible),
                    () -> session.createProducer(null).send(impossible, session.createMessage()),
                    () -> ((BusSession) session).peek(impossible, 0, 1))) {
                assertThatThrownBy(use)
                        .isInstanceOfSatisfying(
                                InvalidDestinationException.class,
                                e -> assertThat(e.getErrorCode()).isEqualTo("InvalidOperation"))
                        .hasMessageContaining("entity name");
            }
        }

        @Test
        void noDestinationIsRefused() {
            assertThatThrownBy(() -> session.createConsumer(null)).isInstanceOf(InvalidDestinationException.class);
        }
    }
}
