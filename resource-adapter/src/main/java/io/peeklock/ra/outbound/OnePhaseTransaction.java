/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.nio.ByteBuffer;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of this connection alone that the server begins and ends: a branch of its own that is committed in one phase.
 *
 * <p>For one thread at a time, as the connection.
 */
final class OnePhaseTransaction implements LocalTransaction {

    private final XAResource resource;
    private @Nullable Xid current;

    OnePhaseTransaction(XAResource resource) {
        this.resource = resource;
    }

    @Override
    public void begin() throws ResourceException {
        if (current != null) {
            throw new LocalTransactionException("a local transaction of this connection has begun already");
        }
        Xid xid = new OwnXid(UUID.randomUUID());
        try {
            resource.start(xid, XAResource.TMNOFLAGS);
        } catch (XAException e) {
            throw failed("begin", e);
        }
        current = xid;
    }

    @Override
    public void commit() throws ResourceException {
        Xid xid = ended();
        try {
            resource.end(xid, XAResource.TMSUCCESS);
        } catch (XAException e) {
            // It can only be rolled back, and nobody else will.
            try {
                resource.rollback(xid);
            } catch (XAException notRolledBack) {
                e.addSuppressed(notRolledBack);
            }
            throw failed("commit", e);
        }
        try {
            resource.commit(xid, true);
        } catch (XAException e) {
            throw failed("commit", e);
        }
    }

    @Override
    public void rollback() throws ResourceException {
        Xid xid = ended();
        try {
            resource.end(xid, XAResource.TMSUCCESS);
        } catch (XAException e) {
            // Rolled back already, or to be rolled back: that is said by the next call.
        }
        try {
            resource.rollback(xid);
        } catch (XAException e) {
            boolean isRolledBack = e.errorCode >= XAException.XA_RBBASE && e.errorCode <= XAException.XA_RBEND;
            if (!isRolledBack && e.errorCode != XAException.XAER_NOTA) {
                throw failed("rollback", e);
            }
        }
    }

    /** Rolls back what is open, if anything is. */
    void abandon() throws ResourceException {
        if (current != null) {
            rollback();
        }
    }

    private Xid ended() throws ResourceException {
        Xid xid = current;
        if (xid == null) {
            throw new LocalTransactionException("no local transaction of this connection has begun");
        }
        current = null;
        return xid;
    }

    private static ResourceException failed(String what, XAException e) {
        return new LocalTransactionException("the " + what + " of a local transaction failed: " + e.getMessage(), e);
    }

    /** A name that no transaction manager gives. */
    private record OwnXid(UUID id) implements Xid {

        private static final int FORMAT = 0x504B4C54;

        @Override
        public int getFormatId() {
            return FORMAT;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(16)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits())
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
