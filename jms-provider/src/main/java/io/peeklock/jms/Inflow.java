/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;

/**
 * What one group of message endpoints receives from, see {@link InflowConnection}.
 *
 * <p>Thread safe.
 */
public interface Inflow extends AutoCloseable {

    /** How many sessions it has. */
    int sessions();

    /** @param index from 0 */
    InflowSession session(int index);

    /**
     * Ends it and its sessions: what they were given and have not finished goes back. A message that is in a branch of a global
     * transaction is still that branch's. Idempotent.
     */
    @Override
    void close() throws JMSException;
}
