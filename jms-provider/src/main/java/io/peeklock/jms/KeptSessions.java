/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.SessionToken;
import io.peeklock.tx.Transaction;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of the bus that the application has closed, as long as a branch of a global transaction needs them.
 *
 * <p>Thread safe.
 */
final class KeptSessions {

    private final Set<Transaction> unsettled;
    private final Set<SessionReceiver> kept = ConcurrentHashMap.newKeySet();

    /** @param unsettled the branches that may need one; may change. Who takes one out calls {@link #closeUnneeded()} */
    KeptSessions(Set<Transaction> unsettled) {
        this.unsettled = unsettled;
    }

    /** Closes it now, or when the last branch is settled that needs it. Nobody receives of it any more. */
    void closeWhenUnneeded(SessionReceiver session) {
        // First: a branch that is settled from here on finds it.
        kept.add(session);
        closeUnneeded();
    }

    /** A branch is settled. */
    void closeUnneeded() {
        for (SessionReceiver session : kept) {
            SessionToken token = session.sessionToken();
            if (unsettled.stream().noneMatch(branch -> branch.needs(token)) && kept.remove(session)) {
                session.close();
            }
        }
    }
}
