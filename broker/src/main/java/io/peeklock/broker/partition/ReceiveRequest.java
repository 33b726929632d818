/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.error.BrokerException;

/** A request for one message that a partition has claimed: exactly one of its methods is called, once. */
public interface ReceiveRequest {

    /** The message. Called by a thread that others wait for: must be quick. */
    void deliver(Delivery delivery);

    /** Whether it wants to hold a session, and no message. */
    default boolean wantsSession() {
        return false;
    }

    /** The session, instead of a message. */
    default void accepted(SessionGrant grant) {
        throw new IllegalStateException("this request wants a message");
    }

    /** The message could not be given; the request is open again for other partitions. */
    void giveBack();

    /** The request cannot be served. */
    void fail(BrokerException cause);
}
