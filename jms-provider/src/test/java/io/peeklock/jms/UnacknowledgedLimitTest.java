/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.all;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many messages a session may have unacknowledged: option maxUnacknowledged (Jakarta Messaging 6.2.10). */
class UnacknowledgedLimitTest {

    @Nested
    class WithALimitOfThree {
        private TestBroker broker;
        private Queue orders;

        @BeforeEach
        void open() throws JMSException {
            broker = new TestBroker("?maxUnacknowledged=3");
            orders = broker.queue("orders");
            broker.send("orders", "1", "2", "3", "4", "5", "6", "7");
        }

        @AfterEach
        void close() throws JMSException {
            broker.close();
        }

        @ParameterizedTest
        @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, BusSession.INDIVIDUAL_ACKNOWLEDGE})
        void aSessionReceivesNoMoreUntilItAcknowledges(int mode) throws JMSException {
            Session session = broker.session(mode);
            MessageConsumer consumer = session.createConsumer(orders);
            MessageConsumer second = session.createConsumer(orders);
            Message first = take(consumer);
            take(second);
            take(consumer);
            assertThat(consumer.receiveNoWait()).isNull();
            assertThat(second.receive(1)).isNull();
            assertThat(broker.locked("orders")).containsExactly("1", "2", "3");
            first.acknowledge();
            assertThat(all(consumer)).hasSize(mode == Session.CLIENT_ACKNOWLEDGE ? 3 : 1);
        }

        @Test
        void recoverMakesRoom() throws JMSException {
            Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(orders);
            assertThat(all(consumer)).containsExactly("1", "2", "3");
            session.recover();
            assertThat(all(consumer)).containsExactly("1", "2", "3");
        }

        @Test
        void aReceiveWaitsForAnotherThreadToSettle() throws Exception {
            Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(orders);
            Message first = take(consumer);
            take(consumer);
            take(consumer);
            Running<Message> waiting = Running.start(() -> take(consumer)).untilItWaits();
            PeekLocked.of(first).complete();
            assertThat(text(waiting.result())).isEqualTo("4");
        }

        @Test
        void aListenerPausesAndGoesOn() throws Exception {
            Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
            List<Message> seen = new CopyOnWriteArrayList<>();
            session.createConsumer(orders).setMessageListener(seen::add);
            await().until(() -> seen.size() == 3);
            // Nothing is on its way to it: somebody else gets the next one.
            await().until(() -> broker.locked("orders").size() == 3);
            try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE);
                    MessageConsumer consumer = other.createConsumer(orders)) {
                assertThat(text(take(consumer))).isEqualTo("4");
            }
            seen.get(2).acknowledge();
            await().until(() -> seen.size() == 6);
            assertThat(text(seen.get(5))).isEqualTo("7");
        }

        @Test
        void otherModesAreNotLimited() throws JMSException {
            try (Session session = broker.session(Session.SESSION_TRANSACTED);
                    MessageConsumer consumer = session.createConsumer(orders)) {
                assertThat(all(consumer)).hasSize(7);
                session.rollback();
            }
            assertThat(broker.drain("orders")).hasSize(7);
        }

        @Test
        void deferredMessagesCountAndAreNotHeldUp() throws JMSException {
            BusSession session = (BusSession) broker.session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(orders);
            long[] numbers = new long[4];
            for (int i = 0; i < numbers.length; i++) {
                PeekLocked lock = PeekLocked.of(take(consumer));
                numbers[i] = lock.sequenceNumber();
                lock.defer();
            }
            List<Message> deferred = session.receiveDeferred(orders, numbers);
            assertThat(deferred).hasSize(4);
            assertThat(consumer.receiveNoWait()).isNull();
            deferred.get(0).acknowledge();
            assertThat(consumer.receiveNoWait()).isNull();
            deferred.get(1).acknowledge();
            assertThat(text(take(consumer))).isEqualTo("5");
        }
    }

    @Test
    void lostLocksMakeRoomAndAreStillTold() throws JMSException {
        SteppedBroker broker = new SteppedBroker("&lockRenewal=none&maxUnacknowledged=2");
        try (PeeklockConnection connection = broker.connect()) {
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            Queue orders = session.createQueue("orders");
            for (String text : List.of("1", "2", "3")) {
                session.createProducer(orders).send(session.createTextMessage(text));
            }
            MessageConsumer consumer = session.createConsumer(orders);
            assertThat(all(consumer)).containsExactly("1", "2");
            broker.pass(SteppedBroker.LOCK);
            Message again = consumer.receiveNoWait();
            assertThat(text(again)).isEqualTo("1");
            assertThat(text(consumer.receiveNoWait())).isEqualTo("2");
            assertThat(consumer.receiveNoWait()).isNull();
            GroupFixture.assertCode("MessageLockLost", again::acknowledge);
            assertThat(all(consumer)).containsExactly("3");
        } finally {
            broker.close();
        }
    }

    @Test
    void withoutALimitThereIsNone() throws JMSException {
        try (TestBroker broker = new TestBroker()) {
            String[] texts = new String[2000];
            Arrays.fill(texts, "m");
            broker.send("orders", texts);
            Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
            assertThat(all(session.createConsumer(broker.queue("orders")))).hasSize(texts.length);
        }
    }
}
