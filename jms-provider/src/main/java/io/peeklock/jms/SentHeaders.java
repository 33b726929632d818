/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;

/**
 * Sets the headers that a send sets (Jakarta Messaging 3.4.11, 3.4.12), of one producer.
 *
 * <p>For the session's one thread.
 */
final class SentHeaders {

    private final Signature signature;
    private boolean messageIdDisabled;
    private boolean timestampDisabled;

    SentHeaders(Signature signature) {
        this.signature = signature;
    }

    boolean isMessageIdDisabled() {
        return messageIdDisabled;
    }

    void disableMessageId(boolean disabled) {
        messageIdDisabled = disabled;
    }

    boolean isTimestampDisabled() {
        return timestampDisabled;
    }

    void disableTimestamp(boolean disabled) {
        timestampDisabled = disabled;
    }

    /**
     * The bus counts delay and time to live from the timestamp: a message that has either keeps it, whatever was disabled.
     *
     * @param livesFromDelivery whether the time to live counts from the time of delivery (rule T8)
     */
    void set(
            PeeklockMessage message,
            PeeklockDestination to,
            SendOptions with,
            EntitySettings settings,
            long nowMs,
            boolean livesFromDelivery) {
        long timeToLiveMs = with.cappedTimeToLiveMs(settings.defaultTimeToLive());
        message.setJMSDestination(to);
        message.setJMSDeliveryMode(with.deliveryMode());
        message.setJMSPriority(with.priority());
        message.setJMSMessageID(messageIdDisabled ? null : signature.nextMessageId());
        boolean counted = timeToLiveMs > 0 || with.deliveryDelayMs() > 0;
        message.setJMSTimestamp(timestampDisabled && !counted ? 0 : nowMs);
        long deliveryTimeMs = SendOptions.sum(nowMs, with.deliveryDelayMs());
        message.setJMSDeliveryTime(deliveryTimeMs);
        long livesFromMs = livesFromDelivery ? deliveryTimeMs : nowMs;
        message.setJMSExpiration(timeToLiveMs == 0 ? 0 : SendOptions.sum(livesFromMs, timeToLiveMs));
    }

    /** The application looks at its own object (Jakarta Messaging 3.12). */
    static void copy(PeeklockMessage from, Message to) throws JMSException {
        to.setJMSDestination(from.getJMSDestination());
        to.setJMSDeliveryMode(from.getJMSDeliveryMode());
        to.setJMSPriority(from.getJMSPriority());
        to.setJMSMessageID(from.getJMSMessageID());
        to.setJMSTimestamp(from.getJMSTimestamp());
        to.setJMSExpiration(from.getJMSExpiration());
        to.setJMSDeliveryTime(from.getJMSDeliveryTime());
    }
}
