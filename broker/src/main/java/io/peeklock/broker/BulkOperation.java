/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.concurrent.CompletableFuture;

/**
 * Work on many messages that goes on by itself, a few hundred at a time, so that receivers and senders have their turn.
 *
 * <p>Thread safe. If it is interrupted, by {@link #cancel}, a failure or the end of the process, whatever was done is done and
 * the rest is as it was: the same call again goes on from there.
 */
public interface BulkOperation {

    /** What was done so far. */
    BulkProgress progress();

    /** Ends it behind what is under way; {@link #result} completes then. */
    void cancel();

    /**
     * What was done when it has ended: everything that was meant, the most that was allowed, or what was done when it was
     * cancelled. Fails as the futures of {@link Namespace} do; {@link #progress} says what was done before. A partition that is
     * out is no failure: it is counted.
     */
    CompletableFuture<BulkProgress> result();
}
