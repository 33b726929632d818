/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a send sets and what it ignores: Jakarta Messaging 3.4.1 to 3.4.12, 7.4, 7.7, 7.8. */
class SendHeadersTest {

    private static final String ORDERS = "orders";
    private static final long HOUR_MS = 3_600_000;

    private TestBroker broker;
    private Session session;
    private MessageProducer producer;
    private MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        use(new TestBroker());
    }

    private void use(TestBroker opened) throws JMSException {
        broker = opened;
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        producer = session.createProducer(broker.queue(ORDERS));
        consumer = session.createConsumer(broker.queue(ORDERS));
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private TextMessage send(String text) throws JMSException {
        TextMessage message = session.createTextMessage(text);
        producer.send(message);
        return message;
    }

    @Nested
    class TheSend {

        @Test
        @Tag("3.4.11")
        void overwritesWhatTheApplicationSet() throws JMSException {
            TextMessage message = session.createTextMessage("a");
            message.setJMSDestination(broker.queue("elsewhere"));
            message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
            message.setJMSPriority(9);
            message.setJMSMessageID("ID:mine");
            message.setJMSTimestamp(1);
            message.setJMSExpiration(2);
            message.setJMSRedelivered(true);
            producer.send(message);
            Message received = take(consumer);
            for (Message each : List.of(message, received)) {
                assertThat(each.getJMSDestination()).isEqualTo(broker.queue(ORDERS));
                assertThat(each.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
                assertThat(each.getJMSPriority()).isEqualTo(4);
                assertThat(each.getJMSMessageID()).startsWith("ID:").isNotEqualTo("ID:mine");
                assertThat(each.getJMSTimestamp()).isGreaterThan(1);
                assertThat(each.getJMSExpiration()).isZero();
            }
            assertThat(received.getJMSRedelivered()).isFalse();
        }

        @Test
        @Tag("3.4.11")
        void leavesAReceivedMessageThatIsSentOnWithNewValues() throws JMSException {
            producer.send(session.createTextMessage("a"), DeliveryMode.NON_PERSISTENT, 9, HOUR_MS);
            Message received = take(consumer);
            String first = received.getJMSMessageID();
            producer.send(received);
            Message again = take(consumer);
            assertThat(again.getJMSMessageID()).startsWith("ID:").isNotEqualTo(first);
            assertThat(again.getJMSPriority()).isEqualTo(4);
            assertThat(again.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
            assertThat(again.getJMSExpiration()).isZero();
        }

        @Test
        @Tag("7.4")
        void takesItsOwnOptionsBeforeThoseOfTheProducer() throws JMSException {
            producer.setPriority(2);
            producer.setTimeToLive(HOUR_MS);
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            producer.send(session.createTextMessage("own"), DeliveryMode.PERSISTENT, 7, 0);
            Message own = take(consumer);
            assertThat(own.getJMSPriority()).isEqualTo(7);
            assertThat(own.getJMSExpiration()).isZero();
            assertThat(own.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
            send("producer's");
            Message producers = take(consumer);
            assertThat(producers.getJMSPriority()).isEqualTo(2);
            assertThat(producers.getJMSExpiration()).isEqualTo(producers.getJMSTimestamp() + HOUR_MS);
            assertThat(producers.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        }

        @Test
        @Tag("7.4")
        void hasTheDefaultsOfTheSpecification() throws JMSException {
            assertThat(producer.getDeliveryMode()).isEqualTo(Message.DEFAULT_DELIVERY_MODE);
            assertThat(producer.getPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
            assertThat(producer.getTimeToLive()).isEqualTo(Message.DEFAULT_TIME_TO_LIVE);
            assertThat(producer.getDeliveryDelay()).isEqualTo(Message.DEFAULT_DELIVERY_DELAY);
            assertThat(producer.getDisableMessageID()).isFalse();
            assertThat(producer.getDisableMessageTimestamp()).isFalse();
            try (JMSContext context = broker.factory.createContext()) {
                JMSProducer simple = context.createProducer();
                assertThat(simple.getDeliveryMode()).isEqualTo(Message.DEFAULT_DELIVERY_MODE);
                assertThat(simple.getPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
                assertThat(simple.getTimeToLive()).isEqualTo(Message.DEFAULT_TIME_TO_LIVE);
                assertThat(simple.getDeliveryDelay()).isEqualTo(Message.DEFAULT_DELIVERY_DELAY);
                assertThat(simple.getDisableMessageID()).isFalse();
                assertThat(simple.getDisableMessageTimestamp()).isFalse();
                assertThat(simple.getAsync()).isNull();
            }
        }

        @Test
        @Tag("7.4")
        void ofTheSimplifiedApiRefusesWhatIsOutOfRange() {
            try (JMSContext context = broker.factory.createContext()) {
                JMSProducer simple = context.createProducer();
                assertThatThrownBy(() -> simple.setPriority(10)).isInstanceOf(JMSRuntimeException.class);
                assertThatThrownBy(() -> simple.setPriority(-1)).isInstanceOf(JMSRuntimeException.class);
                assertThatThrownBy(() -> simple.setDeliveryMode(0)).isInstanceOf(JMSRuntimeException.class);
                assertThatThrownBy(() -> simple.setTimeToLive(-1)).isInstanceOf(JMSRuntimeException.class);
                assertThat(simple.getPriority()).isEqualTo(4);
            }
        }
    }

    @Nested
    class Ids {

        @Test
        @Tag("3.4.3")
        void areUniqueAndBeginWithId() throws JMSException {
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                ids.add(send("m").getJMSMessageID());
            }
            try (TestBroker other = new TestBroker()) {
                Session own = other.session(Session.AUTO_ACKNOWLEDGE);
                TextMessage message = own.createTextMessage("m");
                own.createProducer(other.queue(ORDERS)).send(message);
                ids.add(message.getJMSMessageID());
            }
            assertThat(ids).hasSize(201).allMatch(id -> id.startsWith("ID:"));
        }

        @Test
        @Tag("3.4.3")
        @Tag("3.4.4")
        void andTimestampsThatAreDisabledAreNullAndZeroOnBothSides() throws JMSException {
            producer.setDisableMessageID(true);
            producer.setDisableMessageTimestamp(true);
            TextMessage sent = send("a");
            for (Message each : List.of(sent, take(consumer))) {
                assertThat(each.getJMSMessageID()).isNull();
                assertThat(each.getJMSTimestamp()).isZero();
                assertThat(each.getJMSDeliveryTime()).isPositive();
            }
            producer.setDisableMessageID(false);
            producer.setDisableMessageTimestamp(false);
            assertThat(send("b").getJMSMessageID()).startsWith("ID:");
            assertThat(take(consumer).getJMSTimestamp()).isPositive();
        }

        @Test
        @Tag("3.4.4")
        void timestampsLieBetweenBeginAndEndOfTheSend() throws JMSException {
            long before = System.currentTimeMillis();
            TextMessage sent = send("a");
            assertThat(sent.getJMSTimestamp()).isBetween(before, System.currentTimeMillis());
            assertThat(take(consumer).getJMSTimestamp()).isEqualTo(sent.getJMSTimestamp());
        }
    }

    @Nested
    class Priority {

        @Test
        @Tag("3.4.10")
        @Tag("N9")
        void hasTenLevelsEachInOrder() throws JMSException {
            List<String> expected = new ArrayList<>();
            for (int priority = 9; priority >= 0; priority--) {
                expected.add(priority + " first");
                expected.add(priority + " second");
            }
            for (String turn : List.of("first", "second")) {
                for (int priority = 0; priority < 10; priority++) {
                    producer.setPriority(priority);
                    assertThat(send(priority + " " + turn).getJMSPriority()).isEqualTo(priority);
                }
            }
            List<String> received = new ArrayList<>();
            for (int i = 0; i < expected.size(); i++) {
                Message message = take(consumer);
                received.add(text(message));
                assertThat(text(message)).startsWith(message.getJMSPriority() + " ");
            }
            assertThat(received).isEqualTo(expected);
        }
    }

    @Nested
    class Expiration {

        @Test
        @Tag("3.4.9")
        @Tag("7.8")
        void isTheSamePastTheReceiveAndWithoutTimestamps() throws JMSException {
            producer.setTimeToLive(HOUR_MS);
            for (boolean disabled : new boolean[] {false, true}) {
                producer.setDisableMessageTimestamp(disabled);
                TextMessage sent = send("a");
                assertThat(sent.getJMSExpiration()).isEqualTo(sent.getJMSTimestamp() + HOUR_MS);
                assertThat(take(consumer).getJMSExpiration()).isEqualTo(sent.getJMSExpiration());
            }
        }

        @Test
        @Tag("3.4.9")
        void ofATransactionCountsFromTheSend() throws JMSException {
            Session transacted = broker.session(Session.SESSION_TRANSACTED);
            MessageProducer own = transacted.createProducer(broker.queue(ORDERS));
            own.setDisableMessageTimestamp(true);
            own.setTimeToLive(HOUR_MS);
            TextMessage sent = transacted.createTextMessage("a");
            own.send(sent);
            long expiresAtMs = sent.getJMSExpiration();
            Awaitility.await().until(() -> System.currentTimeMillis() > expiresAtMs - HOUR_MS);
            transacted.commit();
            assertThat(take(consumer).getJMSExpiration()).isEqualTo(sent.getJMSExpiration());
        }

        @Test
        @Tag("3.4.9")
        void keepsAMessageFromBeingReceived() throws JMSException {
            producer.send(session.createTextMessage("expired"), DeliveryMode.PERSISTENT, 9, 1);
            MessageProducer later = session.createProducer(broker.queue("later"));
            later.setDeliveryDelay(20);
            later.send(session.createTextMessage("its time is over by now"));
            take(session.createConsumer(broker.queue("later")));
            assertThat(consumer.receiveNoWait()).isNull();
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        @Tag("3.4.12")
        @Tag("T2")
        void reflectsWhatTheAdministratorSays() throws Exception {
            QueueDescription capped = QueueDescription.builder("capped")
                    .defaultTimeToLive(Duration.ofMinutes(10))
                    .build();
            ((BusSession) session).namespace().createQueue(capped).get();
            MessageProducer own = session.createProducer(broker.queue("capped"));
            for (long timeToLiveMs : new long[] {0, HOUR_MS}) {
                own.setTimeToLive(timeToLiveMs);
                TextMessage sent = session.createTextMessage("a");
                own.send(sent);
                assertThat(sent.getJMSExpiration()).isEqualTo(sent.getJMSTimestamp() + 600_000);
                assertThat(take(session.createConsumer(broker.queue("capped"))).getJMSExpiration())
                        .isEqualTo(sent.getJMSExpiration());
            }
        }
    }
}
