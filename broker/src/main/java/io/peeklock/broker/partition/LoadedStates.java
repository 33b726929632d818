/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import org.jspecify.annotations.Nullable;

/**
 * Turns the records of sessions' states into state, at a load.
 *
 * <p>Used by the loading thread alone, once.
 */
final class LoadedStates {
    private final PartitionState state;
    private final LoadedFragments fragments;

    /** Whose state a record holds. Immutable. */
    record StateOf(Fragment fragment, String sessionId) {}

    LoadedStates(PartitionState state, LoadedFragments fragments) {
        this.state = state;
        this.fragments = fragments;
    }

    /** Returns whose it is, as the record stands for it; null if nobody has defined the entity, and it stays in the journal. */
    @Nullable
    StateOf put(long recordId, SessionStateRecord record) {
        Fragment fragment = fragments.holder(record.entityId());
        if (fragment == null) {
            // As its messages.
            fragments.undefined(record.entityId());
            return null;
        }
        state.apply(new Change.SessionStateSet(fragment, record.sessionId(), record.state(), recordId, 0));
        return new StateOf(fragment, record.sessionId());
    }

    /** A newer state may have come before the older one's record goes. */
    void remove(long recordId, StateOf of) {
        Session session = of.fragment().sessionsForState().find(of.sessionId());
        if (session != null && session.stateRecordId == recordId) {
            state.apply(new Change.SessionStateSet(of.fragment(), of.sessionId(), null, 0, 0));
        }
    }
}
