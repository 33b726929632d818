/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAJMSContext;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;

/**
 * A context whose session is an XA session.
 *
 * <p>As {@link PeeklockContext}; the resource for any thread.
 */
final class PeeklockXAContext extends PeeklockContext implements XAJMSContext {

    private final PeeklockXASession session;

    private PeeklockXAContext(PeeklockConnection connection, PeeklockXASession session) throws JMSException {
        super(connection, new AtomicInteger(), session);
        this.session = session;
    }

    /** The first context of a connection, which is its own. */
    static PeeklockXAContext open(PeeklockXAConnection connection) throws JMSException {
        return new PeeklockXAContext(connection, connection.openXASession(SessionKind.ANY, false));
    }

    @Override
    public JMSContext getContext() {
        return this;
    }

    @Override
    public XAResource getXAResource() {
        return session.getXAResource();
    }
}
