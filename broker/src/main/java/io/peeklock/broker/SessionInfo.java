/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * A session as a listing shows it (rule G8). Immutable.
 *
 * @param sessionId the session
 * @param messages its messages in the entity, in whatever state; none in the dead-letter queue
 * @param unsettled those of them that its holder has received and not settled
 * @param held whether a receiver holds it
 * @param lockedUntilMs wall time at which its lock ends unless it is renewed; 0 if nobody holds it
 * @param stateBytes size of its state, -1 if it has none
 */
public record SessionInfo(
        String sessionId, int messages, int unsettled, boolean held, long lockedUntilMs, int stateBytes) {}
