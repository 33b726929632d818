/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Puts dead letters back into the entity in which they were dead-lettered, as if they came there now for the first time.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Redriving {
    private final BodyStore bodies;
    private final Enqueuing enqueuing;

    Redriving(BodyStore bodies, Enqueuing enqueuing) {
        this.bodies = bodies;
        this.enqueuing = enqueuing;
    }

    /**
     * Puts one back; it is no duplicate of itself, and its bytes count already.
     *
     * @return why it stays where it is, or null
     */
    @Nullable
    String redrive(Round round, MessageEntry entry) {
        Fragment fragment = entry.fragment;
        if (fragment.requiresSessions() && entry.sessionId == null) {
            return "message " + entry.sequenceNumber + " has no session id, and " + fragment
                    + " requires sessions: resubmit it with one";
        }
        Message head = bodies.head(entry);
        enqueuing.enqueueAnew(round, entry, head.timeToLiveMs());
        return null;
    }
}
