/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns the records of transfers to other partitions into state, at a load, when the messages that they name have come: those stay
 * locked until the other partition has said what it knows.
 *
 * <p>Used by the loading thread alone, once.
 */
final class LoadedTransfers {
    private final PartitionState state;
    private final LoadedFragments fragments;
    /** In the order in which they were made. */
    private final Map<Long, TransferRecord> records = new TreeMap<>();

    LoadedTransfers(PartitionState state, LoadedFragments fragments) {
        this.state = state;
        this.fragments = fragments;
    }

    void put(long recordId, TransferRecord record) {
        records.put(recordId, record);
    }

    void remove(long recordId) {
        records.remove(recordId);
    }

    /** All records have come. */
    void begin() {
        records.forEach(this::begin);
    }

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

    /** Nobody has defined the entity. */
    void leaveAlone(Fragment fragment) {
        for (Transfer transfer : List.copyOf(fragment.transfers)) {
            state.transfers().keepUnserved(transfer.id);
            state.apply(new Change.TransferEnded(transfer));
        }
    }
}
