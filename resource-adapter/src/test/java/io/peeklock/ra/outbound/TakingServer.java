/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.ra.TestServer;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LazyAssociatableConnectionManager;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The connections of a server that takes managed connections back whenever a transaction begins or ends, as Open Liberty does, and has
 * one of them for all handles of a transaction. For one thread.
 */
final class TakingServer implements ConnectionManager, LazyAssociatableConnectionManager {

    private static final long serialVersionUID = 1L;

    private final transient TestServer server;
    private final transient PeeklockManagedConnectionFactory factory;
    private final transient DroppedHandles dropped = new DroppedHandles();
    private final transient List<DissociatableConnection> lent = new ArrayList<>();
    private transient Xid transaction;
    private transient int closedWhileDissociated;

    TakingServer(TestServer server) throws ResourceException {
        this.server = server;
        this.factory = server.managedFactory();
    }

    ConnectionFactoryHandle factory() throws ResourceException {
        return factory.createConnectionFactory(this);
    }

    int closedWhileDissociated() {
        return closedWhileDissociated;
    }

    @Override
    public Object allocateConnection(ManagedConnectionFactory of, ConnectionRequestInfo info) throws ResourceException {
        return managed(info).getConnection(null, info);
    }

    @Override
    public void associateConnection(Object handle, ManagedConnectionFactory of, ConnectionRequestInfo info)
            throws ResourceException {
        managed(info).associateConnection(handle);
    }

    @Override
    public void inactiveConnectionClosed(Object handle, ManagedConnectionFactory of) {
        closedWhileDissociated++;
    }

    private DissociatableConnection managed(ConnectionRequestInfo info) throws ResourceException {
        if (transaction != null && !lent.isEmpty()) {
            return lent.get(0);
        }
        DissociatableConnection next =
                new DissociatableConnection(factory, server.adapter().bus(), factory.login(null, info), dropped);
        lent.add(next);
        if (transaction != null) {
            try {
                next.getXAResource().start(transaction, XAResource.TMNOFLAGS);
            } catch (XAException e) {
                throw new ResourceException(e);
            }
        }
        return next;
    }

    void begin() throws ResourceException {
        takeBack();
        transaction = xid(UUID.randomUUID().toString());
    }

    void commit() throws ResourceException, XAException {
        XAResource resource = lent.get(0).getXAResource();
        resource.end(transaction, XAResource.TMSUCCESS);
        resource.prepare(transaction);
        resource.commit(transaction, false);
        transaction = null;
        takeBack();
    }

    void rollback() throws ResourceException, XAException {
        XAResource resource = lent.get(0).getXAResource();
        resource.end(transaction, XAResource.TMFAIL);
        resource.rollback(transaction);
        transaction = null;
        takeBack();
    }

    void takeBack() throws ResourceException {
        for (DissociatableConnection each : lent) {
            each.dissociateConnections();
            each.cleanup();
        }
        lent.clear();
    }

    static Xid xid(String name) {
        return new OneXid(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Without what is the same in all. */
    private record OneXid(byte[] global) implements Xid {
        @Override
        public int getFormatId() {
            return 4712;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return global;
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
