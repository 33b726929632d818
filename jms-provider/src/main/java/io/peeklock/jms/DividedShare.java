/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends the share of a connection consumer when every session that it has loaded has settled what it holds.
 *
 * <p>Thread safe.
 */
final class DividedShare implements ConsumerShare {

    private final ConsumerShare whole;
    private final AtomicInteger sessionsLeft;

    private DividedShare(ConsumerShare whole, int sessions) {
        this.whole = whole;
        this.sessionsLeft = new AtomicInteger(sessions);
    }

    /** The connection consumer is closed. */
    static void end(ConsumerShare whole, Collection<SessionCore> loaded) {
        // One look: sessions close meanwhile.
        List<SessionCore> sessions = List.copyOf(loaded);
        whole.closed(sessions.isEmpty());
        DividedShare part = new DividedShare(whole, sessions.size());
        sessions.forEach(session -> session.endingShares().end(part));
    }

    @Override
    public void closed(boolean settled) {
        if (settled) {
            settled();
        }
    }

    @Override
    public void settled() {
        if (sessionsLeft.decrementAndGet() == 0) {
            whole.settled();
        }
    }
}
