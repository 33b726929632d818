/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The intent that some messages of one sub-queue go to an entity in another partition, and how far that is. They are locked
 * for it until the other partition has answered, whatever becomes of either.
 *
 * <p>Owned by the partition's driver; not thread safe. Only how far it is changes, and is volatile.
 */
final class Transfer {
    private static final int INDEX_BYTES = 400;
    private static final int INDEX_BYTES_PER_MESSAGE = 80;

    final UUID id;
    /** The intent's record in the journal, 0 if all its messages are volatile. */
    final long recordId;

    final Fragment source;
    final boolean deadLetter;
    final long destinationId;
    final int destinationPartition;
    final Departure.Way way;
    /** Those that are here, in their order. */
    final List<MessageEntry> entries;
    /** What could not even be sent off. */
    final Map<Long, Refusal> notSent = new HashMap<>();

    /** What goes in the place of its message; null if that goes itself, or if this was loaded. */
    @Nullable
    Departure edited;

    /** Who waits for its end, or null. */
    @Nullable
    MoveAnswer answer;

    /** Wall time at which it was begun, or loaded. */
    long sinceMs;
    /** How often it was offered since the partition was loaded. */
    int attempts;
    /** The trial of its sub-queue on which it was offered last. */
    int trial;
    /** It was offered, and not answered yet. */
    boolean underWay;
    /** It was loaded: it may have been offered before. */
    boolean loaded;
    /** Attempts in a row that ended without answer. */
    int failures;
    /** When it is offered again. */
    long againNanos;

    Transfer(
            UUID id,
            long recordId,
            Fragment source,
            boolean deadLetter,
            long destinationId,
            int destinationPartition,
            Departure.Way way,
            List<MessageEntry> entries) {
        this.id = id;
        this.recordId = recordId;
        this.source = source;
        this.deadLetter = deadLetter;
        this.destinationId = destinationId;
        this.destinationPartition = destinationPartition;
        this.way = way;
        this.entries = entries;
    }

    /** Whether the other partition must remember it. */
    boolean isDurable() {
        Departure other = edited;
        // A volatile dead letter is lost with this partition; what has come for it must not come twice for want of
        // that.
        return recordId != 0
                || other != null
                        && other.message().durable()
                        && !source.settings().temporary();
    }

    /** Heap that it takes besides its messages. */
    long indexBytes() {
        return indexBytes(entries.size());
    }

    /** Heap that one of so many messages takes besides these. */
    static long indexBytes(int messages) {
        return INDEX_BYTES + (long) INDEX_BYTES_PER_MESSAGE * messages;
    }

    /** Whether this message is still here, and locked for this. */
    boolean holds(MessageEntry entry) {
        MessageLock lock = entry.lock;
        return lock != null && lock.transfer == this;
    }
}
