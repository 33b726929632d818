/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchXid;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * The name of a branch as transaction managers take it.
 *
 * <p>Immutable, thread safe.
 */
record NamedXid(BranchXid branch) implements Xid {

    /**
     * What a transaction manager's Xid names.
     *
     * @throws XAException XAER_INVAL if it names nothing
     */
    static BranchXid branchOf(Xid xid) throws XAException {
        if (xid == null) {
            throw new XaAnswer(XAException.XAER_INVAL, "no Xid was given").exception();
        }
        try {
            return new BranchXid(xid.getFormatId(), xid.getGlobalTransactionId(), xid.getBranchQualifier());
        } catch (IllegalArgumentException e) {
            throw new XaAnswer(XAException.XAER_INVAL, String.valueOf(e.getMessage()), e).exception();
        }
    }

    @Override
    public int getFormatId() {
        return branch.formatId();
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return branch.gtrid();
    }

    @Override
    public byte[] getBranchQualifier() {
        return branch.bqual();
    }

    @Override
    public String toString() {
        return branch.toString();
    }
}
