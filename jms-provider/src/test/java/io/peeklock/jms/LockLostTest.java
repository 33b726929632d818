/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.LockLostEvent.Reason;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lock-lost event, for each way in which a lock is lost. */
class LockLostTest {

    private final BlockingQueue<LockLostEvent> events = new LinkedBlockingQueue<>();

    private LockLostEvent nextEvent() throws InterruptedException {
        LockLostEvent event = events.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new AssertionError("no event came");
        }
        return event;
    }

    /** Events come one after the other: behind this one there is no other. */
    private void assertNoMore(BusConnection connection, PeeklockConnection own) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        connection.setExceptionListener(e -> done.countDown());
        own.report(new JMSException("behind the events"));
        assertThat(done.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(events).isEmpty();
    }

    private static LockLostEvent expired(Message message, @Nullable String session) throws JMSException {
        return new LockLostEvent(
                "orders", PeekLocked.of(message).sequenceNumber(), message.getJMSMessageID(), session, Reason.EXPIRED);
    }

    @Nested
    class WhenItsTimeIsOver {
        private SteppedBroker broker;
        private PeeklockConnection connection;
        private Session sender;
        private Queue orders;

        @BeforeEach
        void open() throws JMSException {
            broker = new SteppedBroker("&lockRenewal=none");
            connection = broker.connect();
            connection.setLockLostListener(events::add);
            sender = connection.createSession();
            orders = sender.createQueue("orders");
        }

        @AfterEach
        void close() throws JMSException {
            connection.close();
            broker.close();
        }

        private void send(@Nullable String group, String... texts) throws JMSException {
            for (String text : texts) {
                Message message = sender.createTextMessage(text);
                message.setStringProperty("JMSXGroupID", group);
                sender.createProducer(orders).send(message);
            }
        }

        @Test
        @Tag("L7")
        void eachMessageIsToldOnceAndBeforeAnybodySettlesIt() throws Exception {
            send(null, "1", "2");
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(orders);
            Message first = consumer.receiveNoWait();
            Message second = consumer.receiveNoWait();
            broker.pass(SteppedBroker.LOCK);
            assertThat(nextEvent()).isEqualTo(expired(first, null));
            assertThat(nextEvent()).isEqualTo(expired(second, null));
            GroupFixture.assertCode("MessageLockLost", first::acknowledge);
            assertNoMore(connection, connection);
        }

        @Test
        @Tag("L4")
        void oneThatIsRenewedIsNot() throws Exception {
            send(null, "1");
            Session session = connection.createSession(BusSession.INDIVIDUAL_ACKNOWLEDGE);
            Message first = session.createConsumer(orders).receiveNoWait();
            broker.pass(SteppedBroker.LOCK.minusMillis(1));
            PeekLocked.of(first).renewLock();
            broker.pass(SteppedBroker.LOCK.minusMillis(1));
            first.acknowledge();
            assertNoMore(connection, connection);
        }

        @Test
        @Tag("F5")
        void aDeferredMessageToo() throws Exception {
            send(null, "1");
            BusSession session = (BusSession) connection.createSession(BusSession.INDIVIDUAL_ACKNOWLEDGE);
            Message first = session.createConsumer(orders).receiveNoWait();
            PeekLocked.of(first).defer();
            session.receiveDeferred(orders, PeekLocked.of(first).sequenceNumber());
            broker.pass(SteppedBroker.LOCK);
            assertThat(nextEvent()).isEqualTo(expired(first, null));
        }

        @Test
        @Tag("G4")
        void anAcceptedSessionAndItsMessages() throws Exception {
            ((BusSession) sender)
                    .namespace()
                    .createQueue(QueueDescription.builder("orders")
                            .sessionRequired(true)
                            .build())
                    .join();
            send("a", "1");
            BusSession session = (BusSession) connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            SessionConsumer held = session.acceptSession(orders, "a");
            Message first = held.receiveNoWait();
            broker.pass(SteppedBroker.LOCK);
            assertThat(nextEvent()).isEqualTo(new LockLostEvent("orders", 0, null, "a", Reason.EXPIRED));
            assertThat(nextEvent()).isEqualTo(expired(first, "a"));
        }

        @Test
        void nobodyIsToldOnceTheListenerIsTakenAway() throws Exception {
            send(null, "1");
            connection
                    .createSession(Session.CLIENT_ACKNOWLEDGE)
                    .createConsumer(orders)
                    .receiveNoWait();
            connection.setLockLostListener(null);
            assertThat(connection.getLockLostListener()).isNull();
            broker.pass(SteppedBroker.LOCK);
            assertNoMore(connection, connection);
        }

        @Test
        void aListenerThatThrowsIsCalledAgain() throws Exception {
            send(null, "1", "2");
            connection.setLockLostListener(event -> {
                events.add(event);
                throw new IllegalStateException("from the application");
            });
            MessageConsumer consumer =
                    connection.createSession(Session.CLIENT_ACKNOWLEDGE).createConsumer(orders);
            consumer.receiveNoWait();
            consumer.receiveNoWait();
            broker.pass(SteppedBroker.LOCK);
            nextEvent();
            nextEvent();
        }
    }

    @Nested
    class WhenThePartitionFails {
        private FaultyBroker broker;

        @BeforeEach
        void open() throws JMSException {
            broker = new FaultyBroker();
            broker.connection.setLockLostListener(events::add);
            broker.send("1", "2");
        }

        @AfterEach
        void close() throws JMSException {
            broker.close();
        }

        @Test
        @Tag("L13")
        void whatIsHeldIsToldOnce() throws Exception {
            Session session = broker.connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            Message first = take(broker.consumer(session));
            broker.breakDiskUnder(() -> GroupFixture.assertCode("OutcomeUnknown", () -> broker.send("unlucky")), false);
            LockLostEvent event = nextEvent();
            assertThat(event.reason()).isEqualTo(Reason.PARTITION_OUT);
            assertThat(event.messageId()).isEqualTo(first.getJMSMessageID());
            broker.repair();
            GroupFixture.assertCode("MessageLockLost", first::acknowledge);
            assertNoMore(broker.connection, broker.connection);
        }

        @Test
        void aCompletionThatFailsInAutoAcknowledgeIsToldOnce() throws Exception {
            failingCompletion(Session.AUTO_ACKNOWLEDGE);
        }

        @Test
        void aCompletionThatFailsInDupsOkAcknowledgeIsToldOnce() throws Exception {
            failingCompletion(Session.DUPS_OK_ACKNOWLEDGE);
        }

        private void failingCompletion(int mode) throws Exception {
            try (Session session = broker.connection.createSession(mode);
                    MessageConsumer consumer = broker.consumer(session)) {
                broker.hold();
                Message first = consumer.receive(TestBroker.LONG_MS);
                Running<Void> next = Running.<Void>start(() -> {
                    broker.connection.stop();
                    return null;
                });
                next.untilItWaits();
                broker.breakDisk(false);
                next.result();
                assertThat(nextEvent())
                        .isEqualTo(new LockLostEvent(
                                "orders",
                                first.getLongProperty("JMS_SB_SequenceNumber"),
                                first.getJMSMessageID(),
                                null,
                                Reason.NOT_COMPLETED));
                assertThat(broker.nextFailure().getErrorCode()).isEqualTo("OutcomeUnknown");
            }
            assertNoMore(broker.connection, broker.connection);
        }
    }

    @Nested
    class SetOnAFactory {

        @Test
        @Tag("W4")
        void itHearsOfAllConnectionsAndContexts() throws Exception {
            try (TestBroker broker = new TestBroker()) {
                broker.factory.setLockLostListener(events::add);
                broker.send("orders", "1", "2");
                try (var connection = broker.connect(null);
                        JMSContext context = broker.factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
                    assertThat(((BusContext) context).busConnection().getLockLostListener())
                            .isNotNull();
                    Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                    take(session.createConsumer(broker.queue("orders")));
                    assertThat(text(context.createConsumer(broker.queue("orders"))
                                    .receive(TestBroker.LONG_MS)))
                            .isEqualTo("2");
                    ((BusContext) context)
                            .busSession()
                            .namespace()
                            .deleteQueue("orders")
                            .join();
                    assertThat(nextEvent().reason()).isEqualTo(Reason.ENTITY_DELETED);
                    assertThat(nextEvent().reason()).isEqualTo(Reason.ENTITY_DELETED);
                }
            }
        }
    }
}
