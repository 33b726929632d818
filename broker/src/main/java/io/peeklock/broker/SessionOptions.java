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
 * @param holder who holds it, as {@link ReceiverOptions#holder} says
 */
public record SessionOptions(
        ReceiveMode mode, Duration autoRenew, @Nullable String holder) {

    public SessionOptions(ReceiveMode mode, Duration autoRenew) {
        this(mode, autoRenew, null);
    }

    public static SessionOptions peekLock() {
        return new SessionOptions(ReceiveMode.PEEK_LOCK, Duration.ZERO);
    }

    public static SessionOptions receiveAndDelete() {
        return new SessionOptions(ReceiveMode.RECEIVE_AND_DELETE, Duration.ZERO);
    }

    public SessionOptions renewedFor(Duration duration) {
        return new SessionOptions(mode, duration, holder);
    }

    /** The same for somebody. */
    public SessionOptions heldBy(@Nullable String who) {
        return new SessionOptions(mode, autoRenew, who);
    }
}
