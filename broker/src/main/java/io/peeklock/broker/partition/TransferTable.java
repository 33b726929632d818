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
    /** Those of one lane in their order, and how many messages they have. */
    private static final class Queue {
        private final Deque<Transfer> transfers = new ArrayDeque<>();
        private int messages;
    }

    private final Map<Lane, Queue> lanes = new LinkedHashMap<>();
    private final Set<UUID> unserved = new HashSet<>();
    private final Map<UUID, Arrival> arrivals = new LinkedHashMap<>();
    private long indexBytes;

    void apply(Change.OfTransfer change) {
        if (change instanceof Change.TransferBegun c) {
            Transfer transfer = c.transfer();
            transfers.put(transfer.id, transfer);
            transfer.source.transfers.add(transfer);
            Queue queue = lanes.computeIfAbsent(Lane.of(transfer), lane -> new Queue());
            queue.transfers.addLast(transfer);
            queue.messages += transfer.entries.size();
            indexBytes += transfer.indexBytes();
        } else if (change instanceof Change.TransferEnded c) {
            end(c.transfer());
        } else if (change instanceof Change.Arrived c) {
            arrivals.put(c.arrival().transfer(), c.arrival());
            indexBytes += c.arrival().indexBytes();
        } else if (change instanceof Change.ArrivalForgotten c) {
            Arrival gone = arrivals.remove(c.arrival().transfer());
            indexBytes -= gone == null ? 0 : gone.indexBytes();
        }
    }

    private void end(Transfer transfer) {
        if (transfers.remove(transfer.id) == null) {
            return;
        }
        indexBytes -= transfer.indexBytes();
        transfer.source.transfers.remove(transfer);
        Lane lane = Lane.of(transfer);
        Queue waiting = lanes.get(lane);
        if (waiting != null) {
            waiting.transfers.remove(transfer);
            waiting.messages -= transfer.entries.size();
            if (waiting.transfers.isEmpty()) {
                lanes.remove(lane);
            }
        }
    }

    /** Messages of a sub-queue that are on their way to a partition. */
    int messagesTo(SubQueue source, int partition) {
        Fragment fragment = source.fragment;
        Queue waiting = lanes.get(new Lane(fragment.entityId(), source == fragment.deadLetterQueue, partition));
        return waiting == null ? 0 : waiting.messages;
    }

    /** What they and the arrivals take of the memory for the index. */
    long indexBytes() {
        return indexBytes;
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
        Queue waiting = lanes.get(Lane.of(transfer));
        return waiting == null ? null : waiting.transfers.peekFirst();
    }

    /** Of every lane the one whose turn it is. */
    List<Transfer> heads() {
        List<Transfer> heads = new ArrayList<>(lanes.size());
        lanes.values().forEach(lane -> heads.add(lane.transfers.getFirst()));
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
