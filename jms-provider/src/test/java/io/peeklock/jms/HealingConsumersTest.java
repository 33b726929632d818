/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.GroupFixture.assertCode;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Consumers that stay open while their partition is out, or their queue is disabled, and go on by themselves. */
class HealingConsumersTest {

    private static final String TRIPS = "trips";

    private FaultyBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new FaultyBroker();
        broker.namespace
                .createQueue(QueueDescription.builder(FaultyBroker.ORDERS).build())
                .join();
        broker.namespace
                .createQueue(
                        QueueDescription.builder(TRIPS).sessionRequired(true).build())
                .join();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void send(String queue, String text) throws JMSException {
        try (Session session = broker.connection.createSession()) {
            Message message = session.createTextMessage(text);
            message.setStringProperty("JMSXGroupID", "tram-7");
            session.createProducer(session.createQueue(queue)).send(message);
        }
    }

    private void partitionFails() throws Exception {
        broker.breakDiskUnder(() -> assertCode("OutcomeUnknown", () -> broker.send("unlucky")), false);
    }

    private void status(EntityStatus status) {
        QueueDescription queue = broker.namespace.queue(TRIPS).join();
        broker.namespace.updateQueue(queue.toBuilder().status(status).build()).join();
    }

    @Nested
    @Tag("P8")
    class AfterAPartitionWasOut {

        @ParameterizedTest
        @ValueSource(strings = {FaultyBroker.ORDERS, TRIPS})
        void aConsumerReceivesAgain(String queue) throws Exception {
            Session session = broker.connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
            assertThat(consumer.receiveNoWait()).isNull();
            send(queue, "1");
            assertThat(text(take(consumer))).isEqualTo("1");
            partitionFails();
            Running<Message> waiting = Running.start(() -> take(consumer)).untilItWaits();
            broker.repair();
            assertThat(text(waiting.result())).isEqualTo("1");
        }

        @ParameterizedTest
        @ValueSource(strings = {FaultyBroker.ORDERS, TRIPS})
        void aListenerGoesOn(String queue) throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            Session session = broker.connection.createSession();
            session.createConsumer(session.createQueue(queue)).setMessageListener(message -> seen.add("one"));
            send(queue, "1");
            assertThat(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo("one");
            partitionFails();
            broker.repair();
            send(queue, "2");
            assertThat(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo("one");
        }

        @Test
        @Tag("G4")
        void anAcceptedSessionIsTakenAgain() throws Exception {
            BusSession session = (BusSession) broker.connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            Queue trips = session.createQueue(TRIPS);
            send(TRIPS, "1");
            SessionConsumer held = session.acceptSession(trips, "tram-7");
            assertThat(text(take(held))).isEqualTo("1");
            partitionFails();
            assertCode("SessionLockLost", held::receiveNoWait);
            assertThat(held.receiveNoWait()).isNull();
            Running<Message> waiting = Running.start(() -> take(held)).untilItWaits();
            broker.repair();
            assertThat(text(waiting.result())).isEqualTo("1");
            held.setSessionState(new byte[] {1});
        }
    }

    @Nested
    @Tag("W3")
    class AfterAQueueWasDisabled {

        @Test
        void anAcceptedSessionIsStillHeld() throws Exception {
            BusSession session = (BusSession) broker.connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            SessionConsumer held = session.acceptSession(session.createQueue(TRIPS), "tram-7");
            send(TRIPS, "1");
            status(EntityStatus.RECEIVE_DISABLED);
            assertCode("EntityDisabled", held::receiveNoWait);
            status(EntityStatus.ACTIVE);
            assertThat(text(take(held))).isEqualTo("1");
            held.renewSessionLock();
        }

        @Test
        void aListenerOfAnAcceptedSessionGoesOn() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            BusSession session = (BusSession) broker.connection.createSession();
            SessionConsumer held = session.acceptSession(session.createQueue(TRIPS), "tram-7");
            held.setMessageListener(message -> seen.add("one"));
            status(EntityStatus.DISABLED);
            assertThat(broker.nextFailure().getErrorCode()).isEqualTo("EntityDisabled");
            status(EntityStatus.ACTIVE);
            send(TRIPS, "1");
            assertThat(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo("one");
        }
    }
}
