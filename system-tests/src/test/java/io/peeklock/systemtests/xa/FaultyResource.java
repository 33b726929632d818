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

    private static @Nullable FaultyResource firstThatWasAsked;

    private final Fault fault;
    private @Nullable Xid owed;

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
        return fault == Fault.LISTS_SHORT && all.length > 0 && isFirstThatWasAsked(this)
                ? Arrays.copyOf(all, all.length - 1)
                : all;
    }

    private static synchronized boolean isFirstThatWasAsked(FaultyResource resource) {
        if (firstThatWasAsked == null) {
            firstThatWasAsked = resource;
        }
        return resource == firstThatWasAsked;
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
        /** Leaves out a branch where it is to list them all, until the store is opened again. */
        LISTS_SHORT
    }
}
