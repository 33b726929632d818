/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.message.MalformedContentException;
import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Takes a body out of the bus's message.
 *
 * <p>Stateless, thread safe.
 */
final class ReceivedBody {

    private ReceivedBody() {}

    /** What is left in a buffer. */
    static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** Decodes; bytes that no encoding wrote are the provider's fault, not one of types. */
    static <T> T decode(Supplier<T> decoding) throws JMSException {
        try {
            return decoding.get();
        } catch (MalformedContentException e) {
            JMSException failure = new JMSException("The body of the message is damaged: " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }
}
