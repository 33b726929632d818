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
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who waits for the disk, and who does not: last table of the rules. */
class SlowDiskTest {

    private FaultyBroker broker;
    private Session session;
    private MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        broker = new FaultyBroker();
        broker.send("a", "b", "c");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void use(int mode) throws JMSException {
        session = broker.connection.createSession(mode);
        consumer = broker.consumer(session);
        broker.hold();
    }

    private static void assertWaits(Running<?> call) {
        assertThat(call.untilItWaits().isDone()).isFalse();
    }

    private void assertWaitsForTheDisk(Running.Task call) throws Exception {
        Running<Void> running = Running.start(() -> {
            call.run();
            return null;
        });
        assertWaits(running);
        broker.release();
        running.result();
    }

    @Nested
    class Auto {

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.AUTO_ACKNOWLEDGE);
        }

        @Test
        void receiveReturnsBeforeTheCompletionIsDurableAndTheNextWaitsForIt() throws Exception {
            assertThat(text(take(consumer))).isEqualTo("a");
            Running<Message> next = Running.start(consumer::receive);
            assertWaits(next);
            broker.release();
            assertThat(text(next.result())).isEqualTo("b");
        }

        @Test
        void receiveCanBeInterruptedWhileItWaitsForItAndNothingIsLost() throws Exception {
            take(consumer);
            Running<Message> next = Running.start(consumer::receive);
            assertWaits(next);
            next.interrupt();
            assertThatThrownBy(next::result).cause().hasCauseInstanceOf(InterruptedException.class);
            broker.release();
            Message message = take(consumer);
            assertThat(text(message)).isEqualTo("b");
            assertThat(deliveryCount(message)).isEqualTo(1);
        }

        @Test
        void aListenersNextMessageWaitsForIt() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    seen.add(String.valueOf(text(message)));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo("a");
            assertWaitsForTheDisk(session::close);
            assertThat(seen).isEmpty();
        }

        @Test
        void closeAndStopWaitForIt() throws Exception {
            take(consumer);
            assertWaitsForTheDisk(broker.connection::stop);
            broker.connection.start();
            broker.hold();
            take(consumer);
            assertWaitsForTheDisk(session::close);
        }
    }

    @Nested
    class DupsOk {

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.DUPS_OK_ACKNOWLEDGE);
        }

        @Test
        void receiveWaitsForNoCompletion() throws JMSException {
            for (String text : List.of("a", "b", "c")) {
                assertThat(text(take(consumer))).isEqualTo(text);
            }
        }

        @Test
        void closeAndStopWaitForThem() throws Exception {
            take(consumer);
            assertWaitsForTheDisk(broker.connection::stop);
            broker.connection.start();
            broker.hold();
            take(consumer);
            assertWaitsForTheDisk(session::close);
        }

        @Test
        void theNumberOfBatchesUnderWayIsBounded() throws Exception {
            broker.release();
            for (int i = 0; i < 150; i++) {
                broker.send("m" + i);
            }
            broker.hold();
            Running<Void> receiver = Running.start(() -> {
                for (int i = 0; i < 150; i++) {
                    take(consumer);
                }
                return null;
            });
            assertWaits(receiver);
            broker.release();
            receiver.result();
        }
    }

    @Nested
    class Client {

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.CLIENT_ACKNOWLEDGE);
        }

        @Test
        void acknowledgeWaitsAndReceiveDoesNot() throws Exception {
            take(consumer);
            Message message = take(consumer);
            assertWaitsForTheDisk(message::acknowledge);
        }

        @Test
        void anInterruptedAcknowledgeSaysThatItsOutcomeIsUnknown() throws Exception {
            Message message = take(consumer);
            Running<Void> acknowledge = Running.start(() -> {
                message.acknowledge();
                return null;
            });
            assertWaits(acknowledge);
            acknowledge.interrupt();
            assertThatThrownBy(acknowledge::result)
                    .cause()
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("OutcomeUnknown"));
            broker.release();
            session.close();
            try (Session other = broker.connection.createSession()) {
                assertThat(text(take(broker.consumer(other)))).isEqualTo("b");
            }
        }

        @Test
        void recoverWaits() throws Exception {
            take(consumer);
            assertWaitsForTheDisk(session::recover);
        }
    }

    @Nested
    class PreAcknowledge {

        @BeforeEach
        void useIt() throws JMSException {
            use(BusSession.PRE_ACKNOWLEDGE);
        }

        @Test
        void receiveWaitsForTheRemovalAlsoWhenInterrupted() throws Exception {
            Running<Message> receive = Running.start(consumer::receive);
            assertWaits(receive);
            receive.interrupt();
            assertWaits(receive);
            broker.release();
            assertThat(text(receive.result())).isEqualTo("a");
        }

        @Test
        void stopWaitsForTheCallThatReturnsAMessage() throws Exception {
            Running<Message> receive = Running.start(consumer::receive);
            assertWaits(receive);
            assertWaitsForTheDisk(broker.connection::stop);
            assertThat(receive.result()).isNotNull();
        }
    }

    @Nested
    class Transacted {

        @Test
        void commitWaitsAndReceiveDoesNot() throws Exception {
            use(Session.SESSION_TRANSACTED);
            take(consumer);
            take(consumer);
            assertWaitsForTheDisk(session::commit);
        }
    }
}
