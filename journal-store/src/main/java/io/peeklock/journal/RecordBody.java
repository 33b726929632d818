/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import java.nio.ByteBuffer;

/**
 * The bytes of one record, written straight into the journal's buffer.
 *
 * <p>Encoded once, on the thread that appends, during {@link PartitionJournal#append}; afterwards the journal holds no
 * reference to it.
 */
public interface RecordBody {

    /** Exact number of bytes that {@link #encodeTo} writes, 0 to {@link PartitionJournal#maxRecordBytes()}. */
    int encodedBytes();

    /** Writes exactly {@link #encodedBytes()} bytes at the buffer's position (big endian). */
    void encodeTo(ByteBuffer out);

    /** A body over a whole array, which must not change afterwards. */
    static RecordBody of(byte[] bytes) {
        return new RecordBody() {
            @Override
            public int encodedBytes() {
                return bytes.length;
            }

            @Override
            public void encodeTo(ByteBuffer out) {
                out.put(bytes);
            }
        };
    }
}
