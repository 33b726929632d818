/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.broker.partition.StagedSend.StagedCopy;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of prepared parts into state, at a load: when the messages that they name have come.
 *
 * <p>Used by the loading thread alone, once.
 */
final class LoadedBranches {

    /** Hears of what cannot be understood. */
    @FunctionalInterface
    interface Unreadable {
        void setAside(long recordId, String name, byte[] bytes, String why);
    }

    private final PartitionState state;
    private final LoadedFragments fragments;
    private final TreeMap<Long, BranchRecord.Piece> pieces = new TreeMap<>();
    /** Staged messages that a part has. */
    private final Set<MessageEntry> claimed = new HashSet<>();

    LoadedBranches(PartitionState state, LoadedFragments fragments) {
        this.state = state;
        this.fragments = fragments;
    }

    void put(long recordId, BranchRecord.Piece piece) {
        pieces.put(recordId, piece);
    }

    void remove(long recordId) {
        pieces.remove(recordId);
    }

    /** All records have come. Of what an entity has that nobody has defined, and of damaged messages, the state knows nothing. */
    void begin(LongFunction<@Nullable Object> byRecord, Unreadable unreadable) {
        while (!pieces.isEmpty()) {
            long first = pieces.firstKey();
            BranchRecord.Piece start = pieces.firstEntry().getValue();
            int expected = start.pieces();
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int count = 0;
            for (BranchRecord.Piece next = start;
                    next != null && next.number() == start.number() + count && next.pieces() == expected;
                    next = pieces.get(first + count)) {
                text.writeBytes(next.bytes());
                pieces.remove(first + count);
                count++;
            }
            if (count == expected) {
                begin(first, count, text.toByteArray(), byRecord, unreadable);
            } else {
                state.decisions.mayLackSome();
                unreadable.setAside(
                        first, name(first), text.toByteArray(), lost("has " + count + " of " + expected + " records"));
            }
        }
    }

    private static String name(long recordId) {
        return "transaction-" + recordId;
    }

    private static String lost(String what) {
        return "a prepared transaction " + what
                + ": what it had received can be received again, what it was to send is not sent";
    }

    private void begin(
            long recordId, int records, byte[] text, LongFunction<@Nullable Object> byRecord, Unreadable unreadable) {
        BranchRecord record;
        try {
            record = BranchText.decode(ByteBuffer.wrap(text));
        } catch (IllegalArgumentException | BufferUnderflowException | MalformedContentException e) {
            // Nobody may ask this partition how it ended, and be told that it was rolled back.
            state.decisions.mayLackSome();
            unreadable.setAside(recordId, name(recordId), text, lost("cannot be read, " + e.getMessage()));
            return;
        }
        BranchPart part = new BranchPart(record.part(), record.state(), record.preparedAtMs());
        part.recordId = recordId;
        part.records = records;
        record.settlements().forEach((id, settlement) -> {
            MessageEntry entry = entry(part, byRecord.apply(id));
            if (entry != null) {
                part.settlements.put(entry, settlement);
            }
        });
        record.sends().forEach(send -> part.sends.add(staged(part, send, byRecord)));
        for (BranchRecord.State one : record.states()) {
            Fragment fragment = fragment(part, one.entityId());
            if (fragment != null) {
                part.states.add(new StagedState(fragment, one.sessionId(), one.state()));
            }
        }
        part.holdSessions();
        for (MessageEntry entry : part.settlements.keySet()) {
            state.apply(new Change.Locked(entry, new MessageLock(entry, part)));
        }
        state.apply(new Change.PartPrepared(part, List.of()));
    }

    private StagedSend staged(BranchPart part, BranchRecord.Send send, LongFunction<@Nullable Object> byRecord) {
        List<StagedCopy> copies = new ArrayList<>(send.copies().size());
        for (BranchRecord.Copy copy : send.copies()) {
            MessageEntry entry = entry(part, byRecord.apply(copy.recordId()));
            if (entry != null) {
                copies.add(new StagedCopy(entry, copy.timeToLiveMs()));
                claimed.add(entry);
            }
        }
        return new StagedSend(
                fragment(part, send.destinationId()),
                send.reservedNumber(),
                send.dueMs(),
                send.sentMs(),
                send.byTheBus(),
                send.id(),
                send.durable(),
                copies);
    }

    /** The message of a record; null if it has gone with its entity, or is not served. */
    private @Nullable MessageEntry entry(BranchPart part, @Nullable Object ofRecord) {
        if (ofRecord instanceof MessageEntry entry) {
            if (entry.position != MessageEntry.Position.GONE) {
                return entry;
            }
            part.unserved |= fragments.isUndefined(entry.fragment.entityId());
        }
        part.unserved |= ofRecord instanceof LoadedFragments.Undefined;
        return null;
    }

    /** The fragment of an entity; null if it was deleted, or nobody has defined it. */
    private @Nullable Fragment fragment(BranchPart part, long entityId) {
        part.unserved |= fragments.isUndefined(entityId);
        return fragments.find(entityId);
    }

    /** Staged messages that no part has: nobody will ever send them, or take them out. */
    List<MessageEntry> unclaimed() {
        List<MessageEntry> unclaimed = new ArrayList<>();
        for (Fragment fragment : state.fragments()) {
            fragment.staged.stream().filter(entry -> !claimed.contains(entry)).forEach(unclaimed::add);
        }
        return unclaimed;
    }
}
