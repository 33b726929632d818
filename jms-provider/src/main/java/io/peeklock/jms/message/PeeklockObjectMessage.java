/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.jms.destination.PeeklockDestination;
import jakarta.jms.JMSException;
import jakarta.jms.ObjectMessage;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An object message: a snapshot of the object from the moment it was set, deserialised anew at each reading.
 *
 * <p>Not thread safe. What was received is only deserialised if its classes are trusted ({@link TrustedClasses},
 * {@link SentClasses}); what was set on this object is the application's own.
 */
public final class PeeklockObjectMessage extends PeeklockMessage implements ObjectMessage {

    private static final TrustedClasses OWN = new TrustedClasses(java.util.List.of("*"));

    private byte @Nullable [] serialized;

    public PeeklockObjectMessage(MessageSettings settings) {
        super(settings);
    }

    PeeklockObjectMessage(
            Delivery delivery,
            PeeklockDestination source,
            MessageSettings settings,
            @Nullable Acknowledger acknowledger) {
        super(delivery, source, settings, acknowledger);
    }

    @Override
    public void setObject(@Nullable Serializable object) throws JMSException {
        requireWritableBody();
        serialized = object == null
                ? null
                : ObjectSerialization.serialize(object, settings().sentClasses());
    }

    @Override
    public @Nullable Serializable getObject() throws JMSException {
        return (Serializable) body();
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        serialized = null;
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.OBJECT;
    }

    /** No bytes stand for null. */
    @Override
    byte[] encodeBody() {
        ByteBuffer body = receivedBody();
        if (body != null) {
            return ReceivedBody.copy(body);
        }
        byte[] own = serialized;
        // Shared, not copied: this array never changes.
        return own == null ? new byte[0] : own;
    }

    @Override
    @Nullable
    Object body() throws JMSException {
        ByteBuffer body = receivedBody();
        if (body != null) {
            return body.hasRemaining()
                    ? ObjectSerialization.deserialize(
                            body, settings().trustedClasses(), settings().sentClasses())
                    : null;
        }
        byte[] own = serialized;
        return own == null ? null : ObjectSerialization.deserialize(ByteBuffer.wrap(own), OWN, SentClasses.NONE);
    }
}
