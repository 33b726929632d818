/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import io.peeklock.jms.BusSession;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XASession;
import java.util.UUID;

/**
 * A store of Peeklock as Narayana recovers it, through one connection that is kept, under the store's UUID: a name that
 * belongs to the data, and not to a path or a label that may come to name other data.
 *
 * <p>As {@link RecoverySource}.
 */
record RecoveredStore(XAConnectionFactory factory) implements RecoverySource {

    /** Of log entries. */
    static final String PRODUCT = "Peeklock";

    @Override
    public String description() {
        return factory.toString();
    }

    @Override
    public Opened open() throws JMSException {
        XAConnection connection = factory.createXAConnection();
        boolean done = false;
        try {
            XASession session = connection.createXASession();
            NamedResource resource = NamedResource.of(storeId(session).toString(), PRODUCT, session.getXAResource());
            done = true;
            return new OpenedStore(connection, session, resource);
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private UUID storeId(XASession session) throws JMSException {
        if (session.getSession() instanceof BusSession bus) {
            return bus.namespace().id();
        }
        throw new IllegalArgumentException("this is no connection factory of Peeklock, but a "
                + factory.getClass().getName() + "; name the PeeklockXAConnectionFactory itself, not a pool around it");
    }

    private record OpenedStore(XAConnection connection, XASession session, NamedResource resource) implements Opened {

        /** A partition that is out comes back by itself: no reason to open the store anew. */
        @Override
        public boolean isOpen(boolean scanFailed) {
            try {
                session.getTransacted();
                return true;
            } catch (JMSException e) {
                return false;
            }
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }
}
