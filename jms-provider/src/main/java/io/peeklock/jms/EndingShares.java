/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The shares of a session's closed consumers whose messages the application may still settle: messages that were handed
 * over belong to the session, not to the consumer (rule L9).
 *
 * <p>Thread safe.
 */
final class EndingShares {

    private final Acknowledgement acknowledgement;
    private final Queue<ConsumerShare> ending = new ConcurrentLinkedQueue<>();

    EndingShares(Acknowledgement acknowledgement) {
        this.acknowledgement = acknowledgement;
    }

    /** A consumer is closed. */
    void end(ConsumerShare share) {
        boolean settled = acknowledgement.holdsNothing();
        share.closed(settled);
        if (!settled) {
            ending.add(share);
            // Settled meanwhile by another thread, which may not have seen this one.
            settled();
        }
    }

    /** The session has settled something. */
    void settled() {
        if (ending.isEmpty() || !acknowledgement.holdsNothing()) {
            return;
        }
        for (ConsumerShare share = ending.poll(); share != null; share = ending.poll()) {
            share.settled();
        }
    }
}
