/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.tx.TransactionTimer;

/**
 * Runs things later for the users of one broker: the end of its linger, transaction time-outs, another try of a
 * listener.
 *
 * <p>Thread safe. Tasks are quick, but for the last one, which closes the broker.
 */
interface BrokerTimer extends TransactionTimer, AutoCloseable {

    /** From now on what is scheduled needs no thread that is not there. */
    default void start() {}

    /** Nothing runs after this but what is running. */
    @Override
    void close();
}
