/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that a prepared part will send: its copies are here, in no queue, and get their places when it is committed.
 *
 * <p>Owned by the partition's driver; not thread safe: copies go with their subscriptions.
 *
 * @param destination where it was sent to; null if that was deleted
 * @param reservedNumber its number there (rule X6), 0 to take the next
 * @param dueMs wall time before which nobody may receive it, 0 if it was sent without delay
 * @param sentMs wall time of the client's send, 0 if that is not known
 * @param byTheBus as {@link Due#byTheBus}
 * @param id under what it is remembered (rule U1); null if it is not
 * @param durable whether the id is remembered in the journal
 */
record StagedSend(
        @Nullable Fragment destination,
        long reservedNumber,
        long dueMs,
        long sentMs,
        boolean byTheBus,
        SeenId.@Nullable Key id,
        boolean durable,
        List<StagedCopy> copies) {

    /**
     * Immutable.
     *
     * @param timeToLiveMs as its entity lets it live, {@link Long#MAX_VALUE} for ever
     */
    record StagedCopy(MessageEntry entry, long timeToLiveMs) {}

    /** From when on it lives, if it is enqueued now. */
    long livesFromMs(long wallMs) {
        if (byTheBus) {
            return Math.max(wallMs, dueMs);
        }
        return sentMs > 0 ? sentMs : wallMs;
    }

    /** Whether it goes to subscriptions: else to its destination itself. */
    boolean isPublished() {
        Fragment to = destination;
        return to != null
                && to.isTopic()
                && (copies.size() != 1 || copies.get(0).entry().fragment != to);
    }

    boolean concerns(Fragment fragment) {
        return destination == fragment || copies.stream().anyMatch(copy -> copy.entry().fragment == fragment);
    }
}
