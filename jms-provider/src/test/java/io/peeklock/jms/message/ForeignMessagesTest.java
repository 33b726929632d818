/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.destination.PeeklockQueue;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages of other providers, Jakarta Messaging 3.12. */
class ForeignMessagesTest {

    /** The same message, but of a class that is not ours; properties as another provider may have them. */
    private static <T extends Message> T foreign(Class<T> type, PeeklockMessage behind, Map<String, Object> more) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals("getPropertyNames")) {
                List<String> names = new ArrayList<>(more.keySet());
                names.addAll(Collections.list(behind.getPropertyNames()));
                return Collections.enumeration(names);
            }
            if (method.getName().equals("getObjectProperty") && more.containsKey((String) args[0])) {
                return more.get((String) args[0]);
            }
            try {
                return method.invoke(behind, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    /** Of a provider that keeps a correlation id of bytes apart from one of text. */
    private static Message withCorrelationId(byte @Nullable [] bytes) {
        PeeklockMessage behind = new PeeklockMessage(MessageSettings.DEFAULT);
        Class<?>[] types = {Message.class};
        return (Message) Proxy.newProxyInstance(Message.class.getClassLoader(), types, (proxy, method, args) -> {
            if (method.getName().equals("getJMSCorrelationIDAsBytes")) {
                if (bytes == null) {
                    throw new UnsupportedOperationException("no such correlation ids");
                }
                return bytes;
            }
            return method.getName().equals("getJMSCorrelationID") ? null : method.invoke(behind, args);
        });
    }

    private static <T extends Message> T copied(Class<T> type, PeeklockMessage behind) throws JMSException {
        Message copy = ForeignMessages.own(foreign(type, behind, Map.of()), MessageSettings.DEFAULT);
        assertThat(copy).isNotSameAs(behind).isInstanceOf(type);
        return type.cast(Deliveries.sentAndReceived(copy));
    }

    @Test
    void thatAreOursAreNotCopied() throws JMSException {
        PeeklockMessage message = new PeeklockMessage(MessageSettings.DEFAULT);

        assertThat(ForeignMessages.own(message, MessageSettings.DEFAULT)).isSameAs(message);
    }

    @Test
    void bringTheirHeadersAndProperties() throws JMSException {
        PeeklockTextMessage behind = new PeeklockTextMessage(MessageSettings.DEFAULT);
        behind.setText("a");
        behind.setJMSCorrelationID("c");
        behind.setJMSReplyTo(new PeeklockQueue("answers"));
        behind.setJMSType("order");
        behind.setIntProperty("p", 1);
        behind.setStringProperty("JMSXGroupID", "s");
        Map<String, Object> more = Map.of(
                "JMSXDeliveryCount", 5, "JMSXUserID", "u", "JMS_SB_State", "x", "JMS_AMQP_x", 2, "traceparent-x", "t");

        PeeklockMessage copy = ForeignMessages.own(foreign(TextMessage.class, behind, more), MessageSettings.DEFAULT);

        assertThat(copy.getJMSCorrelationID()).isEqualTo("c");
        assertThat(copy.getJMSReplyTo()).isEqualTo(new PeeklockQueue("answers"));
        assertThat(copy.getJMSType()).isEqualTo("order");
        assertThat(Collections.list(copy.getPropertyNames()))
                .containsExactlyInAnyOrder("p", "JMSXGroupID", "JMS_AMQP_x", "traceparent-x");
        assertThat(((PeeklockTextMessage) copy).getText()).isEqualTo("a");
    }

    @Test
    void bringACorrelationIdThatOnlyHasBytes() throws JMSException {
        PeeklockMessage copy = ForeignMessages.own(withCorrelationId(new byte[] {1, 2}), MessageSettings.DEFAULT);

        assertThat(copy.getJMSCorrelationIDAsBytes()).containsExactly(1, 2);
    }

    @Test
    void needNotKnowOfCorrelationIdsOfBytes() throws JMSException {
        PeeklockMessage copy = ForeignMessages.own(withCorrelationId(null), MessageSettings.DEFAULT);

        assertThat(copy.getJMSCorrelationID()).isNull();
    }

    @Test
    void ofEachKindBringTheirBodies() throws JMSException {
        PeeklockMapMessage map = new PeeklockMapMessage(MessageSettings.DEFAULT);
        map.setInt("a", 1);
        map.setString("null", null);
        PeeklockObjectMessage object = new PeeklockObjectMessage(MessageSettings.DEFAULT);
        object.setObject("o");
        PeeklockStreamMessage stream = new PeeklockStreamMessage(MessageSettings.DEFAULT);
        stream.writeInt(1);
        stream.writeBytes(new byte[] {1, 2});
        stream.writeString(null);
        PeeklockBytesMessage bytes = new PeeklockBytesMessage(MessageSettings.DEFAULT);
        bytes.writeBytes(new byte[20_000]);

        assertThat(copied(MapMessage.class, map).getInt("a")).isEqualTo(1);
        assertThat(copied(MapMessage.class, map).itemExists("null")).isTrue();
        assertThat(copied(ObjectMessage.class, object).getObject()).isEqualTo("o");
        StreamMessage copy = copied(StreamMessage.class, stream);
        assertThat(copy.readInt()).isEqualTo(1);
        assertThat((byte[]) copy.readObject()).containsExactly(1, 2);
        assertThat(copy.readString()).isNull();
        assertThat(copied(BytesMessage.class, bytes).getBodyLength()).isEqualTo(20_000);
        assertThat(copied(Message.class, new PeeklockMessage(MessageSettings.DEFAULT)))
                .isExactlyInstanceOf(PeeklockMessage.class);
    }
}
