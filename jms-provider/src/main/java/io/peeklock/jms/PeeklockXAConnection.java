/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XATopicConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection that makes XA sessions too; its other sessions are those of any connection.
 *
 * <p>As {@link PeeklockConnection}.
 */
final class PeeklockXAConnection extends PeeklockConnection
        implements XAQueueConnection, XATopicConnection, InflowConnection {

    private final Set<PeeklockInflow> inflows = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    PeeklockXAConnection(
            BrokerLease broker,
            SessionKind kind,
            SessionSettings settings,
            @Nullable String configuredClientId,
            @Nullable String user)
            throws JMSException {
        super(broker, kind, settings, configuredClientId, user);
    }

    @Override
    public PeeklockXASession createXASession() throws JMSException {
        return openXASession(SessionKind.ANY, true);
    }

    @Override
    public PeeklockXASession createXAQueueSession() throws JMSException {
        return openXASession(SessionKind.QUEUES, true);
    }

    @Override
    public PeeklockXASession createXATopicSession() throws JMSException {
        return openXASession(SessionKind.TOPICS, true);
    }

    @Override
    public Inflow openInflow(
            Destination destination,
            @Nullable String selector,
            @Nullable String subscription,
            boolean durable,
            boolean shared,
            int sessions)
            throws JMSException {
        if (sessions < 1) {
            throw JmsExceptions.invalidOperation("messages flow into 1 session or more, not " + sessions);
        }
        use();
        Destination own = PeeklockInflow.own(destination);
        PeeklockInflow inflow = PeeklockInflow.open(
                this,
                new PeeklockInflow.Wanted(own, selector, subscription, durable, shared),
                sessions,
                inflows::remove);
        inflows.add(inflow);
        if (closing) {
            // By a close that has not seen it.
            inflow.close();
            throw JmsExceptions.closed("connection");
        }
        return inflow;
    }

    @Override
    public void close() throws JMSException {
        closing = true;
        ClosingSteps steps = new ClosingSteps();
        inflows.forEach(inflow -> steps.run(inflow::close));
        steps.run(super::close);
        steps.end();
    }

    /** @param inUse whether the connection counts as used: a context may still set the client id afterwards */
    PeeklockXASession openXASession(SessionKind kindOfSession, boolean inUse) throws JMSException {
        SessionCore core = openCore(SessionMode.XA, inUse);
        return new PeeklockXASession(core, kindOfSession, core.xaResource());
    }
}
