/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import org.jspecify.annotations.Nullable;

/**
 * A state that a transaction gives to a session it holds (rule G6): one of a {@link PartitionCommit}. Immutable.
 *
 * @param session the holding of the session
 * @param state copied when this is made, never to be changed; null to clear the session's state
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record StagedSessionState(SessionToken session, byte @Nullable [] state) {
    // Not the short form, whose parameters do not tell other modules what may be null.
    public StagedSessionState(SessionToken session, byte @Nullable [] state) {
        this.session = session;
        this.state = state == null ? null : state.clone();
    }
}
