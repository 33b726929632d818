/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;

/**
 * The record of an entity in a partition that holds something of it.
 *
 * <pre>
 *  0       1                    9
 * +-------+--------------------+----------------------------------------+
 * |version| reserved number (8)| definition, as EntityDefinition writes it
 * +-------+--------------------+----------------------------------------+
 * </pre>
 *
 * <p>Sequence numbers up to the reserved one may have been given out: after a load numbering goes on behind it (rule N1,
 * journal danger 9). Immutable.
 */
record EntityRecord(EntityDefinition definition, long reservedNumber) {
    static final byte VERSION = 1;

    RecordBody body() {
        byte[] encoded = definition.encode();
        ByteBuffer out = ByteBuffer.allocate(1 + Long.BYTES + encoded.length);
        return RecordBody.of(
                out.put(VERSION).putLong(reservedNumber).put(encoded).array());
    }

    static EntityRecord decode(ByteBuffer in) {
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("entity record of version " + version + ", this program reads version "
                    + VERSION + ": use the program that wrote it");
        }
        long reserved = in.getLong();
        return new EntityRecord(EntityDefinition.decode(in), reserved);
    }
}
