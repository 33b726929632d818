/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Utf8;
import io.peeklock.jms.destination.PeeklockDestination;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A text message; in the bus its body is UTF-8, and no text is not the empty text.
 *
 * <p>Not thread safe.
 */
public final class PeeklockTextMessage extends PeeklockMessage implements TextMessage {

    private @Nullable String text;

    public PeeklockTextMessage(MessageSettings settings) {
        super(settings);
    }

    PeeklockTextMessage(
            Delivery delivery,
            PeeklockDestination source,
            MessageSettings settings,
            @Nullable Acknowledger acknowledger) {
        super(delivery, source, settings, acknowledger);
    }

    @Override
    public void setText(@Nullable String text) throws JMSException {
        requireWritableBody();
        this.text = text;
    }

    @Override
    public @Nullable String getText() throws JMSException {
        ByteBuffer body = text == null ? receivedBody() : null;
        if (body != null && bodyKind() == BodyKind.TEXT) {
            byte[] bytes = ReceivedBody.copy(body);
            text = ReceivedBody.decode(() -> Utf8.decode(bytes, 0, bytes.length));
        }
        return text;
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        text = null;
    }

    @Override
    BodyKind bodyKind() {
        Delivery from = delivery();
        if (from != null && receivedBody() != null) {
            return from.message().bodyKind();
        }
        return text == null ? BodyKind.NULL_TEXT : BodyKind.TEXT;
    }

    /** Keeps even half a surrogate pair, which a string may hold though it is no text. */
    @Override
    byte[] encodeBody() throws JMSException {
        String value = getText();
        if (value == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[Utf8.length(value)];
        Utf8.encode(value, bytes, 0);
        return bytes;
    }

    @Override
    @Nullable
    Object body() throws JMSException {
        return getText();
    }
}
