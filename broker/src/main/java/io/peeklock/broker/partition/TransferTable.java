/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A partition's transfers: those to others, in the order in which they go, and what came of those from others.
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class TransferTable {

    /** Messages of one sub-queue for one partition go one transfer after the other, so that they keep their order. */
    private record Lane(long entityId, boolean deadLetter, int destinationPartition) {
        static Lane of(Transfer transfer) {
            return new Lane(transfer.source.entityId(), transfer.deadLetter, transfer.destinationPartition);
        }
    }

    private final Map<UUID, Transfer> transfers = new LinkedHashMap<>();
    private final Map<Lane, Deque<Transfer>> lanes = new LinkedHashMap<>();
    private final Set<UUID> unserved = new HashSet<>();
    private final Map<UUID, Arrival> arrivals = new LinkedHashMap<>();

    void apply(Change.OfTransfer change) {
        if (change instanceof Change.TransferBegun c) {
            Transfer transfer = c.transfer();
            transfers.put(transfer.id, transfer);
            transfer.source.transfers.add(transfer);
            lanes.computeIfAbsent(Lane.of(transfer), lane -> new ArrayDeque<>()).addLast(transfer);
        } else if (change instanceof Change.TransferEnded c) {
            end(c.transfer());
        } else if (change instanceof Change.Arrived c) {
            arrivals.put(c.arrival().transfer(), c.arrival());
        } else if (change instanceof Change.ArrivalForgotten c) {
            arrivals.remove(c.arrival().transfer());
        }
    }

    private void end(Transfer transfer) {
        transfers.remove(transfer.id);
        transfer.source.transfers.remove(transfer);
        Lane lane = Lane.of(transfer);
        Deque<Transfer> waiting = lanes.get(lane);
        if (waiting != null) {
            waiting.remove(transfer);
            if (waiting.isEmpty()) {
                lanes.remove(lane);
            }
        }
    }

    boolean isEmpty() {
        return transfers.isEmpty();
    }

    /** The intent of a transfer is in the journal, and its messages are those of an entity that nobody has defined. */
    void keepUnserved(UUID id) {
        unserved.add(id);
    }

    boolean isEnded(UUID id) {
        return !transfers.containsKey(id) && !unserved.contains(id);
    }

    @Nullable
    Transfer find(UUID id) {
        return transfers.get(id);
    }

    /** The transfer whose turn it is where this one went, or goes; null if there is none. */
    @Nullable
    Transfer nextOf(Transfer transfer) {
        Deque<Transfer> waiting = lanes.get(Lane.of(transfer));
        return waiting == null ? null : waiting.peekFirst();
    }

    /** Of every lane the one whose turn it is. */
    List<Transfer> heads() {
        List<Transfer> heads = new ArrayList<>(lanes.size());
        lanes.values().forEach(lane -> heads.add(lane.getFirst()));
        return heads;
    }

    Collection<Transfer> all() {
        return transfers.values();
    }

    @Nullable
    Arrival arrival(UUID transfer) {
        return arrivals.get(transfer);
    }

    Collection<Arrival> arrivals() {
        return arrivals.values();
    }
}
