/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Holds one session of an entity and takes its messages, in order (rules G2 to G6).
 *
 * <p>Thread safe. When the lock is lost every call fails with SessionLockLost, the messages that were not settled are back
 * in their order, and the session can be accepted again. One that {@link SessionOptions#heals} takes it again for its next
 * receive but one; its other calls fail until it has.
 */
public interface SessionReceiver extends Receiver {

    String sessionId();

    /** Names this holding of the session. */
    SessionToken sessionToken();

    /** Wall time, in ms, at which the lock ends unless it is renewed; renewals by itself are not in it. */
    long lockedUntilMs();

    /** Sets the lock to now plus the entity's lock duration; gives its new end, wall time in ms (rule G3). */
    CompletableFuture<Long> renewSessionLock();

    /** The session's state, empty if it has none (rule G6). */
    CompletableFuture<Optional<byte[]>> getSessionState();

    /**
     * Sets the session's state; completes when that is durable (rule G6). It outlives the session's messages and counts
     * toward the size of the entity. Fails with QuotaExceeded, or MessageSizeExceeded.
     *
     * @param state at most 128 KB, copied; null to clear it
     */
    CompletableFuture<Void> setSessionState(byte @Nullable [] state);

    /**
     * Gives the session back at once; what was not settled returns in order, uncounted (rule G4). Idempotent, does not
     * block.
     */
    @Override
    void close();
}
