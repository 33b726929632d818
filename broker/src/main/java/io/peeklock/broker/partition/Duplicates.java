/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Recognises messages that were sent before, by the ids that applications gave them, and forgets ids in time (rules U1 to
 * U6).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Duplicates {
    /** Ids are taken out this part of the window late, many at a time; what is asked of them is exact. */
    private static final int SWEEPS_PER_WINDOW = 64;

    private final PartitionState state;
    private final BodyStore bodies;

    Duplicates(PartitionState state, BodyStore bodies) {
        this.state = state;
        this.bodies = bodies;
    }

    /** Under what a message is remembered if it comes to this entity; null if it is not (rules U3, U6). */
    static SeenId.@Nullable Key keyOf(Fragment destination, Message message) {
        String id = message.applicationMessageId();
        if (id == null || !destination.settings().options().detectsDuplicates()) {
            return null;
        }
        String sessionId = message.sessionId();
        String partitionKey = sessionId == null ? message.partitionKey() : sessionId;
        return new SeenId.Key(destination.settings().partitioned() ? partitionKey : null, id);
    }

    /** The message whose duplicate this one is, or null. */
    @Nullable
    SeenId originalOf(Fragment destination, Message message, long wallMs) {
        SeenId.Key key = keyOf(destination, message);
        SeenId seen = key == null ? null : destination.seenIds.find(key);
        return seen != null && isInWindow(destination, seen, wallMs) ? seen : null;
    }

    private static boolean isInWindow(Fragment destination, SeenId id, long wallMs) {
        return wallMs - id.seenMs() < window(destination).toMillis();
    }

    /** Whether a message with this id is known. */
    boolean isKnown(Fragment destination, SeenId.@Nullable Key key, long wallMs) {
        SeenId seen = key == null ? null : destination.seenIds.find(key);
        return seen != null && isInWindow(destination, seen, wallMs);
    }

    /** A message that is no duplicate was put in, under this number. */
    void remember(Round round, Fragment destination, Message message, long sequenceNumber) {
        remember(round, destination, keyOf(destination, message), isDurable(destination, message), sequenceNumber);
    }

    /** @param isDurable whether the id itself is remembered in the journal */
    void remember(Round round, Fragment destination, SeenId.@Nullable Key key, boolean isDurable, long sequenceNumber) {
        if (key == null) {
            return;
        }
        SeenId former = destination.seenIds.find(key);
        boolean durable = isDurable;
        if (former != null) {
            // What was moved is no duplicate, and a volatile one must not take from a durable one what a restart needs.
            durable |= former.recordId() != 0 && isInWindow(destination, former, round.wallMs);
            forget(round, destination, former);
        }
        long recordId = durable ? state.takeRecordIds(1) : 0;
        SeenId now = new SeenId(key, sequenceNumber, round.wallMs, recordId);
        round.emit(new Change.IdSeen(destination, now));
        bodies.remembered(now);
    }

    /** Whether its id is remembered in the journal: that of a volatile message goes with it. */
    static boolean isDurable(Fragment destination, Message message) {
        return message.durable() && !destination.settings().temporary();
    }

    void forget(Round round, Fragment fragment, SeenId id) {
        // Nobody waits for it: what comes back is too old to count.
        round.emitLazily(new Change.IdForgotten(fragment, id));
        bodies.forgotten(id);
    }

    /** Forgets what has left the window. Returns what is left of the limit. */
    int sweep(Round round, Fragment fragment, int limit) {
        int left = limit;
        long windowMs = window(fragment).toMillis();
        SeenId oldest = fragment.seenIds.oldest();
        while (oldest != null && round.wallMs - oldest.seenMs() >= windowMs && left-- > 0) {
            forget(round, fragment, oldest);
            oldest = fragment.seenIds.oldest();
        }
        return left;
    }

    /** When it is worth while to sweep next, {@link Long#MAX_VALUE} for never. */
    static long sweepAtMs(Fragment fragment) {
        SeenId oldest = fragment.seenIds.oldest();
        if (oldest == null) {
            return Long.MAX_VALUE;
        }
        long windowMs = window(fragment).toMillis();
        return oldest.seenMs() + windowMs + windowMs / SWEEPS_PER_WINDOW;
    }

    private static Duration window(Fragment fragment) {
        return fragment.settings().options().duplicateDetectionWindow();
    }
}
