/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a receiver takes messages.
 *
 * @param mode peek-lock or receive-and-delete
 * @param filter only messages that match, or null for all
 * @param autoRenew for how long after its hand-out a lock is renewed by itself: zero for never, {@link #FOREVER} as long
 *     as it is not settled
 * @param sessionId of an entity that requires sessions, the only one it wants, or null for whichever is free; of no
 *     meaning elsewhere
 * @param holder who receives, as administrators see it: a client identifier or what else tells one from another; null for
 *     nobody in particular
 * @param lockLost hears of locks that are lost, null if nobody wants to
 */
public record ReceiverOptions(
        ReceiveMode mode,
        @Nullable MessageFilter filter,
        Duration autoRenew,
        @Nullable String sessionId,
        @Nullable String holder,
        @Nullable LockLostListener lockLost) {

    /** No end. */
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** {@link #autoRenew} in nanoseconds, {@link Long#MAX_VALUE} for {@link #FOREVER}. */
    public long autoRenewNanos() {
        return autoRenew.equals(FOREVER) ? Long.MAX_VALUE : autoRenew.toNanos();
    }

    public ReceiverOptions(ReceiveMode mode, @Nullable MessageFilter filter, Duration autoRenew) {
        this(mode, filter, autoRenew, null);
    }

    public ReceiverOptions(
            ReceiveMode mode, @Nullable MessageFilter filter, Duration autoRenew, @Nullable String sessionId) {
        this(mode, filter, autoRenew, sessionId, null, null);
    }

    /** The same for somebody. */
    public ReceiverOptions heldBy(@Nullable String who) {
        return new ReceiverOptions(mode, filter, autoRenew, sessionId, who, lockLost);
    }

    /** The same, telling somebody of locks that are lost. */
    public ReceiverOptions telling(@Nullable LockLostListener listener) {
        return new ReceiverOptions(mode, filter, autoRenew, sessionId, holder, listener);
    }

    public static ReceiverOptions peekLock() {
        return new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, Duration.ZERO);
    }

    public static ReceiverOptions receiveAndDelete() {
        return new ReceiverOptions(ReceiveMode.RECEIVE_AND_DELETE, null, Duration.ZERO);
    }
}
