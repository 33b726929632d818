/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.message.Message;

/** Chooses messages for a receiver. Called on a partition's driver: must be quick, never block, never throw. */
@FunctionalInterface
public interface MessageFilter {

    /**
     * @param message the message
     * @param redeliveries failed deliveries so far
     */
    boolean matches(Message message, int redeliveries);
}
