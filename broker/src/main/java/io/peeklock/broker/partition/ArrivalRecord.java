/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The record of what came of a transfer, in the partition of its destination: the transfer's key.
 *
 * <pre>
 *  0       1                  17                    21            25
 * +-------+------------------+---------------------+-------------+-----------------------------------------------
 * |version| transfer id (16) | source partition (4)| refused (4) | of each: number (8), reason, description ...
 * +-------+------------------+---------------------+-------------+-----------------------------------------------
 * </pre>
 *
 * <p>Texts as {@link RecordText} has them. Never replaced. Stateless, thread safe.
 */
final class ArrivalRecord {
    static final byte VERSION = 1;
    private static final int FIXED_BYTES = 1 + 2 * Long.BYTES + 2 * Integer.BYTES;
    private static final int REFUSAL_BYTES = Long.BYTES + 2 * Integer.BYTES;

    private ArrivalRecord() {}

    static RecordBody body(Arrival arrival) {
        List<byte[]> texts = new ArrayList<>();
        int bytes = FIXED_BYTES;
        for (Refused one : arrival.refused()) {
            texts.add(RecordText.bytes(one.why().reason()));
            texts.add(RecordText.bytes(one.why().description()));
            bytes += REFUSAL_BYTES;
        }
        for (byte[] text : texts) {
            bytes += text.length;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        UUID id = arrival.transfer();
        out.put(VERSION).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.putInt(arrival.sourcePartition()).putInt(arrival.refused().size());
        int at = 0;
        for (Refused one : arrival.refused()) {
            out.putLong(one.number());
            RecordText.put(out, one.why().reason(), texts.get(at++));
            RecordText.put(out, one.why().description(), texts.get(at++));
        }
        return RecordBody.of(out.array());
    }

    static Arrival decode(ByteBuffer in, long recordId) {
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("arrival record of version " + version + ", this program reads version "
                    + VERSION + ": use the program that wrote it");
        }
        UUID id = new UUID(in.getLong(), in.getLong());
        int sourcePartition = in.getInt();
        int count = in.getInt();
        List<Refused> refused = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long number = in.getLong();
            String reason = Objects.toString(RecordText.get(in), "");
            String description = Objects.toString(RecordText.get(in), "");
            refused.add(new Refused(number, new Refusal(reason, description)));
        }
        return new Arrival(id, sourcePartition, List.copyOf(refused), recordId);
    }
}
