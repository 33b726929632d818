/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery delay, Jakarta Messaging 7.9 and 3.4.13. How it is kept, is with the bus: DelayRulesTest. */
class DeliveryDelayTest {

    private static final String ORDERS = "orders";
    private static final long HOUR_MS = 3_600_000;
    private static final long SHORT_MS = 50;

    private TestBroker broker;
    private Session session;
    private MessageProducer producer;
    private MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        producer = session.createProducer(broker.queue(ORDERS));
        consumer = session.createConsumer(broker.queue(ORDERS));
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private TextMessage send(String text, long delayMs) throws JMSException {
        TextMessage message = session.createTextMessage(text);
        producer.setDeliveryDelay(delayMs);
        producer.send(message);
        return message;
    }

    private Message peeked() throws JMSException {
        return ((BusSession) session).peek(broker.queue(ORDERS), 0, 1).get(0);
    }

    @Nested
    class OfAProducer {

        @Test
        @Tag("7.9")
        void isZeroAtFirstAndWhatWasSet() throws JMSException {
            assertThat(producer.getDeliveryDelay()).isZero();
            producer.setDeliveryDelay(17);
            producer.setPriority(3);
            producer.setTimeToLive(5);
            assertThat(producer.getDeliveryDelay()).isEqualTo(17);
            producer.setDeliveryDelay(0);
            assertThat(producer.getDeliveryDelay()).isZero();
            assertThat(producer.getPriority()).isEqualTo(3);
        }

        @Test
        @Tag("7.9")
        void isNeverNegative() throws JMSException {
            assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSException.class);
            producer.close();
            assertThatThrownBy(() -> producer.setDeliveryDelay(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> producer.getDeliveryDelay()).isInstanceOf(IllegalStateException.class);
        }

        @Test
        @Tag("7.9")
        void isTheJmsProducersOwn() throws JMSException {
            try (JMSContext context = broker.factory.createContext()) {
                JMSProducer delayed = context.createProducer().setDeliveryDelay(HOUR_MS);
                JMSProducer other = context.createProducer();
                assertThat(delayed.getDeliveryDelay()).isEqualTo(HOUR_MS);
                assertThat(other.getDeliveryDelay()).isZero();
                delayed.send(broker.queue(ORDERS), "later");
                other.send(broker.queue(ORDERS), "now");
                assertThatThrownBy(() -> other.setDeliveryDelay(-1)).isInstanceOf(JMSRuntimeException.class);
            }
            assertThat(broker.drain(ORDERS)).containsExactly("now");
        }

        @Test
        @Tag("7.9")
        void countsForSendsThatSayTheirOtherOptions() throws JMSException {
            producer.setDeliveryDelay(HOUR_MS);
            producer.send(session.createTextMessage("a"), 1, 9, 0);
            assertThat(consumer.receiveNoWait()).isNull();
            assertThat(peeked().getStringProperty("JMS_SB_State")).isEqualTo("Scheduled");
        }
    }

    @Nested
    class AMessage {

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        @Tag("3.4.13")
        void comesNotBeforeItsDeliveryTimeWhichItCarries(int deliveryMode) throws JMSException {
            TextMessage sent = session.createTextMessage("a");
            producer.setDeliveryDelay(SHORT_MS);
            producer.setDeliveryMode(deliveryMode);
            producer.send(sent);
            assertThat(sent.getJMSDeliveryTime()).isEqualTo(sent.getJMSTimestamp() + SHORT_MS);
            Message received = take(consumer);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(sent.getJMSDeliveryTime());
            assertThat(received.getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
            assertThat(received.getJMSTimestamp()).isEqualTo(sent.getJMSTimestamp());
            assertThat(received.getJMSRedelivered()).isFalse();
        }

        @Test
        @Tag("3.4.13")
        void withoutDelayIsDeliveredAtTheTimeOfItsSend() throws JMSException {
            TextMessage sent = send("a", 0);
            assertThat(sent.getJMSDeliveryTime()).isEqualTo(sent.getJMSTimestamp());
            assertThat(take(consumer).getJMSDeliveryTime()).isEqualTo(sent.getJMSTimestamp());
        }

        @Test
        @Tag("7.9")
        void isNeitherReceivedNorBrowsedBefore() throws JMSException {
            TextMessage sent = send("later", HOUR_MS);
            send("now", 0);
            assertThat(Collections.list(
                            session.createBrowser(broker.queue(ORDERS)).getEnumeration()))
                    .hasSize(1);
            assertThat(text(take(consumer))).isEqualTo("now");
            assertThat(consumer.receiveNoWait()).isNull();
            assertThat(peeked().getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
        }

        @Test
        @Tag("6.2.9")
        void isOvertakenByThoseThatAreDueBefore() throws JMSException {
            send("late", HOUR_MS);
            send("soon", SHORT_MS);
            assertThat(text(take(consumer))).isEqualTo("soon");
            assertThat(consumer.receiveNoWait()).isNull();
        }

        @Test
        @Tag("3.4.11")
        void ignoresADeliveryTimeThatTheApplicationSetOnIt() throws JMSException {
            TextMessage message = session.createTextMessage("a");
            message.setJMSDeliveryTime(System.currentTimeMillis() + HOUR_MS);
            producer.send(message);
            assertThat(message.getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp());
            assertThat(text(take(consumer))).isEqualTo("a");
        }

        @Test
        @Tag("3.12")
        void ofAnotherProviderLearnsItsDeliveryTime() throws JMSException {
            TextMessage behind = session.createTextMessage("a");
            Message foreign = (Message) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {TextMessage.class},
                    (proxy, method, args) -> method.invoke(behind, args));
            foreign.setJMSDeliveryTime(1);
            producer.setDeliveryDelay(SHORT_MS);
            producer.send(foreign);
            assertThat(behind.getJMSDeliveryTime()).isEqualTo(behind.getJMSTimestamp() + SHORT_MS);
            assertThat(take(consumer).getJMSDeliveryTime()).isEqualTo(behind.getJMSDeliveryTime());
        }

        /** A hint that would cost the message its times is not taken (MessageProducer.setDisableMessageTimestamp). */
        @Test
        @Tag("3.4.4")
        @Tag("3.4.13")
        void keepsItsTimestampIfItIsDelayed() throws JMSException {
            producer.setDisableMessageTimestamp(true);
            TextMessage sent = send("a", SHORT_MS);
            assertThat(sent.getJMSDeliveryTime()).isEqualTo(sent.getJMSTimestamp() + SHORT_MS);
            assertThat(take(consumer).getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
        }
    }

    @Nested
    class Together {

        @Test
        @Tag("3.4.9")
        @Tag("7.8")
        void withATimeToLiveThatCountsFromTheSend() throws JMSException {
            producer.setTimeToLive(HOUR_MS);
            TextMessage sent = send("a", SHORT_MS);
            assertThat(sent.getJMSExpiration()).isEqualTo(sent.getJMSTimestamp() + HOUR_MS);
            assertThat(take(consumer).getJMSExpiration()).isEqualTo(sent.getJMSExpiration());
        }

        @Test
        @Tag("7.8")
        void withATimeToLiveThatEndsBeforeItNeverComes() throws JMSException {
            producer.setTimeToLive(1);
            send("never", SHORT_MS);
            producer.setTimeToLive(0);
            send("comes", 2 * SHORT_MS);
            assertThat(text(take(consumer))).isEqualTo("comes");
        }

        @Test
        @Tag("T8")
        void withATimeToLiveThatCountsFromTheDeliveryInProfileAzure() throws JMSException {
            try (TestBroker azure = new TestBroker("?profile=azure")) {
                Session own = azure.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer delayed = own.createProducer(azure.queue(ORDERS));
                delayed.setDeliveryDelay(SHORT_MS);
                delayed.setTimeToLive(HOUR_MS);
                TextMessage sent = own.createTextMessage("a");
                delayed.send(sent);
                assertThat(sent.getJMSExpiration()).isEqualTo(sent.getJMSDeliveryTime() + HOUR_MS);
                Message received = take(own.createConsumer(azure.queue(ORDERS)));
                assertThat(received.getJMSExpiration())
                        .isEqualTo(received.getLongProperty("JMS_SB_EnqueuedTime") + HOUR_MS);
            }
        }

        @Test
        @Tag("7.3.1")
        void withAnAsynchronousSendWhichIsCompleteWhenTheMessageIsScheduled() throws Exception {
            CompletableFuture<Message> end = new CompletableFuture<>();
            producer.setDeliveryDelay(HOUR_MS);
            producer.send(session.createTextMessage("a"), new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    end.complete(message);
                }

                @Override
                public void onException(Message message, Exception exception) {
                    end.completeExceptionally(exception);
                }
            });
            Message sent = end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
            assertThat(sent.getJMSDeliveryTime()).isEqualTo(sent.getJMSTimestamp() + HOUR_MS);
            assertThat(peeked().getStringProperty("JMS_SB_State")).isEqualTo("Scheduled");
        }

        /** Whoever subscribes between the send and the delivery time gets nothing of it. */
        @Test
        @Tag("7.9")
        void withATopicWhoseSubscriptionsCountAtTheSend() throws JMSException {
            Topic topic = broker.topic("prices");
            MessageConsumer before = session.createConsumer(topic);
            MessageConsumer durable = session.createSharedDurableConsumer(topic, "durable");
            MessageProducer publisher = session.createProducer(topic);
            publisher.setDeliveryDelay(SHORT_MS);
            TextMessage sent = session.createTextMessage("a");
            publisher.send(sent);
            MessageConsumer after = session.createConsumer(topic);
            for (MessageConsumer each : new MessageConsumer[] {before, durable}) {
                assertThat(take(each).getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
            }
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(sent.getJMSDeliveryTime());
            assertThat(after.receiveNoWait()).isNull();
        }

        @Test
        @Tag("7.9")
        void withATemporaryQueue() throws JMSException {
            TemporaryQueue queue = session.createTemporaryQueue();
            MessageProducer own = session.createProducer(queue);
            own.setDeliveryDelay(SHORT_MS);
            TextMessage sent = session.createTextMessage("a");
            own.send(sent);
            Message received = take(session.createConsumer(queue));
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(sent.getJMSDeliveryTime());
            assertThat(received.getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
        }

        @Test
        @Tag("3.4.13")
        void withATransactionInWhichItCountsFromTheSendNotTheCommit() throws JMSException {
            Session transacted = broker.session(Session.SESSION_TRANSACTED);
            MessageProducer own = transacted.createProducer(broker.queue(ORDERS));
            own.setDeliveryDelay(HOUR_MS);
            TextMessage sent = transacted.createTextMessage("a");
            own.send(sent);
            transacted.rollback();
            assertThat(((BusSession) session).peek(broker.queue(ORDERS), 0, 1)).isEmpty();
            own.send(sent);
            transacted.commit();
            assertThat(peeked().getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
            assertThat(peeked().getStringProperty("JMS_SB_State")).isEqualTo("Scheduled");
            own.setDeliveryDelay(SHORT_MS);
            own.send(transacted.createTextMessage("b"));
            transacted.commit();
            assertThat(text(take(consumer))).isEqualTo("b");
        }
    }
}
