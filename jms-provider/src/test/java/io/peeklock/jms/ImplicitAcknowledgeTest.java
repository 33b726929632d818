/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of received messages in AUTO and DUPS_OK mode: last table of the rules. */
class ImplicitAcknowledgeTest extends ThreeOrders {

    @Nested
    class Auto {

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.AUTO_ACKNOWLEDGE);
        }

        @Test
        @Tag("L2")
        void completesWhenReceiveReturns() throws JMSException {
            assertThat(text(take(consumer))).isEqualTo("a");
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("b", "c");
        }

        @Test
        void recoverDoesNothingToWhatReceiveReturned() throws JMSException {
            take(consumer);
            session.recover();
            assertThat(text(take(consumer))).isEqualTo("b");
        }

        @Test
        @Tag("L6")
        void aListenerThatThrowsGetsTheSameMessageAgainAtOnce() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    seen.add(text(message) + deliveryCount(message) + message.getJMSRedelivered());
                    if (deliveryCount(message) == 1 && "a".equals(text(message))) {
                        throw new IllegalArgumentException("on purpose");
                    }
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> seen.size() == 4);
            assertThat(seen).containsExactly("a1false", "a2true", "b1false", "c1false");
        }

        @Test
        void recoverInAListenerGetsTheSameMessageAgain() throws Exception {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    seen.add(text(message) + deliveryCount(message));
                    if (deliveryCount(message) == 1 && "a".equals(text(message))) {
                        session.recover();
                    }
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> seen.size() == 4);
            assertThat(seen).containsExactly("a1", "a2", "b1", "c1");
        }

        @Test
        @Tag("L12")
        void aListenerThatAlwaysThrowsSendsTheMessageToTheDeadLetterQueue() throws Exception {
            BlockingQueue<String> done = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    if ("a".equals(text(message))) {
                        throw new IllegalArgumentException("on purpose");
                    }
                    done.add(text(message));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> done.size() == 2);
            MessageConsumer dead =
                    broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue(ORDERS + "/$deadletterqueue"));
            Message message = take(dead);
            assertThat(text(message)).isEqualTo("a");
            assertThat(message.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
        }
    }

    @Nested
    class DupsOk {

        @BeforeEach
        void useIt() throws JMSException {
            use(Session.DUPS_OK_ACKNOWLEDGE);
        }

        @Test
        void completesLaterButAtTheLatestWhenTheSessionCloses() throws JMSException {
            take(consumer);
            take(consumer);
            session.close();
            assertThat(broker.drain(ORDERS)).containsExactly("c");
        }

        @Test
        void completesAWholeBatchAtOnce() throws JMSException {
            broker.drain(ORDERS);
            String[] texts = IntStream.range(0, 40).mapToObj(i -> "m" + i).toArray(String[]::new);
            broker.send(ORDERS, texts);
            for (int i = 0; i < 31; i++) {
                take(consumer);
            }
            assertThat(broker.locked(ORDERS)).hasSize(31);
            take(consumer);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(broker.locked(ORDERS)).isEmpty());
            session.close();
            assertThat(broker.drain(ORDERS)).hasSize(8);
        }

        @Test
        void completesWhatAListenerGotWhenNoMoreComes() throws Exception {
            BlockingQueue<List<String>> lockedMeanwhile = new LinkedBlockingQueue<>();
            consumer.setMessageListener(message -> {
                try {
                    lockedMeanwhile.add(broker.locked(ORDERS));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> lockedMeanwhile.size() == 3);
            assertThat(lockedMeanwhile).containsExactly(List.of("a"), List.of("a", "b"), List.of("a", "b", "c"));
            Awaitility.await()
                    .untilAsserted(() -> assertThat(broker.locked(ORDERS)).isEmpty());
        }

        @Test
        void recoverDeliversAgainWhatWasNotCompletedYet() throws JMSException {
            take(consumer);
            take(consumer);
            session.recover();
            Message again = take(consumer);
            assertThat(text(again)).isEqualTo("a");
            assertThat(deliveryCount(again)).isEqualTo(2);
        }

        @Test
        void completesWhenNothingIsAtHand() throws JMSException {
            take(consumer);
            take(consumer);
            take(consumer);
            assertThat(consumer.receiveNoWait()).isNull();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(broker.locked(ORDERS)).isEmpty());
        }

        @Test
        void completesWhenTheConsumerCloses() throws JMSException {
            take(consumer);
            consumer.close();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(broker.locked(ORDERS)).isEmpty());
            assertThat(broker.drain(ORDERS)).containsExactly("b", "c");
        }

        @Test
        void completesWhenTheConnectionStops() throws JMSException {
            take(consumer);
            broker.connection.stop();
            assertThat(broker.locked(ORDERS)).isEmpty();
        }
    }
}
