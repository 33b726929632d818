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

/**
 * What a server's pool holds: nothing, until somebody uses it; then a connection with one XA session, until it is given back.
 *
 * <p>Thread safe. Its lock is held while the connection is opened or closed, and never in a call of the server.
 */
public sealed class PeeklockManagedConnection implements ManagedConnection permits DissociatableConnection {

    private final PeeklockManagedConnectionFactory factory;
    private final Bus bus;
    private final Login login;
    private final StoreResource resource = new StoreResource(new Resources());
    private final OnePhaseTransaction local = new OnePhaseTransaction(resource);
    private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
    private final Set<ConnectionHandle> handles = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    // Written under the lock.
    private volatile @Nullable PhysicalConnection opened;
    private volatile @Nullable String whyUseless;
    private volatile @Nullable PrintWriter logWriter;

    PeeklockManagedConnection(PeeklockManagedConnectionFactory factory, Bus bus, Login login) {
        this.factory = factory;
        this.bus = bus;
        this.login = login;
    }

    // ---- Opening and closing

    /** The connection, which is opened if it is not. */
    PhysicalConnection open() throws JMSException {
        PhysicalConnection now = opened;
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
            throw ConnectionErrors.checked(e);
        } finally {
            lock.unlock();
        }
    }

    PhysicalConnection connect() throws JMSException {
        return PhysicalConnection.open(bus, login, this::failed);
    }

    /** The one that is open; null if none is. */
    @Nullable
    PhysicalConnection opened() {
        return opened;
    }

    /** In place of the one that is open. */
    void replace(@Nullable PhysicalConnection next) {
        opened = next;
    }

    void requireUseful() throws JMSException {
        String why = whyUseless;
        if (why != null) {
            throw new IllegalStateException(why);
        }
    }

    void disconnect() throws ResourceException {
        PhysicalConnection old;
        lock.lock();
        try {
            old = opened;
            opened = null;
        } finally {
            lock.unlock();
        }
        if (old != null) {
            close(old);
        }
    }

    static void close(PhysicalConnection old) throws ResourceException {
        try {
            old.close();
        } catch (RuntimeException | LinkageError e) {
            throw ConnectionErrors.of("closing a connection of the bus", e);
        }
    }

    // ---- Handles

    @Override
    public ConnectionHandle getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo info)
            throws ResourceException {
        if (!factory.login(subject, info).equals(login)) {
            throw new SecurityException("a connection of " + login + " cannot become another user's");
        }
        ConnectionHandle handle;
        try {
            handle = new ConnectionHandle(this, forHandle());
        } catch (JMSException e) {
            throw ConnectionErrors.of("a connection of the bus could not be opened", e);
        }
        handles.add(handle);
        return handle;
    }

    @Override
    public void associateConnection(Object connection) throws ResourceException {
        if (!(connection instanceof ConnectionHandle handle)) {
            throw new ResourceException("not a connection of this adapter: " + connection);
        }
        try {
            take(handle);
        } catch (JMSException e) {
            throw new ResourceException(e.getMessage(), e);
        }
        handles.add(handle);
    }

    /** What a handle that the server asks for works with: the one connection, as all of them. */
    PhysicalConnection forHandle() throws JMSException {
        return open();
    }

    /** A handle of another managed connection, which has no session. */
    void take(ConnectionHandle handle) throws JMSException {
        handle.requireNoSession();
        handle.moveTo(this, forHandle());
    }

    final Set<ConnectionHandle> handles() {
        return handles;
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
            abandonLocalTransaction();
        } finally {
            disconnect();
        }
    }

    void abandonLocalTransaction() throws ResourceException {
        local.abandon();
    }

    @Override
    public void destroy() throws ResourceException {
        if (whyUseless == null) {
            whyUseless = "the server has destroyed this connection";
        }
        cleanup();
    }

    // ---- Failures

    /** A call of an application has failed: with it the connection, if that is closed. */
    void callFailed(PhysicalConnection used, Exception failure) {
        if (ConnectionErrors.isClosed(failure) && !used.isOpen()) {
            failed(used, failure);
        }
    }

    /** @param dead which of them; what else is open is closed when the server destroys this */
    final void failed(PhysicalConnection dead, Exception failure) {
        lock.lock();
        try {
            // It is closed, and may be of an adapter whose classes are about to go.
            drop(dead);
            if (whyUseless != null) {
                return;
            }
            whyUseless = "the connection was lost, get a new one from the connection factory: " + failure.getMessage();
        } finally {
            lock.unlock();
        }
        ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, failure);
        listeners.forEach(listener -> listener.connectionErrorOccurred(event));
    }

    /** It is of no use any more. */
    void drop(PhysicalConnection dead) {
        if (opened == dead) {
            opened = null;
        }
    }

    boolean isUseless() {
        return whyUseless != null;
    }

    /** Whether the server may give it to somebody. */
    boolean isUseful() {
        PhysicalConnection now = opened;
        return whyUseless == null && (now == null || now.isOpen());
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

    /** Those that work in the branch besides the one that is open. */
    List<XAResource> joined() {
        return List.of();
    }

    @Override
    public StoreResource getXAResource() {
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
            PhysicalConnection now = opened;
            return now == null || whyUseless != null ? null : now.resource();
        }

        @Override
        public List<XAResource> joined() {
            return PeeklockManagedConnection.this.joined();
        }

        @Override
        public XAResource open() throws XAException {
            try {
                return PeeklockManagedConnection.this.open().resource();
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
