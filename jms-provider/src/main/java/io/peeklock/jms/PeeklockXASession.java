/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.QueueSession;
import jakarta.jms.TopicSession;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XATopicSession;
import javax.transaction.xa.XAResource;

/**
 * A session whose work a transaction manager puts into branches of global transactions by its {@link XAResource}.
 *
 * <p>As {@link PeeklockSession}; the resource for any thread.
 */
final class PeeklockXASession extends PeeklockSession implements XAQueueSession, XATopicSession {

    private final XAResource resource;

    /** @param core of a session in mode {@link SessionMode#XA} */
    PeeklockXASession(SessionCore core, SessionKind kind, XAResource resource) {
        super(core, kind);
        this.resource = resource;
    }

    /** Always the same object, also after the session is closed: what it was in has still to be ended. */
    @Override
    public XAResource getXAResource() {
        return resource;
    }

    @Override
    public PeeklockXASession getSession() {
        return this;
    }

    @Override
    public QueueSession getQueueSession() {
        return this;
    }

    @Override
    public TopicSession getTopicSession() {
        return this;
    }
}
