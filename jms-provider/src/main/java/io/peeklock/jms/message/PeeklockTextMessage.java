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
import jakarta.jms.TextMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
    public @Nullable String getText() {
        ByteBuffer bytes = text == null ? receivedBody() : null;
        if (bytes != null && bodyKind() == BodyKind.TEXT) {
            text = StandardCharsets.UTF_8.decode(bytes).toString();
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

    @Override
    byte[] encodeBody() throws JMSException {
        String value = getText();
        if (value == null) {
            return new byte[0];
        }
        requirePairedSurrogates(value);
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /** Half a surrogate pair has no UTF-8; encoding would replace it and nobody would know. */
    private static void requirePairedSurrogates(String text) throws JMSException {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
                throw new MessageFormatException("The text has half a surrogate pair at index " + i
                        + "; data that is not text belongs in a BytesMessage");
            }
        }
    }

    @Override
    @Nullable
    Object body() {
        return getText();
    }
}
