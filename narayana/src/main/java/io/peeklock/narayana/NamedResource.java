/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.util.Objects;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jboss.tm.XAResourceWrapper;

/**
 * An {@link XAResource} with the name under which Narayana logs and recovers it. Only with a name an entry of the log is
 * removed whose branch was committed just before the process ended.
 *
 * <p>As thread safe as the resource in it.
 *
 * <p>What sessions of Peeklock give has a name of its own; a database's has none, and is enlisted as {@code
 * NamedResource.of("orders-db", connection.getXAResource())}, with the name that {@link PeeklockTransactions.Builder#recovering(String,
 * javax.sql.XADataSource)} was given. Two of the same resource are equal.
 */
public final class NamedResource implements XAResourceWrapper {

    /** Hears what scans for branches in doubt find, on the thread that scans. */
    interface Scans {

        /** For those that nobody listens to. */
        Scans UNTOLD = new Scans() {
            @Override
            public void listed(Xid[] branches) {}

            @Override
            public void failed(XAException failure) {}
        };

        /** The list, which may be empty. */
        void listed(Xid[] branches);

        /** It could not be had. */
        void failed(XAException failure);
    }

    private final String name;
    private final String product;
    private final XAResource resource;
    private final Scans scans;

    private NamedResource(String name, String product, XAResource resource, Scans scans) {
        this.name = name;
        this.product = product;
        this.resource = resource;
        this.scans = scans;
    }

    /**
     * Gives a resource its name.
     *
     * @param name the same after each restart, and of this database alone
     */
    public static NamedResource of(String name, XAResource resource) {
        return of(name, name, resource);
    }

    static NamedResource of(String name, String product, XAResource resource) {
        return new NamedResource(name, product, Objects.requireNonNull(resource, "resource"), Scans.UNTOLD);
    }

    /** The same, whose scans are told. */
    NamedResource tellingScans(Scans listener) {
        return new NamedResource(name, product, resource, listener);
    }

    @Override
    public String getJndiName() {
        return name;
    }

    @Override
    public String getProductName() {
        return product;
    }

    /** None that anybody has use for. */
    @Override
    public String getProductVersion() {
        return "";
    }

    @Override
    public XAResource getResource() {
        return resource;
    }

    /** Of what is in the wrappings: Narayana compares resources of all kinds. */
    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return resource.isSameRM(other instanceof XAResourceWrapper wrapper ? wrapper.getResource() : other);
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        resource.start(xid, flags);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        resource.end(xid, flags);
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return resource.prepare(xid);
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        resource.commit(xid, onePhase);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        resource.rollback(xid);
    }

    @Override
    public void forget(Xid xid) throws XAException {
        resource.forget(xid);
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        try {
            Xid[] listed = resource.recover(flag);
            scans.listed(listed);
            return listed;
        } catch (XAException e) {
            scans.failed(e);
            throw e;
        }
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return resource.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return resource.setTransactionTimeout(seconds);
    }

    // The same resource again is to be found as such: Narayana keeps what is enlisted by equals.
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
        return other instanceof NamedResource named && named.resource == resource && named.name.equals(name);
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(resource);
    }

    @Override
    public String toString() {
        return product + " (" + name + ")";
    }
}
