/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

/**
 * Is told of messages whose lock was lost while the application had them, so that it can stop working on them: they come again,
 * to it or to somebody else. Set on a {@link BusConnection}, or for all connections of a {@link PeeklockConnectionFactory}.
 *
 * <p>Called once for each lost lock, one call at a time, on a thread of the connection that belongs to no session: an exception
 * that it throws is logged. It may settle nothing; closing a session or consumer is allowed.
 */
@FunctionalInterface
public interface LockLostListener {

    void onLockLost(LockLostEvent event);
}
