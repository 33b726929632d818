/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import java.io.Serializable;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/**
 * The connection factory that applications in a server look up: asks the server for connections.
 *
 * <p>Thread safe.
 */
public final class ConnectionFactoryHandle
        implements ConnectionFactory, QueueConnectionFactory, TopicConnectionFactory, Referenceable, Serializable {

    private static final long serialVersionUID = 1L;

    private final PeeklockManagedConnectionFactory factory;
    private final ConnectionManager connections;
    private volatile @Nullable Reference reference;

    ConnectionFactoryHandle(PeeklockManagedConnectionFactory factory, ConnectionManager connections) {
        this.factory = factory;
        this.connections = connections;
    }

    /** What it is configured with, for beans that name it as theirs ({@code connectionFactoryLookup}). */
    public PeeklockManagedConnectionFactory managedConnectionFactory() {
        return factory;
    }

    /** As the user whom the server names, else the connection factory's configuration, else the adapter's. */
    @Override
    public ConnectionHandle createConnection() throws JMSException {
        return createConnection(null, null);
    }

    /** @throws JMSException the bus's, if it does not let this user in or the store cannot be opened */
    @Override
    public ConnectionHandle createConnection(@Nullable String userName, @Nullable String password) throws JMSException {
        ConnectionRequest request = new ConnectionRequest(userName, password);
        try {
            ConnectionHandle handle = (ConnectionHandle) connections.allocateConnection(factory, request);
            handle.lent(new Loan(connections, factory, request));
            return handle;
        } catch (ResourceException e) {
            throw ConnectionErrors.of(e);
        }
    }

    @Override
    public ConnectionHandle createQueueConnection() throws JMSException {
        return createConnection();
    }

    @Override
    public ConnectionHandle createQueueConnection(@Nullable String userName, @Nullable String password)
            throws JMSException {
        return createConnection(userName, password);
    }

    @Override
    public ConnectionHandle createTopicConnection() throws JMSException {
        return createConnection();
    }

    @Override
    public ConnectionHandle createTopicConnection(@Nullable String userName, @Nullable String password)
            throws JMSException {
        return createConnection(userName, password);
    }

    @Override
    public JMSContext createContext() {
        return createContext(null, null, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return createContext(null, null, sessionMode);
    }

    @Override
    public JMSContext createContext(@Nullable String userName, @Nullable String password) {
        return createContext(userName, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    /** Of the modes only DUPS_OK_ACKNOWLEDGE is heard, and that only outside of a transaction of the server (section 12.3). */
    @Override
    public JMSContext createContext(@Nullable String userName, @Nullable String password, int sessionMode) {
        try {
            ConnectionHandle connection = createConnection(userName, password);
            boolean done = false;
            try {
                JMSContext context = connection.context(sessionMode);
                done = true;
                return context;
            } finally {
                if (!done) {
                    connection.close();
                }
            }
        } catch (JMSException e) {
            throw unchecked(e);
        }
    }

    private static JMSRuntimeException unchecked(JMSException e) {
        if (e instanceof JMSSecurityException) {
            return new JMSSecurityRuntimeException(e.getMessage(), e.getErrorCode(), e);
        }
        return e instanceof ResourceAllocationException
                ? new ResourceAllocationRuntimeException(e.getMessage(), e.getErrorCode(), e)
                : new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }

    /** Where the server has bound it; null if it has not. */
    @Override
    public @Nullable Reference getReference() {
        return reference;
    }

    /** By the server, for {@link #getReference()}. */
    @Override
    public void setReference(@Nullable Reference reference) {
        this.reference = reference;
    }

    @Override
    public String toString() {
        return "a server's connection factory of " + factory;
    }
}
