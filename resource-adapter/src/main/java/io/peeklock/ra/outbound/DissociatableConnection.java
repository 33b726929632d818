/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.ra.store.Bus;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.DissociatableManagedConnection;
import jakarta.resource.spi.LazyAssociatableConnectionManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * A managed connection for a server that takes it back whenever a transaction begins or ends: each handle has a connection of the bus
 * of its own, keeps it with session, consumers and producers when it is dissociated, and brings it to the managed connection that it
 * is associated with at its next use (Jakarta Connectors 2.1, lazy connection association optimization).
 *
 * <p>Handles come and go on one thread at a time, that of the transaction; the rest is thread safe.
 *
 * <p>For Open Liberty alone, which has no other way to keep a handle through the begin of a transaction. Others enlist a handle's
 * managed connection where it is; WildFly would use this to lend more handles than its pool may have.
 */
final class DissociatableConnection extends PeeklockManagedConnection implements DissociatableManagedConnection {

    private static final String OPEN_LIBERTY = "com.ibm.ejs.j2c.";

    /** Those that handles have brought while there was one. */
    private final List<PhysicalConnection> further = new CopyOnWriteArrayList<>();

    private final DroppedHandles dropped;

    DissociatableConnection(PeeklockManagedConnectionFactory factory, Bus bus, Login login, DroppedHandles dropped) {
        super(factory, bus, login);
        this.dropped = dropped;
        dropped.closeAll();
    }

    /** Whether it is the server that needs it. */
    static boolean isForServerOf(ConnectionManager connections) {
        return connections instanceof LazyAssociatableConnectionManager
                && connections.getClass().getName().startsWith(OPEN_LIBERTY);
    }

    // ---- Handles

    /** One that no handle has; sessions are for one handle, which may take them along. */
    @Override
    PhysicalConnection forHandle() throws JMSException {
        PhysicalConnection first = open();
        if (!isUsed(first)) {
            return first;
        }
        for (PhysicalConnection each : further) {
            if (!isUsed(each)) {
                return each;
            }
        }
        PhysicalConnection next = connect();
        boolean done = false;
        try {
            add(next);
            done = true;
        } finally {
            if (!done) {
                next.close();
            }
        }
        return next;
    }

    private boolean isUsed(PhysicalConnection connection) {
        return handles().stream().anyMatch(handle -> handle.physical() == connection);
    }

    private void add(PhysicalConnection next) throws JMSException {
        try {
            getXAResource().join(next.resource());
        } catch (XAException e) {
            JMSException failure =
                    new JMSException("the connection cannot join the transaction of the server: " + e.getMessage());
            failure.initCause(e);
            failure.setLinkedException(e);
            throw failure;
        }
        further.add(next);
    }

    @Override
    void take(ConnectionHandle handle) throws JMSException {
        PhysicalConnection theirs = handle.physical();
        if (!handle.isDissociated()) {
            super.take(handle);
            return;
        }
        requireUseful();
        if (opened() == null) {
            replace(theirs);
        } else {
            add(theirs);
        }
        theirs.tell(this::failed);
        DroppedHandles.Watch watch = handle.associated(this);
        if (watch == null) {
            // It is closed, and with it its connection.
            drop(theirs);
            throw new IllegalStateException("the connection is closed");
        }
        watch.end();
    }

    /**
     * Each handle goes with its connection of the bus. What has no handle any more is closed by {@link #cleanup()}, which also ends the
     * handles of connections that were lost.
     */
    @Override
    public void dissociateConnections() throws ResourceException {
        if (isUseless()) {
            return;
        }
        abandonLocalTransaction();
        for (ConnectionHandle handle : handles()) {
            PhysicalConnection theirs = handle.physical();
            DroppedHandles.Watch watch = dropped.watch(handle, theirs);
            if (handle.dissociate(watch)) {
                theirs.tell(null);
                if (!further.remove(theirs)) {
                    replace(null);
                }
            } else {
                watch.end();
            }
        }
        handles().clear();
        dropped.closeAll();
    }

    /** All of it, whatever becomes of one. */
    @Override
    void disconnect() throws ResourceException {
        List<PhysicalConnection> rest = new ArrayList<>(further);
        further.removeAll(rest);
        ResourceException failure = null;
        for (PhysicalConnection each : rest) {
            try {
                close(each);
            } catch (ResourceException e) {
                failure = firstOf(failure, e);
            }
        }
        try {
            super.disconnect();
        } catch (ResourceException e) {
            failure = firstOf(failure, e);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static ResourceException firstOf(@Nullable ResourceException first, ResourceException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    @Override
    void drop(PhysicalConnection dead) {
        further.remove(dead);
        super.drop(dead);
    }

    // ---- Transactions

    @Override
    List<XAResource> joined() {
        return further.stream().map(PhysicalConnection::resource).toList();
    }
}
