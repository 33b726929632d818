/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * Hears of locks when they are lost, each of them once, and not only when somebody tries to settle the message.
 *
 * <p>Called on threads of the bus, by several partitions at once: must be quick, and must not block. What its owner gives up
 * itself, by a settlement or a close, is not lost; nor is anything when the namespace is closed.
 */
@FunctionalInterface
public interface LockLostListener {

    void lockLost(LostLock lost);
}
