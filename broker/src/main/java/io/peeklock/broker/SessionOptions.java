/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a session is held. Immutable.
 *
 * @param mode how its messages are received
 * @param autoRenew for how long after it was accepted its lock is renewed by itself: zero for never,
 *     {@link ReceiverOptions#FOREVER} until it is closed
 * @param heals whether a receiver that has lost its session takes it again: one receive fails with SessionLockLost, and
 *     the next waits until the session is free and has a message; if not, it has lost it for good
 * @param holder who holds it, as {@link ReceiverOptions#holder} says
 * @param lockLost hears of locks that are lost, that of the session among them; null if nobody wants to
 */
public record SessionOptions(
        ReceiveMode mode,
        Duration autoRenew,
        boolean heals,
        @Nullable String holder,
        @Nullable LockLostListener lockLost) {

    public SessionOptions(ReceiveMode mode, Duration autoRenew) {
        this(mode, autoRenew, false, null, null);
    }

    public static SessionOptions peekLock() {
        return new SessionOptions(ReceiveMode.PEEK_LOCK, Duration.ZERO);
    }

    public static SessionOptions receiveAndDelete() {
        return new SessionOptions(ReceiveMode.RECEIVE_AND_DELETE, Duration.ZERO);
    }

    public SessionOptions renewedFor(Duration duration) {
        return new SessionOptions(mode, duration, heals, holder, lockLost);
    }

    /** The same, taking a session that is lost again. */
    public SessionOptions healing() {
        return new SessionOptions(mode, autoRenew, true, holder, lockLost);
    }

    /** The same for somebody. */
    public SessionOptions heldBy(@Nullable String who) {
        return new SessionOptions(mode, autoRenew, heals, who, lockLost);
    }

    /** The same, telling somebody of locks that are lost. */
    public SessionOptions telling(@Nullable LockLostListener listener) {
        return new SessionOptions(mode, autoRenew, heals, holder, listener);
    }
}
