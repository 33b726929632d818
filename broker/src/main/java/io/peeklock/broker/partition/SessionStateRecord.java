/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The record of a session's state. A new state is a new record, in the batch that removes the old one.
 *
 * <pre>
 *  0       1               9                    11
 * +-------+---------------+--------------------+---------------------+----------
 * |version| entity id (8) | bytes of the id (2)| session id, UTF-8   | state ...
 * +-------+---------------+--------------------+---------------------+----------
 * </pre>
 *
 * <p>Immutable; the state is not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares records
record SessionStateRecord(long entityId, String sessionId, byte[] state) {
    static final byte VERSION = 1;
    /** The largest state: one record, as large as a chunk. */
    static final int MAX_STATE_BYTES = MessageRecord.CHUNK_BYTES;

    RecordBody body() {
        byte[] id = sessionId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(1 + Long.BYTES + Short.BYTES + id.length + state.length);
        out.put(VERSION).putLong(entityId).putShort((short) id.length).put(id).put(state);
        return RecordBody.of(out.array());
    }

    static SessionStateRecord decode(ByteBuffer in) {
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("session state record of version " + version
                    + ", this program reads version " + VERSION + ": use the program that wrote it");
        }
        long entityId = in.getLong();
        byte[] id = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(id);
        byte[] state = new byte[in.remaining()];
        in.get(state);
        return new SessionStateRecord(entityId, new String(id, StandardCharsets.UTF_8), state);
    }
}
