/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jboss.tm.XAResourceWrapper;

/**
 * A resource with a {@linkplain Stops stop} before and after each call that changes something, and with the name of its store
 * for the transaction manager's log.
 *
 * <p>As the resource behind it.
 */
final class StoppingResource extends DelegatingResource implements XAResourceWrapper {

    private final Role role;
    private final String storeName;
    private volatile boolean refusing;

    StoppingResource(Role role, String storeName, XAResource resource) {
        super(resource);
        this.role = role;
        this.storeName = storeName;
    }

    /** The next prepare is answered with a rollback. */
    void refuseOnce() {
        refusing = true;
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        at("start.before");
        super.start(xid, flags);
        at("start.after");
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        at("end.before");
        super.end(xid, flags);
        at("end.after");
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        if (refusing) {
            refusing = false;
            super.rollback(xid);
            throw new XAException(XAException.XA_RBROLLBACK);
        }
        at("prepare.before");
        int vote = super.prepare(xid);
        at("prepare.after");
        return vote;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        at("commit.before");
        super.commit(xid, onePhase);
        at("commit.after");
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        at("rollback.before");
        super.rollback(xid);
        at("rollback.after");
    }

    private void at(String call) {
        Stops.at(role + "." + call);
    }

    @Override
    public XAResource getResource() {
        return innermost(this);
    }

    @Override
    public String getProductName() {
        return "kill tests";
    }

    @Override
    public String getProductVersion() {
        return "1";
    }

    @Override
    public String getJndiName() {
        return storeName;
    }
}
