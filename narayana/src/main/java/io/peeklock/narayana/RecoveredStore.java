/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.BusSession;
import io.peeklock.tx.BusXAResource;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XASession;
import java.util.UUID;
import javax.transaction.xa.XAResource;

/**
 * A store of Peeklock as Narayana recovers it, through one connection that is kept, under the store's UUID: a name that
 * belongs to the data, and not to a path or a label that may come to name other data.
 *
 * <p>As {@link RecoverySource}.
 */
record RecoveredStore(XAConnectionFactory factory) implements RecoverySource {

    private static final String PRODUCT = "Peeklock";

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
            Namespace namespace = namespace(session);
            OpenedStore opened =
                    new OpenedStore(connection, session, namespace, named(namespace.id(), session.getXAResource()));
            done = true;
            return opened;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /** Under the name that its log entries have. */
    static NamedResource named(BusXAResource resource) {
        return named(resource.storeId(), resource);
    }

    private static NamedResource named(UUID storeId, XAResource resource) {
        return NamedResource.of(storeId.toString(), PRODUCT, resource);
    }

    private Namespace namespace(XASession session) throws JMSException {
        if (session.getSession() instanceof BusSession bus) {
            return bus.namespace();
        }
        throw new IllegalArgumentException("a " + factory.getClass().getName()
                + " makes no sessions of Peeklock: name the PeeklockXAConnectionFactory itself, not a pool around it");
    }

    private record OpenedStore(XAConnection connection, XASession session, Namespace namespace, NamedResource resource)
            implements Opened {

        @Override
        public void remember(TransactionLog log) throws Exception {
            log.requireKnownTo(namespace);
        }

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
