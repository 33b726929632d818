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
 * The record of an intent that messages go to an entity in another partition.
 *
 * <pre>
 *  0       1                  17              25            33                 37
 * +-------+------------------+---------------+-------------+------------------+-------+-----------+-------------
 * |version| transfer id (16) | entity id (8) | to (8)      | to partition (4) | flags | count (4) | numbers ...
 * +-------+------------------+---------------+-------------+------------------+-------+-----------+-------------
 * </pre>
 *
 * <p>Flag 1: out of the dead-letter queue. Never replaced. Immutable.
 *
 * @param entityId whose messages they are
 * @param destinationId where they go
 * @param numbers their numbers, in the order in which they go
 */
record TransferRecord(
        UUID id, long entityId, long destinationId, int destinationPartition, boolean deadLetter, List<Long> numbers) {
    static final byte VERSION = 1;
    private static final byte DEAD_LETTER = 1;
    private static final int FIXED_BYTES = 1 + 4 * Long.BYTES + Integer.BYTES + 1 + Integer.BYTES;

    static TransferRecord of(Transfer transfer) {
        List<Long> numbers =
                transfer.entries.stream().map(entry -> entry.sequenceNumber).toList();
        return new TransferRecord(
                transfer.id,
                transfer.source.entityId(),
                transfer.destinationId,
                transfer.destinationPartition,
                transfer.deadLetter,
                numbers);
    }

    /** The transfer as it was loaded: of the messages those that are here. */
    Transfer begun(long recordId, Fragment source) {
        List<MessageEntry> entries = new ArrayList<>(numbers.size());
        for (long number : numbers) {
            MessageEntry entry = source.subQueue(deadLetter).messages.get(number);
            if (entry != null) {
                entries.add(entry);
            }
        }
        Transfer transfer =
                new Transfer(id, recordId, source, deadLetter, destinationId, destinationPartition, entries);
        transfer.loaded = true;
        return transfer;
    }

    RecordBody body() {
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + numbers.size() * Long.BYTES);
        out.put(VERSION).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.putLong(entityId).putLong(destinationId).putInt(destinationPartition);
        out.put(deadLetter ? DEAD_LETTER : 0).putInt(numbers.size());
        numbers.forEach(out::putLong);
        return RecordBody.of(out.array());
    }

    static TransferRecord decode(ByteBuffer in) {
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("transfer record of version " + version + ", this program reads version "
                    + VERSION + ": use the program that wrote it");
        }
        UUID id = new UUID(in.getLong(), in.getLong());
        long entityId = in.getLong();
        long destinationId = in.getLong();
        int destinationPartition = in.getInt();
        boolean deadLetter = (in.get() & DEAD_LETTER) != 0;
        int count = in.getInt();
        if (count != in.remaining() / Long.BYTES || in.remaining() % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "transfer record of " + count + " messages has " + in.remaining() + " bytes of numbers");
        }
        List<Long> numbers = new ArrayList<>(count);
        while (in.hasRemaining()) {
            numbers.add(in.getLong());
        }
        return new TransferRecord(id, entityId, destinationId, destinationPartition, deadLetter, numbers);
    }
}
