/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * What a server enlists of a session, in and outside of this class loader: the session's own resource, which is asked for when it is
 * needed, and for the recovery of transactions one that needs no session.
 *
 * <p>As thread safe as what it is made of.
 */
public final class StoreResource implements XAResource, Supplier<XAResource> {

    /** Where the resources are that do it. */
    public interface Source {

        /** The open session's; null if none is open. */
        @Nullable
        XAResource current();

        /** The session's, which is opened if it is not; XAER_RMFAIL if it cannot be. */
        XAResource open() throws XAException;

        /** Those of further sessions, which work in the same branches. */
        default List<XAResource> joined() {
            return List.of();
        }

        /** That of {@link Bus#recoveryResource}; XAER_RMFAIL if there is none any more. */
        XAResource recovery() throws XAException;
    }

    private static final JoinedWork JOINED = new JoinedWork();

    private final Source source;

    /** The branch in which there is work; null if there is none. */
    private volatile @Nullable Xid working;

    /** The branch whose work has been ended last, and not begun again; null if there is none. */
    private volatile @Nullable Xid ended;

    /** The branch in which another has ended this work, when it rolled back; null if this has begun other work since. */
    private volatile @Nullable Xid rolledBack;

    public StoreResource(Source source) {
        this.source = source;
    }

    /** XAER_RMFAIL: to be asked again. */
    public static XAException unavailable(String why, @Nullable Throwable cause) {
        XAException exception = new XAException("XAER_RMFAIL: " + why);
        exception.errorCode = XAException.XAER_RMFAIL;
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    // ---- Work

    @Override
    public void start(Xid xid, int flags) throws XAException {
        ended = null;
        rolledBack = null;
        source.open().start(xid, flags);
        for (XAResource each : source.joined()) {
            each.start(xid, flags == TMRESUME ? TMRESUME : TMJOIN);
        }
        working = xid;
        JOINED.begun(xid, this);
    }

    /** Has a further session work in the branch in which there is work, if there is any. */
    public void join(XAResource further) throws XAException {
        Xid xid = working;
        if (xid != null) {
            further.start(xid, TMJOIN);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A second time is allowed and does nothing: WildFly ends the work of a connection that has joined a bean's branch, and Narayana
     * ends it once more, and warns (ARJUNA016129) if that is refused. So is an end behind the rollback of another resource that works in
     * the branch, as GlassFish makes it.
     */
    @Override
    public void end(Xid xid, int flags) throws XAException {
        if ((flags == TMSUCCESS && isSame(xid, ended)) || isSame(xid, rolledBack)) {
            return;
        }
        working = null;
        try {
            endAll(xid, flags);
        } finally {
            JOINED.ended(xid, this);
        }
        ended = flags == TMSUCCESS ? xid : null;
    }

    private void endAll(Xid xid, int flags) throws XAException {
        XAException failure = null;
        for (XAResource each : source.joined()) {
            try {
                each.end(xid, flags);
            } catch (XAException e) {
                failure = e;
            }
        }
        source.open().end(xid, flags);
        if (failure != null) {
            throw failure;
        }
    }

    /** The branch is about to be rolled back, by this or another resource that works in it. */
    void endForRollback(Xid xid) throws XAException {
        end(xid, TMFAIL);
        rolledBack = xid;
    }

    private static boolean isSame(Xid one, @Nullable Xid other) {
        return other != null
                && one.getFormatId() == other.getFormatId()
                && Arrays.equals(one.getGlobalTransactionId(), other.getGlobalTransactionId())
                && Arrays.equals(one.getBranchQualifier(), other.getBranchQualifier());
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return source.open().prepare(xid);
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return source.open().setTransactionTimeout(seconds);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        XAResource current = source.current();
        return current == null ? 0 : current.getTransactionTimeout();
    }

    // ---- The second phase, and recovery

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        try {
            currentOrRecovery().commit(xid, onePhase);
        } finally {
            JOINED.over(xid);
        }
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        JOINED.endAll(xid);
        try {
            currentOrRecovery().rollback(xid);
        } finally {
            JOINED.over(xid);
        }
    }

    @Override
    public void forget(Xid xid) throws XAException {
        currentOrRecovery().forget(xid);
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        return source.recovery().recover(flags);
    }

    private XAResource currentOrRecovery() throws XAException {
        XAResource current = source.current();
        return current == null ? source.recovery() : current;
    }

    // ---- Who it is

    /** Whether they are of one store, opened by one adapter, and of the same user, so that one can join the other's branches. */
    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        if (other == this) {
            return true;
        }
        XAResource theirs = inside(other);
        XAResource ours = source.open();
        return ours.isSameRM(theirs) || theirs.isSameRM(ours);
    }

    /** What one of these has inside, also one of another class loader; others themselves. */
    private static XAResource inside(XAResource other) {
        boolean isOne = other.getClass().getName().equals(StoreResource.class.getName());
        return isOne && other instanceof Supplier<?> one && one.get() instanceof XAResource inside ? inside : other;
    }

    /** The session's own, for one of another class loader; itself if the session cannot be opened. */
    @Override
    public XAResource get() {
        try {
            return source.open();
        } catch (XAException e) {
            return this;
        }
    }

    @Override
    public String toString() {
        return "XAResource of " + source;
    }
}
