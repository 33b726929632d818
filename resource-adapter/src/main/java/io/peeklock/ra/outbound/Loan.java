/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.LazyAssociatableConnectionManager;

/**
 * Whom a handle is from, to be asked again when the server has taken its managed connection away.
 *
 * <p>Immutable, thread safe.
 */
record Loan(ConnectionManager connections, PeeklockManagedConnectionFactory factory, ConnectionRequest request) {

    /** Has the server associate the handle with a managed connection, in the transaction of the caller. */
    void associate(ConnectionHandle handle) throws JMSException {
        if (!(connections instanceof LazyAssociatableConnectionManager server)) {
            throw new IllegalStateException(ConnectionHandle.TAKEN_BACK);
        }
        try {
            server.associateConnection(handle, factory, request);
        } catch (ResourceException e) {
            throw ConnectionErrors.of(e);
        }
    }

    /** The application has closed a handle that no managed connection has. */
    void closed(ConnectionHandle handle) {
        if (connections instanceof LazyAssociatableConnectionManager server) {
            server.inactiveConnectionClosed(handle, factory);
        }
    }
}
