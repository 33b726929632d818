/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import java.nio.ByteBuffer;

/**
 * Copies what is left in a buffer.
 *
 * <p>Stateless, thread safe.
 */
final class BodyBytes {

    private BodyBytes() {}

    static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
