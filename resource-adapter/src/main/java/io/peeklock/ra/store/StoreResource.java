/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import java.lang.reflect.InvocationTargetException;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server enlists of a session, in and outside of this class loader: the session's own resource, which is asked for when it is
 * needed, and for the recovery of transactions one that needs no session.
 *
 * <p>As thread safe as what it is made of.
 */
public final class StoreResource implements XAResource, Supplier<Map.Entry<String, @Nullable XAResource>> {

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

        /** That of {@link Bus#resourceManager}; XAER_RMFAIL if nobody knows. */
        String resourceManager() throws XAException;

        /** That of {@link Bus#recoveryResource}; XAER_RMFAIL if there is none any more. */
        XAResource recovery() throws XAException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(StoreResource.class);

    /** Of adapters of other versions; it has been said of each. */
    private static final Set<Class<?>> WITHOUT_END_ALL =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final Source source;

    /** The branch in which there is work; null if there is none. */
    private volatile @Nullable Xid working;

    /** The branch whose work has been ended last, and not begun again; null if there is none. */
    private volatile @Nullable Xid ended;

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
        List<XAResource> started = new ArrayList<>();
        boolean done = false;
        try {
            XAResource first = source.open();
            first.start(xid, flags);
            started.add(first);
            for (XAResource each : source.joined()) {
                each.start(xid, flags == TMRESUME ? TMRESUME : TMJOIN);
                started.add(each);
            }
            done = true;
        } finally {
            if (!done) {
                undo(xid, flags, started);
            }
        }
        working = xid;
    }

    /** A transaction manager ends nothing whose start has failed, and nobody else knows the branch. */
    private static void undo(Xid xid, int flags, List<XAResource> started) {
        for (XAResource each : started) {
            try {
                each.end(xid, flags == TMJOIN ? TMSUCCESS : TMFAIL);
            } catch (XAException e) {
                // To be rolled back, which it is.
                LOG.debug("{} has ended the work of a start that failed", each, e);
            }
        }
        if (flags == TMNOFLAGS && !started.isEmpty()) {
            try {
                started.get(0).rollback(xid);
            } catch (XAException e) {
                LOG.debug("The branch of a start that failed is not rolled back", e);
            }
        }
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
     * ends it once more, and warns (ARJUNA016129) if that is refused.
     */
    @Override
    public void end(Xid xid, int flags) throws XAException {
        if (flags == TMSUCCESS && isSame(xid, ended)) {
            return;
        }
        working = null;
        endJoined(xid, flags);
        ended = flags == TMSUCCESS ? xid : null;
    }

    /** All of it, whatever becomes of one. */
    private void endJoined(Xid xid, int flags) throws XAException {
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
        currentOrRecovery().commit(xid, onePhase);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Ends before whatever work is under way in the branch, through whichever connection or adapter. A server that knows of one
     * resource manager may end the work of one resource and have that one roll back: GlassFish does, where a bean's delivery and what
     * the bean sends are in one branch. Or of none, where the database has failed in between.
     */
    @Override
    public void rollback(Xid xid) throws XAException {
        XAResource store = currentOrRecovery();
        endAll(store, xid);
        store.rollback(xid);
    }

    /** By reflection: it may be of another class loader. What comes of a failure is the rollback's answer. */
    private static void endAll(XAResource store, Xid xid) {
        try {
            store.getClass().getMethod("endAll", Xid.class).invoke(store, xid);
        } catch (InvocationTargetException e) {
            LOG.debug("{} cannot end all work in a branch", store, e);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            if (WITHOUT_END_ALL.add(store.getClass())) {
                LOG.warn(
                        "The adapter that has the store open is of another version of Peeklock: it cannot end all work in a"
                                + " branch ({}). The rollback of a transaction in which beans and connections work together"
                                + " may be refused with XAER_PROTO, on GlassFish and Payara at least. Deploy the same"
                                + " version of the adapter everywhere.",
                        e.toString());
            }
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

    /**
     * Whether they are of one store and of the same user, so that one can join the other's branches. No session is opened for that:
     * transaction managers compare in a scan of recovery too.
     */
    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        if (other == this) {
            return true;
        }
        Map.Entry<?, ?> theirs = inside(other);
        if (theirs == null) {
            XAResource ours = currentOrRecovery();
            return ours.isSameRM(other) || other.isSameRM(ours);
        }
        XAResource ours = source.current();
        return ours != null && theirs.getValue() instanceof XAResource open
                ? ours.isSameRM(open) || open.isSameRM(ours)
                : source.resourceManager().equals(theirs.getKey());
    }

    /** What one of these says of itself, also one of another class loader; null for others. */
    private static Map.@Nullable Entry<?, ?> inside(XAResource other) {
        boolean isOne = other.getClass().getName().equals(StoreResource.class.getName());
        return isOne && other instanceof Supplier<?> one && one.get() instanceof Map.Entry<?, ?> entry ? entry : null;
    }

    /** For one of another class loader: the resource manager's name, and the open session's own, or null. */
    @Override
    public Map.Entry<String, @Nullable XAResource> get() {
        String name;
        try {
            name = source.resourceManager();
        } catch (XAException e) {
            LOG.debug("{} does not know what it is of", this, e);
            name = toString();
        }
        return new AbstractMap.SimpleImmutableEntry<>(name, source.current());
    }

    @Override
    public String toString() {
        return "XAResource of " + source;
    }
}
