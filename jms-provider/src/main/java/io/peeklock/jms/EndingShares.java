/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * The shares of a session's closed consumers whose messages the application may still settle: messages that were handed
 * over belong to the session, not to the consumer (rule L9).
 *
 * <p>Thread safe.
 */
final class EndingShares {

    private final BooleanSupplier holdsNothing;
    private final Queue<ConsumerShare> ending = new ConcurrentLinkedQueue<>();

    /** @param holdsNothing whether the session has no message that may still be settled */
    EndingShares(BooleanSupplier holdsNothing) {
        this.holdsNothing = holdsNothing;
    }

    /** A consumer is closed. */
    void end(ConsumerShare share) {
        boolean settled = holdsNothing.getAsBoolean();
        share.closed(settled);
        if (!settled) {
            ending.add(share);
            // Settled meanwhile by another thread, which may not have seen this one.
            settled();
        }
    }

    /** The session has settled something. */
    void settled() {
        if (ending.isEmpty() || !holdsNothing.getAsBoolean()) {
            return;
        }
        for (ConsumerShare share = ending.poll(); share != null; share = ending.poll()) {
            share.settled();
        }
    }
}
