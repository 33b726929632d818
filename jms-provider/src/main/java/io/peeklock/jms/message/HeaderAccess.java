/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import io.peeklock.jms.destination.TemporaryDestinationOwner;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The part of every message that gives access to its header fields (Jakarta Messaging 3.4).
 *
 * <p>Not thread safe. Texts of a received message are decoded when the first of them is asked for.
 */
abstract class HeaderAccess extends PropertyAccess {

    private io.peeklock.broker.message.@Nullable Message undecoded;
    private @Nullable TemporaryDestinationOwner temporaries;
    private @Nullable String messageId;
    private long timestamp;
    private @Nullable String correlationId;
    private byte @Nullable [] correlationIdBytes;
    private @Nullable Destination replyTo;
    private @Nullable Destination destination;
    private int deliveryMode = DeliveryMode.PERSISTENT;
    private boolean redelivered;
    private @Nullable String type;
    private long expiration;
    private long deliveryTime;
    private int priority = DEFAULT_PRIORITY;

    HeaderAccess(MessageProperties properties) {
        super(properties);
    }

    /** Those of a received message. */
    final void readHeaders(Delivery from, PeeklockDestination source, @Nullable TemporaryDestinationOwner connection) {
        temporaries = connection;
        io.peeklock.broker.message.Message message = from.message();
        boolean deadLetter = from.entity().deadLetter();
        timestamp = message.creationTimeMs();
        // Rule T7: nothing expires in a dead-letter queue.
        destination = sentTo(from.entity(), source);
        expiration = deadLetter || from.expiresAtMs() == Long.MAX_VALUE ? 0 : from.expiresAtMs();
        deliveryMode = message.durable() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
        redelivered = from.deliveryCount() > 0;
        deliveryTime = deliveryTime(from);
        priority = message.priority();
        undecoded = message;
    }

    /** Whatever it is received from: in a subscription that is the topic, in a dead-letter queue the original (rule T7). */
    private static PeeklockDestination sentTo(EntityPath entity, PeeklockDestination source) {
        if (entity.kind() == EntityKind.SUBSCRIPTION) {
            return source instanceof PeeklockTopic ? source : new PeeklockTopic(entity.name());
        }
        return entity.deadLetter() ? new PeeklockQueue(entity.name()) : source;
    }

    /** As the send calculated it; of a message without timestamp as far as the bus knows. */
    private static long deliveryTime(Delivery from) {
        long delayMs = from.message().deliveryDelayMs();
        long sentMs = from.message().creationTimeMs();
        if (sentMs == 0) {
            sentMs = from.enqueuedTimeMs();
            delayMs = from.state() == MessageState.SCHEDULED ? delayMs : 0;
        }
        return delayMs > Long.MAX_VALUE - sentMs ? Long.MAX_VALUE : sentMs + delayMs;
    }

    /** Decodes the header fields that are texts, all when the first is asked for or set. */
    private void decodeTexts() {
        io.peeklock.broker.message.Message message = undecoded;
        if (message == null) {
            return;
        }
        undecoded = null;
        messageId = message.messageId();
        correlationId = message.correlationId();
        correlationIdBytes = message.correlationIdBytes();
        replyTo = PeeklockDestination.decode(message.replyTo(), temporaries);
        type = message.label();
    }

    final boolean hasCorrelationIdBytes() {
        decodeTexts();
        return correlationIdBytes != null;
    }

    @Override
    public @Nullable String getJMSMessageID() {
        decodeTexts();
        return messageId;
    }

    @Override
    public void setJMSMessageID(@Nullable String id) {
        decodeTexts();
        messageId = id;
    }

    @Override
    public long getJMSTimestamp() {
        return timestamp;
    }

    @Override
    public void setJMSTimestamp(long timestamp) {
        this.timestamp = timestamp;
    }

    /** The bytes, or those of the text in UTF-8. */
    @Override
    public byte @Nullable [] getJMSCorrelationIDAsBytes() {
        decodeTexts();
        byte[] bytes = correlationIdBytes;
        if (bytes != null) {
            return bytes.clone();
        }
        String text = correlationId;
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void setJMSCorrelationIDAsBytes(byte @Nullable [] bytes) {
        decodeTexts();
        correlationIdBytes = bytes == null ? null : bytes.clone();
        correlationId = null;
    }

    @Override
    public void setJMSCorrelationID(@Nullable String id) {
        decodeTexts();
        correlationId = id;
        correlationIdBytes = null;
    }

    /** The text, or that of the bytes in UTF-8. */
    @Override
    public @Nullable String getJMSCorrelationID() {
        decodeTexts();
        String text = correlationId;
        byte[] bytes = correlationIdBytes;
        return text != null || bytes == null ? text : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable Destination getJMSReplyTo() {
        decodeTexts();
        return replyTo;
    }

    @Override
    public void setJMSReplyTo(@Nullable Destination replyTo) {
        decodeTexts();
        this.replyTo = replyTo;
    }

    @Override
    public @Nullable Destination getJMSDestination() {
        return destination;
    }

    @Override
    public void setJMSDestination(@Nullable Destination destination) {
        this.destination = destination;
    }

    @Override
    public int getJMSDeliveryMode() {
        return deliveryMode;
    }

    @Override
    public void setJMSDeliveryMode(int deliveryMode) {
        this.deliveryMode = deliveryMode;
    }

    @Override
    public boolean getJMSRedelivered() {
        return redelivered;
    }

    @Override
    public void setJMSRedelivered(boolean redelivered) {
        this.redelivered = redelivered;
    }

    @Override
    public @Nullable String getJMSType() {
        decodeTexts();
        return type;
    }

    @Override
    public void setJMSType(@Nullable String type) {
        decodeTexts();
        this.type = type;
    }

    @Override
    public long getJMSExpiration() {
        return expiration;
    }

    @Override
    public void setJMSExpiration(long expiration) {
        this.expiration = expiration;
    }

    @Override
    public long getJMSDeliveryTime() {
        return deliveryTime;
    }

    @Override
    public void setJMSDeliveryTime(long deliveryTime) {
        this.deliveryTime = deliveryTime;
    }

    @Override
    public int getJMSPriority() {
        return priority;
    }

    @Override
    public void setJMSPriority(int priority) {
        this.priority = priority;
    }
}
