/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies messages of other providers into our own, so that they can be sent (Jakarta Messaging 3.12).
 *
 * <p>Stateless, thread safe.
 */
public final class ForeignMessages {

    private ForeignMessages() {}

    /**
     * The message itself if it is one of this provider, else a copy of its body, properties, {@code JMSCorrelationID},
     * {@code JMSReplyTo} and {@code JMSType}. Bytes and stream messages of others are reset by that.
     */
    public static PeeklockMessage own(Message message, MessageSettings settings) throws JMSException {
        if (message instanceof PeeklockMessage own) {
            return own;
        }
        PeeklockMessage copy = copyBody(message, settings);
        copyCorrelationId(message, copy);
        copy.setJMSReplyTo(message.getJMSReplyTo());
        copy.setJMSType(message.getJMSType());
        copyProperties(message, copy.properties());
        return copy;
    }

    /** One that was set as bytes may have no text; not every provider has such. */
    private static void copyCorrelationId(Message from, PeeklockMessage to) throws JMSException {
        String text = from.getJMSCorrelationID();
        if (text != null) {
            to.setJMSCorrelationID(text);
            return;
        }
        try {
            to.setJMSCorrelationIDAsBytes(from.getJMSCorrelationIDAsBytes());
        } catch (UnsupportedOperationException e) {
            to.setJMSCorrelationID(null);
        }
    }

    private static void copyProperties(Message from, MessageProperties to) throws JMSException {
        for (Object each : names(from.getPropertyNames())) {
            String name = (String) each;
            if (travels(name)) {
                to.put(name, from.getObjectProperty(name));
            }
        }
    }

    /** What the other provider set for its own receivers stays behind. */
    private static boolean travels(String name) {
        boolean reserved = name.startsWith("JMSX") || name.startsWith("JMS_SB_");
        return !reserved || PropertyNames.INPUTS.containsKey(name);
    }

    private static List<?> names(java.util.@Nullable Enumeration<?> names) {
        return names == null ? List.of() : Collections.list(names);
    }

    private static PeeklockMessage copyBody(Message message, MessageSettings settings) throws JMSException {
        if (message instanceof TextMessage from) {
            PeeklockTextMessage copy = new PeeklockTextMessage(settings);
            copy.setText(from.getText());
            return copy;
        }
        if (message instanceof BytesMessage from) {
            return copyBytes(from, new PeeklockBytesMessage(settings));
        }
        if (message instanceof MapMessage from) {
            PeeklockMapMessage copy = new PeeklockMapMessage(settings);
            for (Object name : names(from.getMapNames())) {
                copy.setObject((String) name, from.getObject((String) name));
            }
            return copy;
        }
        if (message instanceof StreamMessage from) {
            return copyStream(from, new PeeklockStreamMessage(settings));
        }
        if (message instanceof ObjectMessage from) {
            PeeklockObjectMessage copy = new PeeklockObjectMessage(settings);
            copy.setObject(from.getObject());
            return copy;
        }
        return new PeeklockMessage(settings);
    }

    private static PeeklockMessage copyBytes(BytesMessage from, PeeklockBytesMessage to) throws JMSException {
        from.reset();
        byte[] chunk = new byte[8192];
        for (int count = from.readBytes(chunk); count > 0; count = from.readBytes(chunk)) {
            to.writeBytes(chunk, 0, count);
        }
        from.reset();
        return to;
    }

    private static PeeklockMessage copyStream(StreamMessage from, PeeklockStreamMessage to) throws JMSException {
        from.reset();
        while (true) {
            Object value;
            try {
                value = from.readObject();
            } catch (MessageEOFException e) {
                from.reset();
                return to;
            }
            to.writeObject(value);
        }
    }
}
