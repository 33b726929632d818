/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.jms.destination.PeeklockDestination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message without a body, and what all messages have: a body that may be read-only, and a way to be settled.
 *
 * <p>Not thread safe, as the specification has it; {@link #lockRenewed} may come from another thread.
 *
 * <p>A received message reads its properties and body where the bus keeps them. They are read-only until
 * {@link #clearProperties()} or {@link #clearBody()}, after which nothing of the old is left to copy.
 */
public class PeeklockMessage extends HeaderAccess {

    private final MessageSettings settings;
    private final @Nullable ReceivedProperties received;
    private final @Nullable Delivery delivery;
    private final @Nullable Acknowledger acknowledger;

    private @Nullable ByteBuffer receivedBody;
    private boolean bodyReadOnly;

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
        readHeaders(delivery, source, settings.temporaries());
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

    /** It is being sent, by this user and application, each null if it has none. */
    public final void sentBy(@Nullable String userId, @Nullable String applicationId) {
        properties().sentBy(userId, applicationId);
    }

    /** The send that {@link #sentBy} has announced has a property of its own; null hides what is there. */
    public final void putOfSend(String name, @Nullable String value) {
        properties().putOfSend(name, value);
    }

    /** A String property that the application has set; null if it is none, or came with a received message. */
    public final @Nullable String setByApplication(String name) {
        return properties().setByApplication(name) instanceof String text ? text : null;
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

    /** The type a body is asked for as, which cannot be null. */
    public static <T> Class<T> requireType(@Nullable Class<T> type) throws MessageFormatException {
        if (type == null) {
            throw new MessageFormatException("The body is asked for as a null class; name one, such as String.class");
        }
        return type;
    }

    @Override
    public void clearBody() throws JMSException {
        receivedBody = null;
        bodyReadOnly = false;
    }

    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        Class<T> wanted = requireType(type);
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
    public boolean isBodyAssignableTo(Class type) throws JMSException {
        Class<?> wanted = requireType((Class<?>) type);
        try {
            Object body = body();
            return body == null || (wanted.isInstance(body) && hasBodyOf(wanted));
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

    /** Says what it is, never what is in it. */
    @Override
    public String toString() {
        Delivery from = delivery;
        return getClass().getSimpleName() + "[" + getJMSMessageID()
                + (from == null ? "" : ", " + from.sequenceNumber() + " of " + from.entity()) + "]";
    }
}
