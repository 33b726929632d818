/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.partition.SessionGrant;
import java.util.concurrent.CompletableFuture;

/**
 * The request of a receiver for the next free session. Thread safe, as other requests are.
 */
final class AcceptRequest extends Request {
    private final PartitionedReceiver receiver;
    private final SessionHolding holding;
    private final CompletableFuture<SessionGrant> granted = new CompletableFuture<>();

    AcceptRequest(PartitionedReceiver receiver, SessionHolding holding) {
        super(receiver, ANY_PARTITION, null, false, null);
        this.receiver = receiver;
        this.holding = holding;
        whenComplete((nothing, failure) -> {
            if (failure != null) {
                granted.completeExceptionally(failure);
            }
        });
    }

    /** The session. Its owner may end it: then the receiver gives back what comes. */
    CompletableFuture<SessionGrant> granted() {
        return granted;
    }

    @Override
    boolean isWaiting() {
        return super.isWaiting() && !granted.isDone();
    }

    @Override
    public boolean wantsSession() {
        return true;
    }

    @Override
    public void accepted(SessionGrant grant) {
        holding.given();
        if (!granted.complete(grant)) {
            receiver.close();
        }
    }
}
