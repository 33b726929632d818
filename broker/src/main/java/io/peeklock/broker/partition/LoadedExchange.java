/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns the records of what partitions do together back into state: transfers, what came of them, and decisions.
 *
 * <p>Used by the loading thread alone, once.
 */
final class LoadedExchange {
    private final PartitionState state;
    private final LoadedFragments fragments;
    /** Intents, in the order in which they were made: their messages may come later. */
    private final TreeMap<Long, TransferRecord> transfers = new TreeMap<>();

    private final Map<Long, Arrival> arrivals = new HashMap<>();
    private final Map<Long, Decision> decisions = new HashMap<>();

    LoadedExchange(PartitionState state, LoadedFragments fragments) {
        this.state = state;
        this.fragments = fragments;
    }

    /** Takes a record; false if it is of another kind. */
    boolean put(long id, int kind, ByteBuffer body) {
        if (kind == RecordKind.TRANSFER.id()) {
            transfers.put(id, TransferRecord.decode(body));
        } else if (kind == RecordKind.ARRIVAL.id()) {
            Arrival arrival = ArrivalRecord.decode(body, id);
            state.apply(new Change.Arrived(arrival));
            arrivals.put(id, arrival);
        } else {
            return replace(id, kind, body);
        }
        return true;
    }

    /** Takes a record that may come in the place of another; false if it is of another kind. */
    boolean replace(long id, int kind, ByteBuffer body) {
        if (kind != RecordKind.DECISION.id()) {
            return false;
        }
        Decision decision = DecisionRecord.decode(body, id);
        state.apply(new Change.Decided(decision));
        decisions.put(id, decision);
        return true;
    }

    /** A record cannot be understood. If it is of a transaction, nobody here knows all that was decided. */
    void unreadable(int kind) {
        if (kind == RecordKind.DECISION.id() || kind == RecordKind.BRANCH.id()) {
            state.decisions.mayLackSome();
        }
    }

    void remove(long id) {
        transfers.remove(id);
        Arrival arrival = arrivals.remove(id);
        Decision decision = decisions.remove(id);
        if (arrival != null) {
            state.apply(new Change.ArrivalForgotten(arrival));
        } else if (decision != null) {
            state.apply(new Change.PartsLeft(decision.done()));
        }
    }

    /** After the last record: what was on its way is so again. */
    void finish() {
        transfers.forEach(this::begin);
    }

    /** Messages were on their way to another partition: they stay locked until that has said what it knows. */
    private void begin(long recordId, TransferRecord record) {
        Fragment source = fragments.holder(record.entityId());
        if (source == null) {
            state.transfers().keepUnserved(record.id());
            return;
        }
        Transfer transfer = record.begun(recordId, source);
        for (MessageEntry entry : transfer.entries) {
            state.apply(new Change.Locked(entry, new MessageLock(entry, transfer)));
        }
        state.apply(new Change.TransferBegun(transfer));
    }
}
