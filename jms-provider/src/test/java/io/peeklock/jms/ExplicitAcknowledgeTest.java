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
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of received messages in CLIENT mode and in modes 100 and 101: last table of the rules. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class ExplicitAcknowledgeTest extends ThreeOrders {

    private final boolean partitioned;

    ExplicitAcknowledgeTest(boolean partitioned) {
        this.partitioned = partitioned;
    }

    @Override
    boolean isPartitioned() {
        return partitioned;
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
        @Tag("L6")
        void recoverUnlocksWhatAllConsumersOfTheSessionHoldAndNothingElse() throws JMSException {
            MessageConsumer second = session.createConsumer(broker.queue(ORDERS));
            broker.send("other", "x", "y");
            MessageConsumer third = session.createConsumer(broker.queue("other"));
            try (Session stranger = broker.session(Session.CLIENT_ACKNOWLEDGE)) {
                assertThat(text(take(consumer))).isEqualTo("a");
                assertThat(text(take(third))).isEqualTo("x");
                assertThat(text(take(stranger.createConsumer(broker.queue(ORDERS)))))
                        .isEqualTo("b");
                assertThat(text(take(second))).isEqualTo("c");
                session.recover();
                assertThat(broker.locked(ORDERS)).containsExactly("b");
                assertThat(broker.locked("other")).isEmpty();
                assertRedelivered(second, "a");
                assertRedelivered(consumer, "c");
                assertRedelivered(third, "x");
                assertThat(deliveryCount(take(third))).isEqualTo(1);
            }
        }

        private void assertRedelivered(MessageConsumer from, String text) throws JMSException {
            Message again = take(from);
            assertThat(text(again)).isEqualTo(text);
            assertThat(deliveryCount(again)).isEqualTo(2);
            assertThat(again.getJMSRedelivered()).isTrue();
        }

        @Test
        void aListenerThatRecoversGetsTheOldestAgainAndThenAcknowledgesAll() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    seen.add(text(message) + deliveryCount(message));
                    if ("b".equals(text(message)) && deliveryCount(message) == 1) {
                        session.recover();
                    } else if ("c".equals(text(message))) {
                        message.acknowledge();
                    }
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("a1", "b1", "a2", "b2", "c1"));
            session.close();
            assertThat(broker.drain(ORDERS)).isEmpty();
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
            assertThat(broker.locked(ORDERS)).containsExactly("a");
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
                    .hasMessageContaining("not settled, 1 of 2: message " + lost.sequenceNumber())
                    .hasMessageContaining("(MessageLockLost); the others are settled");
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
            assertThat(broker.locked(ORDERS)).containsExactly("a", "b", "c");
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
            assertThat(broker.locked(ORDERS)).containsExactly("a");
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
}
