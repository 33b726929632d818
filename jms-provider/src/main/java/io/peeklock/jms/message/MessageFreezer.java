/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.message.Message;
import io.peeklock.jms.destination.PeeklockDestination;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;

/**
 * Makes the bus's message of a Jakarta Messaging message: the one copy on the way of a send.
 *
 * <p>Stateless, thread safe.
 */
public final class MessageFreezer {

    private MessageFreezer() {}

    /**
     * Copies what the message is at this moment; header fields that a send sets must have been set on it.
     *
     * <p>{@code JMSDeliveryMode}, {@code JMSPriority}, {@code JMSMessageID} and {@code JMSTimestamp} are taken from the
     * message; {@code JMSExpiration} is not, since the bus counts it itself.
     *
     * @param message one of this provider; any other first goes through {@link ForeignMessages}
     * @param timeToLiveMs time to live, 0 for no limit
     */
    public static Message.Builder freeze(PeeklockMessage message, long timeToLiveMs) throws JMSException {
        Message.Builder builder = Message.builder()
                .messageId(message.getJMSMessageID())
                .creationTimeMs(message.getJMSTimestamp())
                .label(message.getJMSType())
                .durable(message.getJMSDeliveryMode() == DeliveryMode.PERSISTENT)
                .priority(message.getJMSPriority())
                .timeToLiveMs(timeToLiveMs)
                .body(message.bodyKind(), message.encodedBody());
        Destination replyTo = message.getJMSReplyTo();
        if (replyTo != null) {
            builder.replyTo(PeeklockDestination.from(replyTo).encode());
        }
        if (message.hasCorrelationIdBytes()) {
            builder.correlationIdBytes(message.getJMSCorrelationIDAsBytes());
        } else {
            builder.correlationId(message.getJMSCorrelationID());
        }
        freezeProperties(message.properties(), builder);
        return builder;
    }

    private static void freezeProperties(MessageProperties properties, Message.Builder builder) {
        for (String name : properties.names()) {
            Object value = properties.get(name);
            if (value != null) {
                freezeProperty(name, value, builder);
            }
        }
    }

    /** Numbers begin with 1 (Jakarta Messaging 3.5.9), and 0 stands for none in the bus; who sets it gets it all the same. */
    private static void freezeGroupSequence(Integer value, Message.Builder builder) {
        if (value == 0) {
            builder.property(PropertyNames.GROUP_SEQUENCE, value);
        } else {
            builder.groupSequence(value);
        }
    }

    private static void freezeProperty(String name, Object value, Message.Builder builder) {
        switch (name) {
            case PropertyNames.GROUP_ID -> builder.sessionId((String) value);
            case PropertyNames.GROUP_SEQUENCE -> freezeGroupSequence((Integer) value, builder);
            case PropertyNames.PARTITION_KEY -> builder.partitionKey((String) value);
            case PropertyNames.MESSAGE_ID -> builder.applicationMessageId((String) value);
            case PropertyNames.CONTENT_TYPE -> builder.contentType((String) value);
            case PropertyNames.TO -> builder.to((String) value);
            case PropertyNames.REPLY_TO_SESSION_ID -> builder.replyToSessionId((String) value);
            case PropertyNames.DELIVERY_COUNT -> {
                // Each delivery has its own: it does not travel.
            }
            default -> builder.property(name, value);
        }
    }
}
