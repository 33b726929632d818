/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.message.BodyKind;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Bodies of text and map messages, and what all bodies have in common (Jakarta Messaging 3.11, 3.12). */
class BodiesTest {

    private static BodyKind kindOf(Message message) throws JMSException {
        return MessageFreezer.freeze((PeeklockMessage) message, 0).build().bodyKind();
    }

    @Nested
    class Text {
        private final TextMessage message = new PeeklockTextMessage(MessageSettings.DEFAULT);

        @Test
        void travels() throws JMSException {
            message.setText("größe 😀 \0");

            TextMessage received = Deliveries.sentAndReceived(message);

            assertThat(received.getText()).isEqualTo("größe 😀 \0");
            assertThat(Deliveries.sentAndReceived(received).getText()).isEqualTo("größe 😀 \0");
        }

        @Test
        void thatIsNullIsNotTheEmptyOne() throws JMSException {
            assertThat(kindOf(message)).isEqualTo(BodyKind.NULL_TEXT);
            TextMessage none = Deliveries.sentAndReceived(message);
            assertThat(none.getText()).isNull();
            assertThat(Deliveries.sentAndReceived(none).getText()).isNull();

            message.setText("");
            assertThat(Deliveries.sentAndReceived(message).getText()).isEmpty();
        }

        @Test
        void keepsHalfASurrogatePair() throws JMSException {
            for (String half : List.of("a\ud83d", "\ude00b", "\ud83d\ud83d\ude00")) {
                message.setText(half);

                assertThat(Deliveries.sentAndReceived(message).getText()).isEqualTo(half);
            }
        }

        @Test
        void thatIsNotUtf8IsDamage() {
            PeeklockMessage received = MessageThawer.thaw(
                    Deliveries.of(io.peeklock.broker.message.Message.builder()
                            .body(BodyKind.TEXT, new byte[] {(byte) 0xFF})
                            .build()),
                    Deliveries.ORDERS,
                    MessageSettings.DEFAULT,
                    null);

            assertThatThrownBy(((TextMessage) received)::getText)
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("damaged");
        }

        @Test
        void ofAReceivedMessageIsReadOnlyUntilCleared() throws JMSException {
            message.setText("a");
            TextMessage received = Deliveries.sentAndReceived(message);

            assertThatThrownBy(() -> received.setText("b")).isInstanceOf(MessageNotWriteableException.class);
            received.clearBody();
            assertThat(received.getText()).isNull();
            assertThat(kindOf(received)).isEqualTo(BodyKind.NULL_TEXT);
            received.setText("b");
            assertThat(received.getText()).isEqualTo("b");
            assertThat(Deliveries.sentAndReceived(received).getText()).isEqualTo("b");
        }

        @Test
        void mayBeChangedAfterTheSend() throws JMSException {
            message.setText("a");
            TextMessage received = Deliveries.sentAndReceived(message);
            message.setText("b");

            assertThat(received.getText()).isEqualTo("a");
        }
    }

    @Nested
    class Maps {
        private final MapMessage message = new PeeklockMapMessage(MessageSettings.DEFAULT);

        @Test
        void keepOrderAndCase() throws JMSException {
            message.setInt("b", 1);
            message.setInt("a", 2);
            message.setInt("B", 3);

            assertThat(Deliveries.list(Deliveries.sentAndReceived(message).getMapNames()))
                    .containsExactly("b", "a", "B");
        }

        @Test
        void needNames() {
            for (String name : new String[] {null, ""}) {
                assertThatThrownBy(() -> message.setObject(name, 1)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> message.setBytes(name, new byte[1]))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void refuseOtherTypes() {
            assertThatThrownBy(() -> message.setObject("p", new Object())).isInstanceOf(MessageFormatException.class);
            assertThatThrownBy(() -> message.setObject("p", List.of())).isInstanceOf(MessageFormatException.class);
        }

        @Test
        void copyBytesBothWays() throws JMSException {
            byte[] bytes = {1, 2, 3};
            message.setBytes("all", bytes);
            message.setBytes("part", bytes, 1, 2);
            message.setObject("object", bytes);
            bytes[1] = 9;
            message.getBytes("all")[0] = 9;
            ((byte[]) message.getObject("object"))[0] = 9;

            assertThat(message.getBytes("all")).containsExactly(1, 2, 3);
            assertThat(message.getBytes("part")).containsExactly(2, 3);
            assertThat(message.getBytes("object")).containsExactly(1, 2, 3);
            assertThatThrownBy(() -> message.setBytes("p", bytes, 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }

        @Test
        void ofAReceivedMessageAreReadOnlyUntilCleared() throws JMSException {
            message.setString("p", "a");
            MapMessage received = Deliveries.sentAndReceived(message);

            assertThatThrownBy(() -> received.setString("p", "b")).isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> received.setObject("p", new Object()))
                    .isInstanceOf(MessageNotWriteableException.class);
            received.clearBody();
            assertThat(received.getString("p")).isNull();
            received.setString("p", "b");
            assertThat(received.getString("p")).isEqualTo("b");
        }
    }

    @Nested
    class PlainMessage {

        @Test
        void hasNoBody() throws JMSException {
            Message received = Deliveries.sentAndReceived(new PeeklockMessage(MessageSettings.DEFAULT));

            assertThat(received).isExactlyInstanceOf(PeeklockMessage.class);
            assertThat(received.getBody(String.class)).isNull();
            assertThat(received.isBodyAssignableTo(Thread.class)).isTrue();
        }
    }

    @Nested
    class GetBody {

        private void isOnly(Message message, Object body, List<Class<?>> types, List<Class<?>> others)
                throws JMSException {
            for (Class<?> type : types) {
                assertThat(message.isBodyAssignableTo(type)).as(type.getName()).isTrue();
                assertThat((Object) message.getBody(type)).isEqualTo(body);
            }
            for (Class<?> type : others) {
                assertThat(message.isBodyAssignableTo(type)).as(type.getName()).isFalse();
                assertThatThrownBy(() -> message.getBody(type)).isInstanceOf(MessageFormatException.class);
            }
        }

        private void isNone(Message message) throws JMSException {
            for (Class<?> type : List.<Class<?>>of(String.class, Map.class, byte[].class, Thread.class)) {
                assertThat(message.isBodyAssignableTo(type)).isTrue();
                assertThat((Object) message.getBody(type)).isNull();
            }
        }

        @Test
        void ofText() throws JMSException {
            PeeklockTextMessage message = new PeeklockTextMessage(MessageSettings.DEFAULT);
            isNone(message);
            message.setText("a");

            for (Message each : List.of(message, Deliveries.sentAndReceived(message))) {
                isOnly(
                        each,
                        "a",
                        List.of(String.class, CharSequence.class, Comparable.class, Serializable.class, Object.class),
                        List.of(Integer.class, Map.class, byte[].class));
            }
        }

        @Test
        void ofAMap() throws JMSException {
            PeeklockMapMessage message = new PeeklockMapMessage(MessageSettings.DEFAULT);
            isNone(message);
            message.setInt("a", 1);

            for (Message each : List.of(message, Deliveries.sentAndReceived(message))) {
                isOnly(
                        each,
                        Map.of("a", 1),
                        List.of(Map.class, Object.class),
                        List.of(java.util.LinkedHashMap.class, Serializable.class, String.class));
            }
        }

        @Test
        void ofBytesResetsThem() throws JMSException {
            PeeklockBytesMessage message = new PeeklockBytesMessage(MessageSettings.DEFAULT);
            isNone(new PeeklockBytesMessage(MessageSettings.DEFAULT));
            message.writeInt(1);

            isOnly(
                    message,
                    new byte[] {0, 0, 0, 1},
                    List.of(byte[].class, Object.class),
                    List.of(Serializable.class, Cloneable.class, String.class));
            assertThat(message.readInt()).isEqualTo(1);
            message.getBody(byte[].class);
            assertThat(message.readInt()).isEqualTo(1);
        }

        @Test
        void ofAnObject() throws JMSException {
            PeeklockObjectMessage message = new PeeklockObjectMessage(MessageSettings.DEFAULT);
            isNone(message);
            message.setObject(5);

            for (Message each : List.of(message, Deliveries.sentAndReceived(message))) {
                isOnly(
                        each,
                        5,
                        List.of(Integer.class, Number.class, Serializable.class, Object.class),
                        List.of(String.class, Long.class));
            }
        }

        @Test
        void ofAStreamIsRefused() throws JMSException {
            StreamMessage message = new PeeklockStreamMessage(MessageSettings.DEFAULT);

            assertThat(message.isBodyAssignableTo(Object.class)).isFalse();
            assertThatThrownBy(() -> message.getBody(Object.class)).isInstanceOf(MessageFormatException.class);
        }
    }

    @Nested
    class ClearBody {

        @Test
        void leavesThePropertiesAndClearPropertiesTheBody() throws JMSException {
            PeeklockTextMessage message = new PeeklockTextMessage(MessageSettings.DEFAULT);
            message.setText("a");
            message.setIntProperty("p", 1);
            TextMessage first = Deliveries.sentAndReceived(message);
            TextMessage second = Deliveries.sentAndReceived(message);

            first.clearBody();
            second.clearProperties();

            assertThat(first.getIntProperty("p")).isEqualTo(1);
            assertThat(second.getText()).isEqualTo("a");
            assertThatThrownBy(() -> first.setIntProperty("p", 2)).isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> second.setText("b")).isInstanceOf(MessageNotWriteableException.class);
        }
    }
}
