/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import io.peeklock.ra.outbound.ConnectionFactoryHandle;
import io.peeklock.ra.outbound.PeeklockManagedConnectionFactory;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.XATerminator;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * What a server does with an adapter's connections: pools them, enlists them in the one transaction that is current, and gives them
 * back when it has ended. For one thread.
 */
public final class TestServer implements ConnectionManager, BootstrapContext, ConnectionEventListener, AutoCloseable {

    private static final long serialVersionUID = 1L;
    private static final AtomicInteger XIDS = new AtomicInteger();

    private final transient PeeklockResourceAdapter adapter = new PeeklockResourceAdapter();
    private final transient Set<ManagedConnection> idle = new HashSet<>();
    private final transient Set<ManagedConnection> used = new HashSet<>();
    private final transient List<XAResource> enlisted = new ArrayList<>();
    private final transient Set<ManagedConnection> heldToTheEnd = new HashSet<>();
    private final transient ExecutorService threads = Executors.newCachedThreadPool();
    private transient Xid transaction;
    private transient int made;
    private transient int destroyed;

    /** An adapter that is started. */
    public static TestServer start(String url) throws ResourceException {
        TestServer server = new TestServer();
        server.adapter.setUrl(url);
        server.adapter.start(server);
        return server;
    }

    public PeeklockResourceAdapter adapter() {
        return adapter;
    }

    /** A connection factory as applications look it up. */
    public ConnectionFactoryHandle factory() throws ResourceException {
        return managedFactory().createConnectionFactory(this);
    }

    public PeeklockManagedConnectionFactory managedFactory() throws ResourceException {
        PeeklockManagedConnectionFactory factory = new PeeklockManagedConnectionFactory();
        factory.setResourceAdapter(adapter);
        return factory;
    }

    public int idle() {
        return idle.size();
    }

    public int made() {
        return made;
    }

    public int destroyed() {
        return destroyed;
    }

    // ---- Connections

    @Override
    public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo info)
            throws ResourceException {
        Set<ManagedConnection> candidates = transaction == null ? idle : heldToTheEnd;
        ManagedConnection found = factory.matchManagedConnections(candidates, null, info);
        if (found == null && transaction != null) {
            found = factory.matchManagedConnections(idle, null, info);
        }
        if (found == null) {
            found = factory.createManagedConnection(null, info);
            found.addConnectionEventListener(this);
            made++;
        }
        idle.remove(found);
        used.add(found);
        if (transaction != null && heldToTheEnd.add(found)) {
            enlist(found.getXAResource());
        }
        return found.getConnection(null, info);
    }

    /** Puts a resource into the transaction, in a branch of its own or in that of another one of the same store. */
    public void enlist(XAResource resource) throws ResourceException {
        try {
            for (XAResource other : enlisted) {
                if (other.isSameRM(resource)) {
                    resource.start(transaction, XAResource.TMJOIN);
                    resource.end(transaction, XAResource.TMSUCCESS);
                    resource.start(transaction, XAResource.TMJOIN);
                    return;
                }
            }
            resource.start(transaction, XAResource.TMNOFLAGS);
            enlisted.add(resource);
        } catch (XAException e) {
            throw new ResourceException("enlisting failed", e);
        }
    }

    @Override
    public void connectionClosed(ConnectionEvent event) {
        ManagedConnection connection = (ManagedConnection) event.getSource();
        if (transaction == null) {
            giveBack(connection);
        }
    }

    private void giveBack(ManagedConnection connection) {
        try {
            connection.cleanup();
            used.remove(connection);
            idle.add(connection);
        } catch (ResourceException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
        ManagedConnection connection = (ManagedConnection) event.getSource();
        idle.remove(connection);
        used.remove(connection);
        destroyed++;
        try {
            connection.destroy();
        } catch (ResourceException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes back whatever applications have left open. */
    public void takeBack() {
        new ArrayList<>(used).forEach(this::giveBack);
    }

    // ---- Transactions

    public Xid begin() {
        transaction = new TestXid(XIDS.incrementAndGet());
        return transaction;
    }

    public void commit() throws XAException {
        prepare();
        for (XAResource resource : enlisted) {
            resource.commit(transaction, false);
        }
        ended();
    }

    /** Ends the first phase; the server may be gone then. */
    public void prepare() throws XAException {
        for (XAResource resource : enlisted) {
            resource.end(transaction, XAResource.TMSUCCESS);
            resource.prepare(transaction);
        }
    }

    public void rollback() throws XAException {
        for (XAResource resource : enlisted) {
            resource.end(transaction, XAResource.TMFAIL);
            resource.rollback(transaction);
        }
        ended();
    }

    /** Others have ended the transaction. */
    public void ended() {
        transaction = null;
        enlisted.clear();
        heldToTheEnd.forEach(this::giveBack);
        heldToTheEnd.clear();
    }

    private record TestXid(int number) implements Xid {
        @Override
        public int getFormatId() {
            return 4711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(4).putInt(number).array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    // ---- The end

    @Override
    public void close() {
        for (ManagedConnection each : idle) {
            try {
                each.destroy();
            } catch (ResourceException e) {
                throw new AssertionError(e);
            }
        }
        idle.clear();
        adapter.stop();
        threads.shutdown();
    }

    // ---- Threads for beans

    /** Of its methods the one that adapters use. */
    @Override
    public WorkManager getWorkManager() {
        return (WorkManager) Proxy.newProxyInstance(
                TestServer.class.getClassLoader(), new Class<?>[] {WorkManager.class}, (proxy, method, arguments) -> {
                    assert method.getName().equals("scheduleWork") : method;
                    threads.execute((Work) arguments[0]);
                    return null;
                });
    }

    // ---- Not needed

    @Override
    public XATerminator getXATerminator() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer createTimer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isContextSupported(Class<? extends WorkContext> type) {
        return false;
    }

    @Override
    public TransactionSynchronizationRegistry getTransactionSynchronizationRegistry() {
        return null;
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {}

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {}

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {}
}
