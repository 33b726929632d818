/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * A resource that says which of its calls come and, of those that change something, when they are done: {@code prepare.before},
 * {@code prepare.after}.
 *
 * <p>As thread safe as what is in it.
 */
final class ObservedResource implements XAResource {

    private final XAResource resource;
    private final Consumer<String> calls;

    ObservedResource(XAResource resource, Consumer<String> calls) {
        this.resource = resource;
        this.calls = calls;
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        calls.accept("start");
        resource.start(xid, flags);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        calls.accept("end");
        resource.end(xid, flags);
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        calls.accept("prepare.before");
        int vote = resource.prepare(xid);
        calls.accept("prepare.after");
        return vote;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        String call = onePhase ? "commit1" : "commit";
        calls.accept(call + ".before");
        resource.commit(xid, onePhase);
        calls.accept(call + ".after");
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        calls.accept("rollback.before");
        resource.rollback(xid);
        calls.accept("rollback.after");
    }

    @Override
    public void forget(Xid xid) throws XAException {
        calls.accept("forget");
        resource.forget(xid);
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        return resource.recover(flags);
    }

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return resource.isSameRM(other instanceof ObservedResource observed ? observed.resource : other);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return resource.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return resource.setTransactionTimeout(seconds);
    }
}
