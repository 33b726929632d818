/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties of messages, Jakarta Messaging 3.5. */
class MessagePropertiesTest {

    private final PeeklockMessage message = new PeeklockMessage(MessageSettings.DEFAULT);

    private static List<String> names(Message of) throws JMSException {
        return Deliveries.list(of.getPropertyNames());
    }

    @Nested
    class Names {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "a",
                    "_a",
                    "$a",
                    "größe",
                    "Not_null",
                    "nulls",
                    "true",
                    "And",
                    "JMS_IBM_Format",
                    "a1",
                    "DeadLetterReason"
                })
        void thatAreIdentifiersAreAllowed(String name) throws JMSException {
            message.setIntProperty(name, 1);

            assertThat(Deliveries.sentAndReceived(message).getIntProperty(name)).isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1a",
                    "a-b",
                    "a.b",
                    "a b",
                    "a'",
                    "NULL",
                    "TRUE",
                    "FALSE",
                    "NOT",
                    "AND",
                    "OR",
                    "BETWEEN",
                    "LIKE",
                    "IN",
                    "IS",
                    "ESCAPE",
                    "JMSFoo",
                    "JMSMessageID",
                    "JMSXRcvTimestamp",
                    "JMSXState",
                    "JMS_SB_SequenceNumber",
                    "JMS_SB_partitionkey"
                })
        void thatAreNoneOrReservedAreRefused(String name) {
            assertThatThrownBy(() -> message.setIntProperty(name, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name);
        }

        @Test
        void aSequenceNumberOfZeroTravels() throws JMSException {
            message.setIntProperty("JMSXGroupSeq", 0);
            Message received = Deliveries.sentAndReceived(message);

            assertThat(received.getIntProperty("JMSXGroupSeq")).isZero();
            assertThat(Deliveries.list(received.getPropertyNames())).containsOnlyOnce("JMSXGroupSeq");
        }

        @Test
        void areNeeded() {
            for (String name : new String[] {null, ""}) {
                assertThatThrownBy(() -> message.setObjectProperty(name, 1))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> message.setStringProperty(name, ""))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void areInTheOrderTheyWereSetAndCaseSensitive() throws JMSException {
            message.setIntProperty("b", 1);
            message.setIntProperty("a", 2);
            message.setIntProperty("B", 3);

            assertThat(names(message)).containsExactly("b", "a", "B");
        }

        @Test
        void ofAReceivedMessageHaveTheDeliveryCountAndNotTheNumbersOfTheBus() throws JMSException {
            message.setIntProperty("a", 1);
            message.setStringProperty("JMSXGroupID", "s");
            message.setStringProperty("JMS_SB_MessageId", "m");

            assertThat(names(Deliveries.sentAndReceived(message)))
                    .containsExactlyInAnyOrder("a", "JMSXGroupID", "JMS_SB_MessageId", "JMSXDeliveryCount");
        }

        @Test
        void canBeCopiedInALoop() throws JMSException {
            message.setIntProperty("a", 1);
            message.setIntProperty("JMSXGroupSeq", 4);
            message.setStringProperty("JMS_SB_To", "x");
            Message received = Deliveries.sentAndReceived(message);
            Message copy = new PeeklockMessage(MessageSettings.DEFAULT);

            for (String name : names(received)) {
                copy.setObjectProperty(name, received.getObjectProperty(name));
            }

            assertThat(names(copy)).containsExactlyInAnyOrder("a", "JMSXGroupSeq", "JMS_SB_To");
        }
    }

    @Nested
    class Values {

        @Test
        void ofOtherTypesAreRefused() {
            for (Object value : new Object[] {new Object(), 'c', new byte[1], new BigDecimal(1), List.of()}) {
                assertThatThrownBy(() -> message.setObjectProperty("p", value))
                        .isInstanceOf(MessageFormatException.class);
            }
        }

        @Test
        void thatAreNullTakeAPropertyAway() throws JMSException {
            message.setStringProperty("p", "x");
            message.setStringProperty("p", null);

            assertThat(message.propertyExists("p")).isFalse();
            assertThat(names(message)).isEmpty();
        }

        @Test
        void ofInputsHaveTheirType() throws JMSException {
            for (String name : List.of(
                    "JMSXGroupID",
                    "JMS_SB_PartitionKey",
                    "JMS_SB_MessageId",
                    "JMS_SB_ContentType",
                    "JMS_SB_To",
                    "JMS_SB_ReplyToSessionId")) {
                assertThatThrownBy(() -> message.setIntProperty(name, 1)).isInstanceOf(MessageFormatException.class);
            }
            assertThatThrownBy(() -> message.setStringProperty("JMSXGroupSeq", "1"))
                    .isInstanceOf(MessageFormatException.class);
            assertThatThrownBy(() -> message.setLongProperty("JMSXGroupSeq", 1))
                    .isInstanceOf(MessageFormatException.class);
            message.setShortProperty("JMSXGroupSeq", (short) 1);
            assertThat(message.getObjectProperty("JMSXGroupSeq")).isEqualTo(1);
        }

        @Test
        void ofInputsBecomeFieldsOfTheBus() throws JMSException {
            message.setStringProperty("JMSXGroupID", "s");
            message.setIntProperty("JMSXGroupSeq", 2);
            message.setStringProperty("JMS_SB_PartitionKey", "s");
            message.setStringProperty("JMS_SB_MessageId", "m");
            message.setStringProperty("JMS_SB_ContentType", "text/plain");
            message.setStringProperty("JMS_SB_To", "there");
            message.setStringProperty("JMS_SB_ReplyToSessionId", "answers");

            io.peeklock.broker.message.Message frozen =
                    MessageFreezer.freeze(message, 0).build();

            assertThat(frozen.sessionId()).isEqualTo("s");
            assertThat(frozen.groupSequence()).isEqualTo(2);
            assertThat(frozen.partitionKey()).isEqualTo("s");
            assertThat(frozen.applicationMessageId()).isEqualTo("m");
            assertThat(frozen.contentType()).isEqualTo("text/plain");
            assertThat(frozen.to()).isEqualTo("there");
            assertThat(frozen.replyToSessionId()).isEqualTo("answers");
            assertThat(frozen.properties()).isEmpty();
        }

        @Test
        void thatAnotherFrontDoorSetAreReadAsText() throws JMSException {
            UUID id = new UUID(1, 2);
            Message received = MessageThawer.thaw(
                    Deliveries.of(io.peeklock.broker.message.Message.builder()
                            .property("Diagnostic-Id", id)
                            .build()),
                    Deliveries.ORDERS,
                    MessageSettings.DEFAULT,
                    null);

            assertThat(received.getStringProperty("Diagnostic-Id")).isEqualTo(id.toString());
            assertThat(received.getObjectProperty("Diagnostic-Id")).isEqualTo(id.toString());
        }
    }

    @Nested
    class OfAReceivedMessage {

        @Test
        void areReadOnlyUntilCleared() throws JMSException {
            message.setIntProperty("p", 1);
            Message received = Deliveries.sentAndReceived(message);

            assertThatThrownBy(() -> received.setBooleanProperty("p", true))
                    .isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setByteProperty("p", (byte) 1))
                    .isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setShortProperty("p", (short) 1))
                    .isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setIntProperty("p", 1)).isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setLongProperty("p", 1)).isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setFloatProperty("p", 1))
                    .isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setDoubleProperty("p", 1))
                    .isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setStringProperty("p", ""))
                    .isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setObjectProperty("p", 1))
                    .isInstanceOf(MessageNotWriteableException.class);

            received.clearProperties();

            assertThat(names(received)).isEmpty();
            assertThat(received.propertyExists("JMSXDeliveryCount")).isFalse();
            received.setIntProperty("q", 2);
            assertThat(names(received)).containsExactly("q");
        }

        @Test
        void haveWhatTheBusSays() throws JMSException {
            Message received = Deliveries.sentAndReceived(message);

            assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
            assertThat(received.getLongProperty("JMS_SB_SequenceNumber")).isEqualTo(7);
            assertThat(received.getStringProperty("JMS_SB_SequenceNumber")).isEqualTo("7");
            assertThat(received.getObjectProperty("JMS_SB_EnqueuedSequenceNumber"))
                    .isEqualTo(6L);
            assertThat(received.getLongProperty("JMS_SB_EnqueuedTime")).isEqualTo(Deliveries.ENQUEUED_MS);
            assertThat(received.getLongProperty("JMS_SB_LockedUntil")).isEqualTo(Deliveries.ENQUEUED_MS + 60_000);
            assertThat(received.getStringProperty("JMS_SB_State")).isEqualTo("Active");
            assertThat(received.propertyExists("JMS_SB_OriginalExpiration")).isFalse();
            assertThat(received.propertyExists("JMSXGroupSeq")).isFalse();
        }

        @Test
        @Tag("L4")
        void showARenewedLock() throws JMSException {
            PeeklockMessage received = Deliveries.sentAndReceived(message);

            received.lockRenewed(42);

            assertThat(received.getLongProperty("JMS_SB_LockedUntil")).isEqualTo(42);
        }

        @Test
        @Tag("D2")
        @Tag("T7")
        void sayWhyItWasDeadLettered() throws JMSException {
            Message received = MessageThawer.thaw(
                    Deliveries.of(
                            EntityPath.queue("orders").deadLetterQueue(),
                            MessageFreezer.freeze(message, 500).build(),
                            9,
                            Long.MAX_VALUE,
                            "MaxDeliveryCountExceeded",
                            Map.of()),
                    Deliveries.ORDERS,
                    MessageSettings.DEFAULT,
                    null);

            assertThat(received.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
            assertThat(received.getStringProperty("DeadLetterErrorDescription")).isEqualTo("because");
            assertThat(names(received))
                    .containsExactlyInAnyOrder("DeadLetterReason", "DeadLetterErrorDescription", "JMSXDeliveryCount");
            assertThat(received.getLongProperty("JMS_SB_OriginalExpiration")).isEqualTo(Deliveries.ENQUEUED_MS + 500);
            assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(10);
        }

        @Test
        @Tag("L11")
        void showWhatASettlementChanged() throws JMSException {
            message.setIntProperty("kept", 1);
            message.setIntProperty("changed", 1);
            message.setIntProperty("removed", 1);
            Map<String, Object> changes = new HashMap<>();
            changes.put("changed", 2);
            changes.put("removed", null);
            changes.put("added", 3);
            Message received = MessageThawer.thaw(
                    Deliveries.of(
                            EntityPath.queue("orders"),
                            MessageFreezer.freeze(message, 0).build(),
                            0,
                            Long.MAX_VALUE,
                            null,
                            changes),
                    Deliveries.ORDERS,
                    MessageSettings.DEFAULT,
                    null);

            assertThat(names(received)).containsExactly("kept", "changed", "added", "JMSXDeliveryCount");
            assertThat(received.getIntProperty("changed")).isEqualTo(2);
            assertThat(received.propertyExists("removed")).isFalse();
        }
    }

    @Nested
    class AcknowledgeType {

        @Test
        void isSetOnAReceivedMessageToo() throws JMSException {
            PeeklockMessage received = Deliveries.sentAndReceived(message);
            assertThat(received.acknowledgeType()).isZero();

            received.setIntProperty("JMS_AMQP_ACK_TYPE", 3);

            assertThat(received.acknowledgeType()).isEqualTo(3);
            assertThat(received.getIntProperty("JMS_AMQP_ACK_TYPE")).isEqualTo(3);
            assertThat(names(received)).containsExactly("JMSXDeliveryCount");
        }

        @Test
        void isANumberFromOneToFive() {
            for (Object value : new Object[] {0, 6, -1, "1", 1L, true}) {
                assertThatThrownBy(() -> message.setObjectProperty("JMS_AMQP_ACK_TYPE", value))
                        .isInstanceOf(MessageFormatException.class);
            }
        }

        @Test
        void doesNotTravel() throws JMSException {
            message.setIntProperty("JMS_AMQP_ACK_TYPE", 1);

            assertThat(Deliveries.sentAndReceived(message).acknowledgeType()).isZero();
        }
    }
}
