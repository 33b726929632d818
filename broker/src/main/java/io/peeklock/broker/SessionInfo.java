/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import org.jspecify.annotations.Nullable;

/**
 * A session as a listing shows it (rule G8). Immutable.
 *
 * @param sessionId the session
 * @param messages its messages in the entity, in whatever state; none in the dead-letter queue
 * @param unsettled those of them that its holder has received and not settled
 * @param held whether a receiver holds it, or a prepared transaction keeps it from others
 * @param lockedUntilMs wall time at which its lock ends unless it is renewed; 0 if nobody holds it
 * @param stateBytes size of its state, -1 if it has none
 * @param holder who holds it, as its {@link ReceiverOptions#holder} says, or null
 */
public record SessionInfo(
        String sessionId,
        int messages,
        int unsettled,
        boolean held,
        long lockedUntilMs,
        int stateBytes,
        @Nullable String holder) {

    /** Held by nobody in particular, or by nobody. */
    public SessionInfo(
            String sessionId, int messages, int unsettled, boolean held, long lockedUntilMs, int stateBytes) {
        this(sessionId, messages, unsettled, held, lockedUntilMs, stateBytes, null);
    }
}
