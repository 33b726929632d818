/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;

/**
 * Settles messages that a transaction has taken in and does not commit.
 *
 * <p>Called on any thread; must be quick.
 */
public interface MessageOwner {

    /** The transaction has ended without effect: the message is under its lock, and the owner's again. */
    void takeBack(LockToken token);

    /** What the bus does with it when it is prepared and rolled back then, and the owner has its lock no more. */
    Settlement.Fail rolledBack();
}
