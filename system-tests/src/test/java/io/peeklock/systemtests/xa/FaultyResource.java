/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import java.util.Arrays;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A resource with a fault, so that the tests are seen to find it.
 *
 * <p>As the resource behind it.
 */
final class FaultyResource extends DelegatingResource {

    // More than Narayana asks in one scan: twice, and four times more for each branch in its log that is not listed.
    private static final int SHORT_LISTS = 20;

    private final Fault fault;
    private @Nullable Xid owed;
    private int lists;

    FaultyResource(Fault fault, XAResource resource) {
        super(resource);
        this.fault = fault;
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        if (fault == Fault.PREPARES_LATE) {
            owed = xid;
            return XA_OK;
        }
        return super.prepare(xid);
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        if (fault == Fault.COMMITS_LATE) {
            owed = xid;
            return;
        }
        payPrepare();
        super.commit(xid, onePhase);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        payPrepare();
        super.rollback(xid);
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        if (fault == Fault.COMMITS_LATE && owed != null) {
            super.commit(owed, false);
            owed = null;
        }
        super.start(xid, flags);
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        Xid[] all = super.recover(flag);
        if (fault != Fault.LISTS_SHORT || all.length == 0 || lists >= SHORT_LISTS) {
            return all;
        }
        lists++;
        return Arrays.copyOf(all, all.length - 1);
    }

    private void payPrepare() throws XAException {
        if (fault == Fault.PREPARES_LATE && owed != null) {
            super.prepare(owed);
            owed = null;
        }
    }

    /** What a resource may do wrong. */
    enum Fault {
        NONE,
        /** Answers prepare before anything is durable. */
        PREPARES_LATE,
        /** Answers commit before anything is durable. */
        COMMITS_LATE,
        /** Leaves out a branch where it is to list them all, throughout a scan. */
        LISTS_SHORT
    }
}
