/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import org.jspecify.annotations.Nullable;

/**
 * Which sessions a subscriber wants. Immutable.
 *
 * @param sessionId the only one, or null for whichever is free and has messages
 * @param movesOn whether it gives a session back by itself as soon as that is dry and nothing of it is unsettled; if not,
 *     it holds the one session that it has accepted until it is closed or the lock is lost
 * @param heals whether it takes the session that it has lost again
 */
public record SessionDemand(@Nullable String sessionId, boolean movesOn, boolean heals) {

    public SessionDemand(@Nullable String sessionId, boolean movesOn) {
        this(sessionId, movesOn, false);
    }
}
