/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LockLostListener;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.error.BrokerException;
import org.jspecify.annotations.Nullable;

/**
 * A receiver as a partition sees it. One receiver subscribes to every partition of its entity; a request is claimed by
 * one of them only, so that no message is fetched that nobody asked for and no two partitions serve one request.
 *
 * <p>Thread safe: several partitions call it.
 */
public interface Subscriber {

    ReceiveMode mode();

    @Nullable
    MessageFilter filter();

    /** For how long locks are renewed by themselves, in ns; {@link Long#MAX_VALUE} without end, 0 never. */
    long autoRenewNanos();

    /** Its place among the {@link RequestFlags} of its queue. */
    int slot();

    /** Whether any request is waiting, whichever partition may serve it. */
    boolean isWaiting();

    /** Looks for partitions that have something for the requests that wait: its flag was down for a moment. */
    void askAgain();

    /** Whether a request that this partition may serve is waiting. */
    boolean isWaiting(int partition);

    /** The same for a message of this session: a request may be for another one only. */
    default boolean isWaiting(int partition, String sessionId) {
        return isWaiting(partition);
    }

    /**
     * Whether it has requests, and all of them are for messages of another session or partition; those too that nobody may
     * serve now.
     */
    default boolean wantsOther(int partition, String sessionId) {
        return false;
    }

    /** Takes a waiting request for this partition, or null if there is none (any more). */
    @Nullable
    ReceiveRequest claim(int partition);

    /** The same for a message of this session. */
    default @Nullable ReceiveRequest claim(int partition, String sessionId) {
        return claim(partition);
    }

    /** Who receives, for administrators; null if nobody says. */
    default @Nullable String holder() {
        return null;
    }

    /** Which sessions of this partition it wants now; null if it takes single messages. */
    default @Nullable SessionDemand sessionDemand(int partition) {
        return null;
    }

    /** Who wants to hear of locks that it loses; null if nobody does. */
    default @Nullable LockLostListener lockLost() {
        return null;
    }

    /** It holds a session from now on. Called while the partition decides: must be quick, call nobody. */
    default void sessionHeld(SessionGrant grant) {}

    /**
     * The session that it holds and does not move on from is lost. Called while the partition decides: must be quick, call
     * nobody.
     *
     * @return what is run afterwards
     */
    default Runnable sessionLost(BrokerException why) {
        return () -> over(why);
    }

    /** It holds no session of this partition any more. Called while the partition decides: must be quick, call nobody. */
    default void sessionOver(int partition) {}

    /** The entity or the namespace is gone: every waiting request fails, no later one succeeds. */
    void over(BrokerException cause);
}
