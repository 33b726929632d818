/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending: headers, checks, anonymous producers, asynchronous sends, transactions under one key. */
class ProducerTest {

    private static final String ORDERS = "orders";

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

    @Nested
    class Headers {

        @Test
        void areSetOnTheSentMessageAndArrive() throws JMSException {
            TextMessage sent = session.createTextMessage("a");
            long before = System.currentTimeMillis();
            producer.send(sent, DeliveryMode.NON_PERSISTENT, 7, 60_000);
            assertThat(sent.getJMSMessageID()).startsWith("ID:");
            assertThat(sent.getJMSDestination()).isEqualTo(broker.queue(ORDERS));
            assertThat(sent.getJMSTimestamp()).isGreaterThanOrEqualTo(before);
            assertThat(sent.getJMSExpiration()).isEqualTo(sent.getJMSTimestamp() + 60_000);
            Message received = take(consumer);
            assertThat(received.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
            assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(received.getJMSPriority()).isEqualTo(7);
            assertThat(received.getJMSDestination()).isEqualTo(broker.queue(ORDERS));
            assertThat(received.getJMSExpiration()).isGreaterThanOrEqualTo(before + 60_000);
        }

        @Test
        void idsAreNewAtEachSend() throws JMSException {
            TextMessage message = session.createTextMessage("a");
            producer.send(message);
            String first = message.getJMSMessageID();
            producer.send(message);
            assertThat(message.getJMSMessageID()).isNotEqualTo(first);
        }

        @Test
        void idAndTimestampCanBeLeftOut() throws JMSException {
            producer.setDisableMessageID(true);
            producer.setDisableMessageTimestamp(true);
            producer.send(session.createTextMessage("a"));
            Message received = take(consumer);
            assertThat(received.getJMSMessageID()).isNull();
            assertThat(received.getJMSTimestamp()).isZero();
        }

        @Test
        void whatIsSentCanBeChangedAfterwardsWithoutEffect() throws JMSException {
            TextMessage message = session.createTextMessage("as sent");
            producer.send(message);
            message.setText("changed");
            assertThat(text(take(consumer))).isEqualTo("as sent");
        }

        @Test
        void aReceivedMessageCanBeSentOn() throws JMSException {
            TextMessage message = session.createTextMessage("a");
            message.setStringProperty("p", "v");
            producer.send(message);
            producer.send(take(consumer));
            assertThat(take(consumer).getStringProperty("p")).isEqualTo("v");
        }
    }

    @Nested
    class Checks {

        @Test
        void refuseWhatIsOutOfRange() {
            assertThatThrownBy(() -> producer.setPriority(10)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> producer.setPriority(-1)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> producer.setDeliveryMode(3)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> producer.setTimeToLive(-1)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSException.class);
        }

        @Test
        void refuseNoMessage() {
            assertThatThrownBy(() -> producer.send(null)).isInstanceOf(MessageFormatException.class);
        }

        @Test
        void refuseAnotherDestinationThanTheProducers() {
            assertThatThrownBy(() -> producer.send(broker.queue("other"), session.createMessage()))
                    .isInstanceOf(UnsupportedOperationException.class);
        }

        @Test
        void anAnonymousProducerNeedsADestination() throws JMSException {
            MessageProducer anonymous = session.createProducer(null);
            assertThat(anonymous.getDestination()).isNull();
            assertThatThrownBy(() -> anonymous.send(session.createMessage()))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> anonymous.send((jakarta.jms.Destination) null, session.createMessage()))
                    .isInstanceOf(InvalidDestinationException.class);
            anonymous.send(broker.queue(ORDERS), session.createTextMessage("a"));
            assertThat(text(take(consumer))).isEqualTo("a");
        }

        @Test
        @Tag("D1")
        void aDeadLetterQueueCannotBeSentTo() throws JMSException {
            MessageProducer anonymous = session.createProducer(null);
            assertThatThrownBy(
                            () -> anonymous.send(broker.queue(ORDERS + "/$deadletterqueue"), session.createMessage()))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        @Tag("Q1")
        void aMessageThatIsTooLargeIsRefused() throws JMSException {
            BytesMessage large = session.createBytesMessage();
            large.writeBytes(new byte[300 * 1024]);
            assertThatThrownBy(() -> producer.send(large))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("MessageSizeExceeded"));
        }

        @Test
        @Tag("Q3")
        void aFullQueueIsAResourceAllocationException() throws JMSException {
            try (TestBroker small = new TestBroker("?defaultQueueSize=1MB&operationTimeout=100ms")) {
                Session own = small.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer filler = own.createProducer(small.queue("small"));
                BytesMessage message = own.createBytesMessage();
                message.writeBytes(new byte[200 * 1024]);
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 10; i++) {
                                filler.send(message);
                            }
                        })
                        .isInstanceOfSatisfying(
                                ResourceAllocationException.class,
                                e -> assertThat(e.getErrorCode()).isEqualTo("QuotaExceeded"));
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.SESSION_TRANSACTED})
        @Tag("W5")
        void aQueueThatWasDeletedIsMadeAgainByTheNextSend(int mode) throws Exception {
            Session own = broker.session(mode);
            MessageProducer before = own.createProducer(broker.queue("gone"));
            ((BusSession) session).namespace().deleteQueue("gone").get();
            before.send(own.createTextMessage("a"));
            before.send(own.createTextMessage("b"));
            if (own.getTransacted()) {
                own.commit();
            }
            assertThat(broker.drain("gone")).containsExactly("a", "b");
        }

        @Test
        void aClosedProducerRefuses() throws JMSException {
            producer.close();
            producer.close();
            assertThatThrownBy(() -> producer.send(session.createMessage())).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class InATransaction {

        private Session transacted;
        private MessageProducer parts;

        @BeforeEach
        void begin() throws JMSException {
            broker.close();
            broker = new TestBroker("?autoCreate.partitioned=true&partitions=4");
            transacted = broker.session(Session.SESSION_TRANSACTED);
            parts = transacted.createProducer(broker.queue("parts"));
        }

        private void send(@Nullable String key) throws JMSException {
            TextMessage message = transacted.createTextMessage(String.valueOf(key));
            if (key != null) {
                message.setStringProperty("JMS_SB_PartitionKey", key);
            }
            parts.send(message);
        }

        @Test
        @Tag("P9")
        void aSecondKeyIsRefusedAndTheTransactionStaysUsable() throws JMSException {
            send("a");
            assertThatThrownBy(() -> send("b"))
                    .isInstanceOfSatisfying(
                            IllegalStateException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("InvalidOperation"))
                    .hasMessageContaining("'a'")
                    .hasMessageContaining("'b'");
            send("a");
            send(null);
            transacted.commit();
            assertThat(broker.drain("parts")).containsExactlyInAnyOrder("a", "a", "null");
        }

        @ParameterizedTest
        @CsvSource({"300000, 0", "0, 70000"})
        @Tag("Q1")
        @Tag("Q2")
        void aMessageThatIsTooLargeIsRefusedAtItsSendAndTheTransactionStaysUsable(int body, int property)
                throws JMSException {
            send("a");
            TextMessage large = transacted.createTextMessage("x".repeat(body));
            large.setStringProperty("large", "x".repeat(property));
            assertThatThrownBy(() -> parts.send(large))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("MessageSizeExceeded"));
            send("a");
            transacted.commit();
            assertThat(broker.drain("parts")).containsExactly("a", "a");
        }

        @Test
        @Tag("P11")
        void isFedFromTheOnePartitionItWorksIn() throws JMSException {
            for (int i = 0; i < 40; i++) {
                send("key" + i);
                transacted.commit();
            }
            MessageConsumer own = transacted.createConsumer(broker.queue("parts"));
            List<Integer> partitions = new ArrayList<>();
            int rounds = 0;
            while (partitions.size() < 40) {
                List<Integer> inThisTransaction = new ArrayList<>();
                for (Message message = own.receiveNoWait(); message != null; message = own.receiveNoWait()) {
                    inThisTransaction.add((int) (message.getLongProperty("JMS_SB_SequenceNumber") >>> 48));
                }
                assertThat(inThisTransaction).isNotEmpty();
                assertThat(inThisTransaction.stream().distinct()).hasSize(1);
                partitions.addAll(inThisTransaction);
                rounds++;
                transacted.commit();
            }
            assertThat(rounds).isEqualTo((int) partitions.stream().distinct().count());
        }
    }
}
