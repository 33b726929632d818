/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;

/**
 * How a message is sent, checked.
 *
 * <p>Immutable, thread safe.
 *
 * @param deliveryMode {@link DeliveryMode#PERSISTENT} or {@link DeliveryMode#NON_PERSISTENT}
 * @param priority 0 to 9
 * @param timeToLiveMs 0 for no limit
 * @param deliveryDelayMs 0 for no delay
 */
record SendOptions(int deliveryMode, int priority, long timeToLiveMs, long deliveryDelayMs) {

    static final SendOptions DEFAULT = new SendOptions(
            Message.DEFAULT_DELIVERY_MODE,
            Message.DEFAULT_PRIORITY,
            Message.DEFAULT_TIME_TO_LIVE,
            Message.DEFAULT_DELIVERY_DELAY);

    /** What one send may say for itself; the delay is always the producer's. */
    SendOptions with(int deliveryMode, int priority, long timeToLiveMs) throws JMSException {
        if (deliveryMode != DeliveryMode.PERSISTENT && deliveryMode != DeliveryMode.NON_PERSISTENT) {
            throw new JMSException("delivery mode must be 1 (non-persistent) or 2 (persistent), not " + deliveryMode);
        }
        if (priority < 0 || priority > 9) {
            throw new JMSException("priority must be 0 to 9, not " + priority);
        }
        if (timeToLiveMs < 0) {
            throw new JMSException("time to live must be 0 (no limit) or more ms, not " + timeToLiveMs);
        }
        return new SendOptions(deliveryMode, priority, timeToLiveMs, deliveryDelayMs);
    }

    SendOptions withDeliveryMode(int value) throws JMSException {
        return with(value, priority, timeToLiveMs);
    }

    SendOptions withPriority(int value) throws JMSException {
        return with(deliveryMode, value, timeToLiveMs);
    }

    SendOptions withTimeToLive(long valueMs) throws JMSException {
        return with(deliveryMode, priority, valueMs);
    }

    SendOptions withDeliveryDelay(long valueMs) throws JMSException {
        if (valueMs < 0) {
            throw new JMSException("delivery delay must be 0 (none) or more ms, not " + valueMs);
        }
        return new SendOptions(deliveryMode, priority, timeToLiveMs, valueMs);
    }

    /** The time to live that the queue will give it (rule T2); 0 for no limit. */
    long cappedTimeToLiveMs(Duration defaultTimeToLive) {
        if (defaultTimeToLive.compareTo(QueueDescription.NO_LIMIT) >= 0) {
            return timeToLiveMs;
        }
        long capMs = defaultTimeToLive.toMillis();
        return timeToLiveMs == 0 ? capMs : Math.min(timeToLiveMs, capMs);
    }

    /** A moment so many ms after another, as far as the number goes. */
    static long sum(long momentMs, long laterMs) {
        long sum = momentMs + laterMs;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
