/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.QueueConnection;
import jakarta.jms.TopicConnection;
import org.jspecify.annotations.Nullable;

/**
 * What the bus offers on a connection beyond Jakarta Messaging. Every connection of a {@link PeeklockConnectionFactory} is one.
 *
 * <p>Thread safe.
 */
public interface BusConnection extends QueueConnection, TopicConnection {

    /**
     * Is told from now on of locks that the connection's sessions lose; null for nobody. Who was told before is not called any
     * more, but for a call that is at work. The close of the connection ends it too: no call begins after that has returned.
     */
    void setLockLostListener(@Nullable LockLostListener listener);

    /** Who is told of lost locks, null if nobody is. */
    @Nullable
    LockLostListener getLockLostListener();
}
