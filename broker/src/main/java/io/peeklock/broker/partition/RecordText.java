/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Utf8;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How texts stand in records: the number of bytes (4), -1 for none, then the text in UTF-8.
 *
 * <p>Stateless, thread safe.
 */
final class RecordText {

    private RecordText() {}

    static byte[] bytes(@Nullable String text) {
        if (text == null) {
            return new byte[0];
        }
        byte[] encoded = new byte[Utf8.length(text)];
        Utf8.encode(text, encoded, 0);
        return encoded;
    }

    /** @param encoded the bytes of the text */
    static void put(ByteBuffer out, @Nullable String text, byte[] encoded) {
        out.putInt(text == null ? -1 : encoded.length).put(encoded);
    }

    static @Nullable String get(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0) {
            return null;
        }
        if (length > in.remaining()) {
            throw new IllegalArgumentException("a text of " + length + " bytes does not fit its record");
        }
        byte[] encoded = new byte[length];
        in.get(encoded);
        return Utf8.decode(encoded, 0, length);
    }
}
