/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message without a body, and what all messages have: header fields (Jakarta Messaging 3.4) and a way to be settled.
 *
 * <p>Not thread safe, as the specification has it; {@link #lockRenewed} may come from another thread.
 *
 * <p>A received message reads its properties and body where the bus keeps them. They are read-only until
 * {@link #clearProperties()} or {@link #clearBody()}, after which nothing of the old is left to copy.
 */
public class PeeklockMessage extends PropertyAccess {

    private final MessageSettings settings;
    private final @Nullable ReceivedProperties received;
    private final @Nullable Delivery delivery;
    private final @Nullable Acknowledger acknowledger;

    private io.peeklock.broker.message.@Nullable Message undecoded;
    private @Nullable ByteBuffer receivedBody;
    private boolean bodyReadOnly;

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

    /** A new message, writable. */
    public PeeklockMessage(MessageSettings settings) {
        super(new MessageProperties());
        this.settings = settings;
        received = null;
        delivery = null;
        acknowledger = null;
    }

    /** A received message, read-only. */
    PeeklockMessage(
            Delivery delivery,
            PeeklockDestination source,
            MessageSettings settings,
            @Nullable Acknowledger acknowledger) {
        this(delivery, new ReceivedProperties(delivery), source, settings, acknowledger);
    }

    private PeeklockMessage(
            Delivery delivery,
            ReceivedProperties received,
            PeeklockDestination source,
            MessageSettings settings,
            @Nullable Acknowledger acknowledger) {
        super(new MessageProperties(received));
        this.settings = settings;
        this.delivery = delivery;
        this.acknowledger = acknowledger;
        this.received = received;
        receivedBody = delivery.message().body();
        bodyReadOnly = true;
        readHeaders(delivery, source);
    }

    private void readHeaders(Delivery from, PeeklockDestination source) {
        io.peeklock.broker.message.Message message = from.message();
        boolean deadLetter = from.entity().deadLetter();
        timestamp = message.creationTimeMs();
        // Rule T7: in a dead-letter queue the destination is still that of the send, and nothing expires.
        destination = deadLetter ? new PeeklockQueue(from.entity().name()) : source;
        expiration = deadLetter || from.expiresAtMs() == Long.MAX_VALUE ? 0 : from.expiresAtMs();
        deliveryMode = message.durable() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
        redelivered = from.deliveryCount() > 0;
        deliveryTime = timestamp != 0 ? timestamp : from.enqueuedTimeMs();
        priority = message.priority();
        undecoded = message;
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
        replyTo = PeeklockDestination.decode(message.replyTo());
        type = message.label();
    }

    // ---- What the session and the subclasses need

    /** What the bus said of this message when it was received; null if it was not. */
    public final @Nullable Delivery delivery() {
        return delivery;
    }

    /** Who settles it; null on messages that were not received under a lock. */
    public final @Nullable Acknowledger acknowledger() {
        return acknowledger;
    }

    /** How {@code acknowledge()} settles this message, as {@code JMS_AMQP_ACK_TYPE} says: 1 to 5, 0 if unset. */
    public final int acknowledgeType() {
        return properties().acknowledgeType();
    }

    /** From now on {@code JMS_SB_LockedUntil} reads this, in ms since the epoch. Any thread. */
    public final void lockRenewed(long untilMs) {
        if (received != null) {
            received.lockRenewed(untilMs);
        }
    }

    /**
     * The provider's own interface to this message or to what settles it.
     *
     * @throws JMSException if there is none of that type
     */
    public final <T> T unwrap(Class<T> wanted) throws JMSException {
        if (wanted.isInstance(this)) {
            return wanted.cast(this);
        }
        if (wanted.isInstance(acknowledger)) {
            return wanted.cast(acknowledger);
        }
        throw new JMSException("This message has no " + wanted.getName()
                + (delivery == null ? ": it was not received" : ": it was not received under a lock"));
    }

    final boolean hasCorrelationIdBytes() {
        decodeTexts();
        return correlationIdBytes != null;
    }

    final MessageSettings settings() {
        return settings;
    }

    /** The body as it came, each time from its start; null if there is none or it was cleared. */
    final @Nullable ByteBuffer receivedBody() {
        ByteBuffer body = receivedBody;
        return body == null ? null : body.duplicate();
    }

    final boolean isBodyReadOnly() {
        return bodyReadOnly;
    }

    final void setBodyReadOnly() {
        bodyReadOnly = true;
    }

    final void requireWritableBody() throws JMSException {
        if (bodyReadOnly) {
            throw new MessageNotWriteableException("The body is read-only until clearBody() is called");
        }
    }

    final void requireReadableBody() throws JMSException {
        if (!bodyReadOnly) {
            throw new MessageNotReadableException("The body is write-only until reset() is called");
        }
    }

    /** What the bytes of {@link #encodeBody()} are. */
    BodyKind bodyKind() {
        return BodyKind.NONE;
    }

    /** A copy of the body as bytes, whatever state it is in; reading positions stay. */
    byte[] encodeBody() throws JMSException {
        return new byte[0];
    }

    /** The body as bytes, valid until the message is changed. */
    ByteBuffer encodedBody() throws JMSException {
        return ByteBuffer.wrap(encodeBody());
    }

    /** The body as {@link #getBody} gives it; null if there is none. */
    @Nullable
    Object body() throws JMSException {
        return null;
    }

    /** Whether the body, which there is, may be asked for as this type. */
    boolean hasBodyOf(Class<?> wanted) throws JMSException {
        return true;
    }

    // ---- Body

    @Override
    public void clearBody() throws JMSException {
        receivedBody = null;
        bodyReadOnly = false;
    }

    @Override
    public <T> @Nullable T getBody(Class<T> wanted) throws JMSException {
        Object body = body();
        if (body == null) {
            return null;
        }
        if (!wanted.isInstance(body) || !hasBodyOf(wanted)) {
            throw new MessageFormatException(
                    "The body is a " + body.getClass().getName() + ", which is no " + wanted.getName());
        }
        return wanted.cast(body);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public boolean isBodyAssignableTo(Class wanted) throws JMSException {
        try {
            Object body = body();
            return body == null || (wanted.isInstance(body) && hasBodyOf((Class<?>) wanted));
        } catch (MessageFormatException e) {
            return false;
        }
    }

    @Override
    public void acknowledge() throws JMSException {
        Acknowledger by = acknowledger;
        if (by != null) {
            by.acknowledge();
        }
    }

    // ---- Header fields

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

    /** Says what it is, never what is in it. */
    @Override
    public String toString() {
        decodeTexts();
        Delivery from = delivery;
        return getClass().getSimpleName() + "[" + messageId
                + (from == null ? "" : ", " + from.sequenceNumber() + " of " + from.entity()) + "]";
    }
}
