/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LockLostListener;
import io.peeklock.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to hear when a message's lock is lost, and what is told of the message then: its content may be in the swap by that
 * time.
 *
 * <p>Immutable, thread safe.
 */
record LockWatch(LockLostListener listener, @Nullable String messageId) {

    /** Null if nobody wants to hear of it. */
    static @Nullable LockWatch of(@Nullable LockLostListener listener, Message message) {
        return listener == null ? null : new LockWatch(listener, message.messageId());
    }
}
