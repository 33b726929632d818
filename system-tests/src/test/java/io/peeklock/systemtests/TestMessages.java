/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.Random;

/**
 * Messages whose body follows from their id, so that whoever receives one can tell that it is whole.
 *
 * <p>Has no state; any thread.
 */
final class TestMessages {

    static final String PARTITION_KEY = "JMS_SB_PartitionKey";
    static final String SEQUENCE_NUMBER = "JMS_SB_SequenceNumber";

    private static final String ID = "Id";
    private static final String LENGTH = "Length";

    private TestMessages() {}

    static TextMessage create(Session session, String id, int length) throws JMSException {
        TextMessage message = session.createTextMessage(body(id, length));
        message.setStringProperty(ID, id);
        message.setIntProperty(LENGTH, length);
        return message;
    }

    static String id(Message message) throws JMSException {
        return message.getStringProperty(ID);
    }

    /** As {@link #got(String, Message)}, without a prefix. */
    static WorkerEvent got(Message message) throws JMSException {
        return got("", message);
    }

    /** The event of having received the copy with a prefix; fails if it is not what was sent. */
    static WorkerEvent got(String prefix, Message message) throws JMSException {
        String id = id(message);
        if (!((TextMessage) message).getText().equals(body(id, message.getIntProperty(LENGTH)))) {
            throw new AssertionError("Message " + id + " is not what was sent");
        }
        return WorkerEvent.got(
                prefix + id, message.getIntProperty("JMSXDeliveryCount"), message.getLongProperty(SEQUENCE_NUMBER));
    }

    private static String body(String id, int length) {
        StringBuilder text = new StringBuilder(length);
        new Random(id.hashCode()).ints(length, ' ', '~').forEach(c -> text.append((char) c));
        return text.toString();
    }
}
