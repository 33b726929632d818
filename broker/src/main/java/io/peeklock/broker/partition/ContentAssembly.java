/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.nio.ByteBuffer;

/**
 * A content that lies in chunks, while a load puts it together.
 *
 * <p>Used by the loading thread alone.
 */
final class ContentAssembly {
    final MessageEntry entry;
    final byte[] content;
    int missing;

    ContentAssembly(MessageEntry entry) {
        this.entry = entry;
        this.content = new byte[entry.contentBytes];
        this.missing = entry.chunks;
    }

    /** Whether a record is one of its chunks. */
    boolean has(long recordId) {
        return recordId <= entry.recordId + entry.chunks;
    }

    /** Takes a chunk; returns whether it was the last that was missing. */
    boolean add(long recordId, ByteBuffer body) {
        int number = (int) (recordId - entry.recordId - 1);
        int from = number * MessageRecord.CHUNK_BYTES;
        int expected = Math.min(MessageRecord.CHUNK_BYTES, content.length - from);
        if (body.remaining() != expected) {
            throw new IllegalArgumentException("chunk " + number + " of message " + entry.sequenceNumber + " has "
                    + body.remaining() + " bytes instead of " + expected);
        }
        body.get(content, from, expected);
        return --missing == 0;
    }
}
