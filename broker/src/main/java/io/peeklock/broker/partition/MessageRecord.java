/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;

/**
 * The record of a message: what never changes about it, then its content if that is small. Version 2 has the hops of one that
 * was forwarded, version 1 none.
 *
 * <pre>
 *  0       1               9                17               25               33              41
 * +-------+---------------+----------------+----------------+----------------+---------------+
 * |version| entity id (8) | sequence (8)   | first seq. (8) | enqueued ms (8)| expires ms (8)|
 * +-------+--+------------+---+------------+--+-+-----------+----------------+---------------+
 * |priority  | content bytes (4) | chunks (4) | hops (version 2) | content, if chunks = 0 ...
 * +----------+-------------------+------------+------------------+---------------------------
 * </pre>
 *
 * <p>A content of more than {@link #INLINE_BYTES} lies in {@code chunks} records of kind CHUNK, whose ids follow this
 * record's id. Immutable.
 *
 * @param entityId the entity
 * @param sequenceNumber rule N1
 * @param enqueuedSequenceNumber rule N2
 * @param enqueuedTimeMs wall time
 * @param expiresAtMs wall time, {@link Long#MAX_VALUE} for never
 * @param priority 0 to 9
 * @param contentBytes size of the content
 * @param chunks number of chunk records, 0 if the content is in this record
 * @param hops how often it was forwarded (rule W1)
 */
record MessageRecord(
        long entityId,
        long sequenceNumber,
        long enqueuedSequenceNumber,
        long enqueuedTimeMs,
        long expiresAtMs,
        int priority,
        int contentBytes,
        int chunks,
        int hops) {

    static final byte VERSION = 1;
    static final byte FORWARDED_VERSION = 2;
    /** Bytes before the content, but for the hops. */
    static final int HEADER_BYTES = 1 + 5 * Long.BYTES + 1 + 2 * Integer.BYTES;
    /** Larger contents are chunked. */
    static final int INLINE_BYTES = 64 * 1024;
    /** Content bytes of one chunk. */
    static final int CHUNK_BYTES = 128 * 1024;

    static int chunksFor(int contentBytes) {
        return contentBytes <= INLINE_BYTES ? 0 : (contentBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
    }

    /** The record of an entry whose content is in memory. */
    static RecordBody body(MessageEntry entry, Message message) {
        boolean forwarded = entry.hops > 0;
        int bytes = HEADER_BYTES + (forwarded ? 1 : 0) + (entry.chunks == 0 ? entry.contentBytes : 0);
        return new RecordBody() {
            @Override
            public int encodedBytes() {
                return bytes;
            }

            @Override
            public void encodeTo(ByteBuffer out) {
                out.put(forwarded ? FORWARDED_VERSION : VERSION)
                        .putLong(entry.fragment.entityId())
                        .putLong(entry.sequenceNumber)
                        .putLong(entry.enqueuedSequenceNumber)
                        .putLong(entry.enqueuedTimeMs)
                        .putLong(entry.expiresAtMs)
                        .put(entry.priority)
                        .putInt(entry.contentBytes)
                        .putInt(entry.chunks);
                if (forwarded) {
                    out.put(entry.hops);
                }
                if (entry.chunks == 0) {
                    out.put(message.content(), 0, entry.contentBytes);
                }
            }
        };
    }

    /** Chunk {@code number}, from 0, of a content. */
    static RecordBody chunk(Message message, int contentBytes, int number) {
        int from = number * CHUNK_BYTES;
        int bytes = Math.min(CHUNK_BYTES, contentBytes - from);
        return new RecordBody() {
            @Override
            public int encodedBytes() {
                return bytes;
            }

            @Override
            public void encodeTo(ByteBuffer out) {
                out.put(message.content(), from, bytes);
            }
        };
    }

    /** Reads the header and leaves the buffer at the content. */
    static MessageRecord decode(ByteBuffer in) {
        byte version = in.get();
        if (version != VERSION && version != FORWARDED_VERSION) {
            throw new IllegalArgumentException("message record of version " + version + ", this program reads versions "
                    + VERSION + " and " + FORWARDED_VERSION + ": use the program that wrote it");
        }
        MessageRecord read = new MessageRecord(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.get(),
                in.getInt(),
                in.getInt(),
                version == FORWARDED_VERSION ? in.get() : 0);
        if (read.contentBytes < 0
                || read.priority < 0
                || read.priority >= SubQueue.PRIORITIES
                || read.chunks != chunksFor(read.contentBytes)
                || read.hops < 0) {
            throw new IllegalArgumentException("message record of sequence number " + read.sequenceNumber
                    + " has impossible sizes: " + read.contentBytes + " bytes in " + read.chunks + " chunks");
        }
        return read;
    }
}
