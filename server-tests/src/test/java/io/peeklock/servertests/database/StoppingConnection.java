/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.ConnectionEventListener;
import javax.sql.StatementEventListener;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** A connection of {@link StoppingDataSource}. As thread safe as H2's. */
final class StoppingConnection implements XAConnection {

    private final XAConnection h2;
    private final StoppingResource resource;

    StoppingConnection(XAConnection h2) throws SQLException {
        this.h2 = h2;
        this.resource = new StoppingResource(h2.getXAResource());
    }

    @Override
    public XAResource getXAResource() {
        return resource;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return h2.getConnection();
    }

    @Override
    public void close() throws SQLException {
        h2.close();
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        h2.addConnectionEventListener(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
        h2.removeConnectionEventListener(listener);
    }

    @Override
    public void addStatementEventListener(StatementEventListener listener) {
        h2.addStatementEventListener(listener);
    }

    @Override
    public void removeStatementEventListener(StatementEventListener listener) {
        h2.removeStatementEventListener(listener);
    }

    /** Stops where the thread is to stop. */
    private static final class StoppingResource implements XAResource {

        private final XAResource h2;
        private volatile @Nullable Xid own;

        StoppingResource(XAResource h2) {
            this.h2 = h2;
        }

        @Override
        public int prepare(Xid xid) throws XAException {
            int vote = h2.prepare(xid);
            StopPoint.PREPARED.reached();
            return vote;
        }

        @Override
        public void commit(Xid xid, boolean onePhase) throws XAException {
            StopPoint.DECIDED.reached();
            askAgain(xid);
            h2.commit(xid, onePhase);
        }

        @Override
        public void start(Xid xid, int flags) throws XAException {
            own = xid;
            h2.start(xid, flags);
        }

        @Override
        public void end(Xid xid, int flags) throws XAException {
            h2.end(xid, flags);
        }

        @Override
        public void rollback(Xid xid) throws XAException {
            askAgain(xid);
            h2.rollback(xid);
        }

        /** H2 ends but one of the branches that a crash has left, unless it is asked for them again. */
        private void askAgain(Xid xid) throws XAException {
            if (!xid.equals(own)) {
                h2.recover(TMSTARTRSCAN | TMENDRSCAN);
            }
        }

        @Override
        public void forget(Xid xid) throws XAException {
            h2.forget(xid);
        }

        @Override
        public Xid[] recover(int flags) throws XAException {
            return h2.recover(flags);
        }

        @Override
        public boolean isSameRM(XAResource other) throws XAException {
            return h2.isSameRM(other instanceof StoppingResource stopping ? stopping.h2 : other);
        }

        @Override
        public int getTransactionTimeout() throws XAException {
            return h2.getTransactionTimeout();
        }

        @Override
        public boolean setTransactionTimeout(int seconds) throws XAException {
            return h2.setTransactionTimeout(seconds);
        }
    }
}
