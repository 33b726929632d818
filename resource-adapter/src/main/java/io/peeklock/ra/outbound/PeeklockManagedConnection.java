/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.ra.store.Bus;
import io.peeklock.ra.store.StoreResource;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Session;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.SecurityException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import javax.security.auth.Subject;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server's pool holds: nothing, until somebody uses it; then a connection with one XA session, until it is given back.
 *
 * <p>Thread safe. Its lock is held while the connection is opened or closed, and never in a call of the server.
 */
public final class PeeklockManagedConnection implements ManagedConnection {

    private static final Logger LOG = LoggerFactory.getLogger(PeeklockManagedConnection.class);

    private final PeeklockManagedConnectionFactory factory;
    private final Bus bus;
    private final Login login;
    private final StoreResource resource = new StoreResource(new Resources());
    private final OnePhaseTransaction local = new OnePhaseTransaction(resource);
    private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
    private final Set<ConnectionHandle> handles = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    // Written under the lock.
    private volatile @Nullable Opened opened;
    private volatile @Nullable String whyUseless;
    private volatile @Nullable PrintWriter logWriter;

    /** A connection of the bus, as a context that has all of it. */
    record Opened(XAJMSContext context, Session session, XAResource resource) {}

    PeeklockManagedConnection(PeeklockManagedConnectionFactory factory, Bus bus, Login login) {
        this.factory = factory;
        this.bus = bus;
        this.login = login;
    }

    // ---- Opening and closing

    /** The connection, which is opened if it is not. */
    Opened open() throws JMSException {
        Opened now = opened;
        if (now != null) {
            return now;
        }
        lock.lock();
        try {
            requireUseful();
            now = opened;
            if (now == null) {
                now = connect();
                opened = now;
            }
            return now;
        } catch (JMSRuntimeException e) {
            throw checked(e);
        } finally {
            lock.unlock();
        }
    }

    private Opened connect() throws JMSException {
        XAConnectionFactory connections = bus.connectionFactory(login.url());
        XAJMSContext context = login.userName() == null
                ? connections.createXAContext()
                : connections.createXAContext(login.userName(), login.password());
        boolean done = false;
        try {
            if (login.clientId() != null) {
                context.setClientID(login.clientId());
            }
            context.setExceptionListener(this::reported);
            Opened next = new Opened(context, bus.sessionOf(context), context.getXAResource());
            done = true;
            return next;
        } finally {
            if (!done) {
                context.close();
            }
        }
    }

    private static JMSException checked(JMSRuntimeException e) {
        if (e.getCause() instanceof JMSException checked) {
            return checked;
        }
        JMSException checked = new JMSException(e.getMessage(), e.getErrorCode());
        checked.initCause(e);
        checked.setLinkedException(e);
        return checked;
    }

    private void requireUseful() throws JMSException {
        String why = whyUseless;
        if (why != null) {
            throw new IllegalStateException(why);
        }
    }

    private void disconnect() throws ResourceException {
        Opened old;
        lock.lock();
        try {
            old = opened;
            opened = null;
        } finally {
            lock.unlock();
        }
        if (old != null) {
            try {
                old.context.close();
            } catch (JMSRuntimeException e) {
                throw ConnectionErrors.of("closing a connection of the bus", e);
            }
        }
    }

    void start() throws JMSException {
        try {
            open().context.start();
        } catch (JMSRuntimeException e) {
            throw checked(e);
        }
    }

    // ---- Handles

    @Override
    public ConnectionHandle getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo info)
            throws ResourceException {
        if (!factory.login(subject, info).equals(login)) {
            throw new SecurityException("a connection of " + login + " cannot become another user's");
        }
        try {
            open();
        } catch (JMSException e) {
            throw ConnectionErrors.of("a connection of the bus could not be opened", e);
        }
        ConnectionHandle handle = new ConnectionHandle(this);
        handles.add(handle);
        return handle;
    }

    @Override
    public void associateConnection(Object connection) throws ResourceException {
        if (!(connection instanceof ConnectionHandle handle)) {
            throw new ResourceException("not a connection of this adapter: " + connection);
        }
        try {
            handle.moveTo(this);
        } catch (JMSException e) {
            throw new ResourceException(e.getMessage(), e);
        }
        handles.add(handle);
    }

    /** A handle was given to another managed connection. */
    void forget(ConnectionHandle handle) {
        handles.remove(handle);
    }

    /** The application has closed a handle. */
    void closed(ConnectionHandle handle) {
        if (handles.remove(handle)) {
            ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
            event.setConnectionHandle(handle);
            listeners.forEach(listener -> listener.connectionClosed(event));
        }
    }

    /** Takes all handles back, and closes what they have left; the next use opens a connection anew. */
    @Override
    public void cleanup() throws ResourceException {
        handles.forEach(ConnectionHandle::invalidate);
        handles.clear();
        try {
            local.abandon();
        } finally {
            disconnect();
        }
    }

    @Override
    public void destroy() throws ResourceException {
        if (whyUseless == null) {
            whyUseless = "the server has destroyed this connection";
        }
        cleanup();
    }

    // ---- Failures

    /** By the bus, on a thread of its own. */
    private void reported(JMSException failure) {
        if (ConnectionErrors.isClosed(failure)) {
            failed(failure);
        } else {
            LOG.warn("A connection of the bus reports: {}", failure.getMessage(), failure);
        }
    }

    /** A call of an application has failed: with it the connection, if that is closed. */
    void callFailed(Exception failure) {
        Opened now = opened;
        if (now != null && ConnectionErrors.isClosed(failure) && !isOpen(now)) {
            failed(failure);
        }
    }

    private static boolean isOpen(Opened opened) {
        try {
            opened.session.getTransacted();
            return true;
        } catch (JMSException e) {
            return false;
        }
    }

    private void failed(Exception failure) {
        lock.lock();
        try {
            if (whyUseless != null) {
                return;
            }
            whyUseless = "the connection was lost, get a new one from the connection factory: " + failure.getMessage();
            // It is closed, and may be of an adapter whose classes are about to go.
            opened = null;
        } finally {
            lock.unlock();
        }
        ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, failure);
        listeners.forEach(listener -> listener.connectionErrorOccurred(event));
    }

    /** Whether the server may give it to somebody. */
    boolean isUseful() {
        Opened now = opened;
        return whyUseless == null && (now == null || isOpen(now));
    }

    boolean isFor(PeeklockManagedConnectionFactory wantedFactory, Login wanted) {
        return factory.equals(wantedFactory) && login.equals(wanted) && isUseful();
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
        listeners.remove(listener);
    }

    // ---- Transactions

    @Override
    public XAResource getXAResource() {
        return resource;
    }

    /** Asked for outside of transactions too, by some servers. */
    @Override
    public LocalTransaction getLocalTransaction() {
        return local;
    }

    /** What the resource is made of: the session, and for recovery none. */
    private final class Resources implements StoreResource.Source {

        @Override
        public @Nullable XAResource current() {
            Opened now = opened;
            return now == null || whyUseless != null ? null : now.resource;
        }

        @Override
        public XAResource open() throws XAException {
            try {
                return PeeklockManagedConnection.this.open().resource;
            } catch (JMSException e) {
                throw StoreResource.unavailable("the store cannot be opened: " + e.getMessage(), e);
            }
        }

        @Override
        public String resourceManager() throws XAException {
            try {
                return bus.resourceManager(login.url(), login.userName(), login.password());
            } catch (JMSException e) {
                throw StoreResource.unavailable(String.valueOf(e.getMessage()), e);
            }
        }

        @Override
        public XAResource recovery() throws XAException {
            try {
                return bus.recoveryResource(login.url(), login.userName(), login.password());
            } catch (JMSException e) {
                throw StoreResource.unavailable(String.valueOf(e.getMessage()), e);
            }
        }

        @Override
        public String toString() {
            return PeeklockManagedConnection.this.toString();
        }
    }

    // ---- What servers show

    @Override
    public ManagedConnectionMetaData getMetaData() {
        return new ConnectionMetaData(login.userName() == null ? "" : login.userName());
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter writer) {
        logWriter = writer;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public String toString() {
        return "a managed connection of " + login;
    }
}
