/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prepared part as the journal has it, by the ids of records and entities, without what is volatile. Its text, {@link
 * BranchText}, is cut into pieces of at most 128 KB, since it may be larger than a record; they have ids that follow each other, and
 * are never replaced.
 *
 * <pre>
 *  0       1           5            9
 * +-------+-----------+------------+---------------------
 * |version| piece (4) | pieces (4) | its bytes of the text
 * +-------+-----------+------------+---------------------
 * </pre>
 *
 * <p>Immutable.
 */
record BranchRecord(
        PreparedPart part,
        PreparedBranch.State state,
        long preparedAtMs,
        Map<Long, Settlement> settlements,
        List<Send> sends,
        List<State> states) {
    static final byte VERSION = 1;
    static final int PIECE_BYTES = MessageRecord.CHUNK_BYTES;
    private static final int HEADER_BYTES = 1 + 2 * Integer.BYTES;

    /** As {@link StagedSend}. Immutable. */
    record Send(
            long destinationId,
            long reservedNumber,
            long dueMs,
            long sentMs,
            boolean byTheBus,
            SeenId.@Nullable Key id,
            boolean durable,
            List<Copy> copies) {}

    /** Of a {@link Send}. Immutable. */
    record Copy(long recordId, long timeToLiveMs) {}

    /** As {@link StagedState}. Immutable. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record State(long entityId, String sessionId, byte @Nullable [] state) {}

    /** One of the records of a text. Immutable; the bytes are not copied. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Piece(int number, int pieces, byte[] bytes) {}

    static BranchRecord of(BranchPart part) {
        Map<Long, Settlement> settlements = new LinkedHashMap<>();
        part.settlements.forEach((entry, settlement) -> {
            if (entry.isDurable()) {
                settlements.put(entry.recordId, settlement);
            }
        });
        List<Send> sends = new ArrayList<>();
        for (StagedSend send : part.sends) {
            List<Copy> copies = send.copies().stream()
                    .filter(copy -> copy.entry().isDurable())
                    .map(copy -> new Copy(copy.entry().recordId, copy.timeToLiveMs()))
                    .toList();
            Fragment destination = send.destination();
            if (destination != null && (!copies.isEmpty() || send.durable())) {
                sends.add(new Send(
                        destination.entityId(),
                        send.reservedNumber(),
                        send.dueMs(),
                        send.sentMs(),
                        send.byTheBus(),
                        send.id(),
                        send.durable(),
                        copies));
            }
        }
        List<State> states = part.states.stream()
                .filter(state -> !state.fragment().settings().temporary())
                .map(state -> new State(state.fragment().entityId(), state.sessionId(), state.state()))
                .toList();
        return new BranchRecord(part.part, part.state, part.preparedAtMs, settlements, sends, states);
    }

    /** The bodies of its records, in their order. */
    List<RecordBody> bodies() {
        byte[] text = BranchText.encode(this);
        int pieces = (text.length + PIECE_BYTES - 1) / PIECE_BYTES;
        List<RecordBody> bodies = new ArrayList<>(pieces);
        for (int i = 0; i < pieces; i++) {
            int from = i * PIECE_BYTES;
            int bytes = Math.min(PIECE_BYTES, text.length - from);
            ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + bytes);
            out.put(VERSION).putInt(i).putInt(pieces).put(text, from, bytes);
            bodies.add(RecordBody.of(out.array()));
        }
        return bodies;
    }

    static Piece decode(ByteBuffer in) {
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("record of a prepared transaction of version " + version
                    + ", this program reads version " + VERSION + ": use the program that wrote it");
        }
        int number = in.getInt();
        int pieces = in.getInt();
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        if (number < 0 || number >= pieces || bytes.length > PIECE_BYTES || bytes.length == 0) {
            throw new IllegalArgumentException(
                    "piece " + number + " of " + pieces + " of a prepared transaction has " + bytes.length + " bytes");
        }
        return new Piece(number, pieces, bytes);
    }
}
