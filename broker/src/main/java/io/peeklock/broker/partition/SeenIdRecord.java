/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;

/**
 * The record of an id by which duplicates are recognised.
 *
 * <pre>
 *  0       1               9                17            25
 * +-------+---------------+----------------+-------------+-------------------------------+
 * |version| entity id (8) | sequence (8)   | seen ms (8) | partition key, message id ... |
 * +-------+---------------+----------------+-------------+-------------------------------+
 * </pre>
 *
 * <p>Both texts as {@link RecordText} has them. Never replaced. Immutable.
 */
record SeenIdRecord(long entityId, long sequenceNumber, long seenMs, SeenId.Key key) {
    static final byte VERSION = 1;
    private static final int FIXED_BYTES = 1 + 3 * Long.BYTES + 2 * Integer.BYTES;

    RecordBody body() {
        byte[] partitionKey = RecordText.bytes(key.partitionKey());
        byte[] messageId = RecordText.bytes(key.messageId());
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + partitionKey.length + messageId.length);
        out.put(VERSION).putLong(entityId).putLong(sequenceNumber).putLong(seenMs);
        RecordText.put(out, key.partitionKey(), partitionKey);
        RecordText.put(out, key.messageId(), messageId);
        return RecordBody.of(out.array());
    }

    static SeenIdRecord decode(ByteBuffer in) {
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("message id record of version " + version
                    + ", this program reads version " + VERSION + ": use the program that wrote it");
        }
        long entityId = in.getLong();
        long sequenceNumber = in.getLong();
        long seenMs = in.getLong();
        String partitionKey = RecordText.get(in);
        String messageId = RecordText.get(in);
        if (messageId == null) {
            throw new IllegalArgumentException("message id record of number " + sequenceNumber + " has no message id");
        }
        return new SeenIdRecord(entityId, sequenceNumber, seenMs, new SeenId.Key(partitionKey, messageId));
    }
}
