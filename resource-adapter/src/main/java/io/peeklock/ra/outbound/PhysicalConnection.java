/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.ra.store.Bus;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Session;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import java.util.function.BiConsumer;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the bus with one XA session, as a context that has all of it.
 *
 * <p>Thread safe, but for the session and the context, which are for one thread at a time.
 */
final class PhysicalConnection {

    private static final Logger LOG = LoggerFactory.getLogger(PhysicalConnection.class);

    private final XAJMSContext context;
    private final Session session;
    private final XAResource resource;

    /** Told of its end; null while no managed connection has it. */
    private volatile @Nullable BiConsumer<PhysicalConnection, JMSException> whenLost;

    private PhysicalConnection(XAJMSContext context, Session session) {
        this.context = context;
        this.session = session;
        this.resource = context.getXAResource();
    }

    static PhysicalConnection open(Bus bus, Login login, BiConsumer<PhysicalConnection, JMSException> whenLost)
            throws JMSException {
        XAConnectionFactory connections = bus.connectionFactory(login.url());
        XAJMSContext context = login.userName() == null
                ? connections.createXAContext()
                : connections.createXAContext(login.userName(), login.password());
        boolean done = false;
        try {
            if (login.clientId() != null) {
                context.setClientID(login.clientId());
            }
            PhysicalConnection next = new PhysicalConnection(context, bus.sessionOf(context));
            next.tell(whenLost);
            context.setExceptionListener(next::reported);
            done = true;
            return next;
        } finally {
            if (!done) {
                context.close();
            }
        }
    }

    XAJMSContext context() {
        return context;
    }

    Session session() {
        return session;
    }

    XAResource resource() {
        return resource;
    }

    /** Whom it belongs to now; null if nobody is to hear of its end. */
    void tell(@Nullable BiConsumer<PhysicalConnection, JMSException> next) {
        whenLost = next;
    }

    /** By the bus, on a thread of its own. */
    private void reported(JMSException failure) {
        BiConsumer<PhysicalConnection, JMSException> told = whenLost;
        if (!ConnectionErrors.isClosed(failure)) {
            LOG.warn("A connection of the bus reports: {}", failure.getMessage(), failure);
        } else if (told != null) {
            told.accept(this, failure);
        }
    }

    boolean isOpen() {
        try {
            session.getTransacted();
            return true;
        } catch (JMSException e) {
            return false;
        }
    }

    /** Idempotent. */
    void close() throws JMSRuntimeException {
        context.close();
    }
}
