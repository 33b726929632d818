/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * What takes part in a transaction beside the bus, and says what the test wants when it is to prepare.
 *
 * <p>For one thread.
 */
final class OtherResource implements XAResource {

    /** Its vote. */
    interface Vote {
        int give() throws XAException;
    }

    private final Vote vote;

    OtherResource(Vote vote) {
        this.vote = vote;
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return vote.give();
    }

    @Override
    public void start(Xid xid, int flags) {}

    @Override
    public void end(Xid xid, int flags) {}

    @Override
    public void commit(Xid xid, boolean onePhase) {}

    @Override
    public void rollback(Xid xid) {}

    @Override
    public void forget(Xid xid) {}

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public Xid[] recover(int flags) {
        return new Xid[0];
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
