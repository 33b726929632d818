/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTemporaryQueue;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Header fields, Jakarta Messaging 3.4, and what acknowledges a message. */
class HeadersTest {

    private final PeeklockMessage message = new PeeklockMessage(MessageSettings.DEFAULT);

    private static Message received(EntityPath entity, Message message, int deliveryCount, long expiresAtMs)
            throws JMSException {
        return MessageThawer.thaw(
                Deliveries.of(
                        entity,
                        MessageFreezer.freeze((PeeklockMessage) message, 0).build(),
                        deliveryCount,
                        expiresAtMs,
                        null,
                        Map.of()),
                new PeeklockQueue(entity.toString()),
                MessageSettings.DEFAULT,
                null);
    }

    @Test
    void ofANewMessageAreTheDefaults() {
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(message.getJMSPriority()).isEqualTo(4);
        assertThat(message.getJMSMessageID()).isNull();
        assertThat(message.getJMSTimestamp()).isZero();
        assertThat(message.getJMSExpiration()).isZero();
        assertThat(message.getJMSDeliveryTime()).isZero();
        assertThat(message.getJMSCorrelationID()).isNull();
        assertThat(message.getJMSCorrelationIDAsBytes()).isNull();
        assertThat(message.getJMSReplyTo()).isNull();
        assertThat(message.getJMSDestination()).isNull();
        assertThat(message.getJMSType()).isNull();
        assertThat(message.getJMSRedelivered()).isFalse();
    }

    @Test
    void travel() throws JMSException {
        message.setJMSMessageID("ID:1");
        message.setJMSTimestamp(900_000);
        message.setJMSCorrelationID("c");
        message.setJMSReplyTo(new PeeklockTemporaryQueue("answers", destination -> {}));
        message.setJMSType("order");
        message.setJMSPriority(9);
        message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);

        Message received = received(EntityPath.queue("orders"), message, 0, 5_000_000);

        assertThat(received.getJMSMessageID()).isEqualTo("ID:1");
        assertThat(received.getJMSTimestamp()).isEqualTo(900_000);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(900_000);
        assertThat(received.getJMSCorrelationID()).isEqualTo("c");
        assertThat(received.getJMSReplyTo()).isEqualTo(new PeeklockTemporaryQueue("answers", null));
        assertThat(received.getJMSType()).isEqualTo("order");
        assertThat(received.getJMSPriority()).isEqualTo(9);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(received.getJMSDestination()).isEqualTo(Deliveries.ORDERS);
        assertThat(received.getJMSExpiration()).isEqualTo(5_000_000);
        assertThat(received.getJMSRedelivered()).isFalse();
    }

    @Test
    void canBeChangedOnAReceivedMessage() throws JMSException {
        message.setJMSType("old");
        message.setJMSCorrelationID("old");
        Message received = Deliveries.sentAndReceived(message);

        received.setJMSType("new");
        received.setJMSCorrelationID(null);

        assertThat(received.getJMSType()).isEqualTo("new");
        assertThat(received.getJMSCorrelationID()).isNull();
    }

    @Test
    @Tag("L6")
    void sayThatItWasDeliveredBefore() throws JMSException {
        assertThat(received(EntityPath.queue("orders"), message, 2, Long.MAX_VALUE)
                        .getJMSRedelivered())
                .isTrue();
    }

    @Test
    @Tag("T7")
    void inADeadLetterQueueNameTheOriginalAndNeverExpire() throws JMSException {
        Message received = received(EntityPath.queue("orders").deadLetterQueue(), message, 0, 5_000_000);

        assertThat(received.getJMSDestination()).isEqualTo(Deliveries.ORDERS);
        assertThat(received.getJMSExpiration()).isZero();
        assertThat(received.getLongProperty("JMS_SB_OriginalExpiration")).isEqualTo(5_000_000);
    }

    @Nested
    class CorrelationId {

        @Test
        void mayBeBytes() throws JMSException {
            byte[] id = {(byte) 0xFF, 1};
            message.setJMSCorrelationIDAsBytes(id);
            id[1] = 2;

            Message received = Deliveries.sentAndReceived(message);

            assertThat(received.getJMSCorrelationIDAsBytes()).containsExactly(0xFF, 1);
        }

        @Test
        void ofBytesAndTextIsTheLastThatWasSet() {
            message.setJMSCorrelationIDAsBytes(new byte[] {'a'});
            assertThat(message.getJMSCorrelationID()).isEqualTo("a");
            message.setJMSCorrelationID("b");
            assertThat(message.getJMSCorrelationIDAsBytes()).containsExactly('b');
            message.setJMSCorrelationIDAsBytes(null);
            assertThat(message.getJMSCorrelationID()).isNull();
        }
    }

    @Nested
    class ReplyTo {

        @Test
        void ofAnotherProviderTravelsByItsName() throws JMSException {
            message.setJMSReplyTo((Queue) () -> "answers");

            assertThat(Deliveries.sentAndReceived(message).getJMSReplyTo()).isEqualTo(new PeeklockQueue("answers"));
        }

        @Test
        void thatIsNoQueueAndNoTopicIsRefusedAtTheSend() {
            message.setJMSReplyTo(new Destination() {});

            assertThatThrownBy(() -> MessageFreezer.freeze(message, 0)).isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Nested
    class Acknowledge {

        private PeeklockMessage receivedBy(Acknowledger acknowledger) throws JMSException {
            return MessageThawer.thaw(
                    Deliveries.of(MessageFreezer.freeze(message, 0).build()),
                    Deliveries.ORDERS,
                    MessageSettings.DEFAULT,
                    acknowledger);
        }

        @Test
        void asksTheSession() throws JMSException {
            List<String> calls = new ArrayList<>();

            receivedBy(() -> calls.add("acknowledged")).acknowledge();

            assertThat(calls).containsExactly("acknowledged");
        }

        @Test
        void withoutASessionDoesNothing() throws JMSException {
            receivedBy(null).acknowledge();
            message.acknowledge();
        }

        @Test
        void unwrapsToWhatSettles() throws JMSException {
            Acknowledger acknowledger = () -> {};

            assertThat(receivedBy(acknowledger).unwrap(Acknowledger.class)).isSameAs(acknowledger);
            assertThat(receivedBy(null).unwrap(Message.class)).isNotNull();
            assertThatThrownBy(() -> receivedBy(null).unwrap(Acknowledger.class))
                    .isInstanceOf(JMSException.class);
        }
    }

    @Test
    void textsNeverShowContents() throws JMSException {
        PeeklockTextMessage text = new PeeklockTextMessage(MessageSettings.DEFAULT);
        text.setText("secret");
        text.setStringProperty("p", "secret");

        assertThat(text.toString()).doesNotContain("secret");
        assertThat(Deliveries.sentAndReceived(text).toString())
                .doesNotContain("secret")
                .contains("7 of orders");
    }
}
