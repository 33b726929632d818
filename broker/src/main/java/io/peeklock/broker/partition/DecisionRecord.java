/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The record of a decision, in the journal of the coordinator.
 *
 * <pre>
 *  0       1                     17                 21
 * +-------+---------------------+------------------+------------------------
 * |version| transaction id (16) | participants (4) | of each: partition (4)
 * +-------+---------------------+------------------+------------------------
 * </pre>
 *
 * <p>Replaced when a participant is done, removed with the last. Stateless, thread safe.
 */
final class DecisionRecord {
    static final byte VERSION = 1;
    private static final int FIXED_BYTES = 1 + 2 * Long.BYTES + Integer.BYTES;

    private DecisionRecord() {}

    static RecordBody body(Decision decision) {
        List<Integer> participants = decision.participants();
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + participants.size() * Integer.BYTES);
        UUID id = decision.id();
        out.put(VERSION).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.putInt(participants.size());
        participants.forEach(out::putInt);
        return RecordBody.of(out.array());
    }

    static Decision decode(ByteBuffer in, long recordId) {
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("decision record of version " + version + ", this program reads version "
                    + VERSION + ": use the program that wrote it");
        }
        UUID id = new UUID(in.getLong(), in.getLong());
        int count = in.getInt();
        if (count <= 0 || count > in.remaining() / Integer.BYTES) {
            throw new IllegalArgumentException("decision record of " + count + " participants");
        }
        List<Integer> participants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            participants.add(in.getInt());
        }
        return new Decision(id, participants, recordId);
    }
}
