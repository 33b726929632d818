/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import io.peeklock.broker.BranchXid;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * Which resources of this adapter work in which branch. A server that knows of one resource manager may end the work of one of them
 * and have that one roll back: GlassFish does, where a bean's delivery and what the bean sends are in one branch. Or none, where the
 * database has failed in between. X/Open wants every work ended before.
 *
 * <p>Thread safe. Its lock is held for moments only, never in a call of a resource.
 */
final class JoinedWork {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<BranchXid, Set<StoreResource>> working = new HashMap<>();

    void begun(Xid xid, StoreResource resource) {
        lock.lock();
        try {
            working.computeIfAbsent(key(xid), none -> new LinkedHashSet<>()).add(resource);
        } finally {
            lock.unlock();
        }
    }

    void ended(Xid xid, StoreResource resource) {
        lock.lock();
        try {
            Set<StoreResource> all = working.get(key(xid));
            if (all != null && all.remove(resource) && all.isEmpty()) {
                working.remove(key(xid));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends as failed all work in the branch, which is about to be rolled back. */
    void endAll(Xid xid) {
        for (StoreResource resource : workingIn(xid)) {
            try {
                resource.endForRollback(xid);
            } catch (XAException hasEnded) {
                // It has ended meanwhile, or the branch has: what comes of it is the rollback's answer.
            }
        }
    }

    /** The branch has ended, or its end was asked for: nobody's work in it is known any more. */
    void over(Xid xid) {
        lock.lock();
        try {
            working.remove(key(xid));
        } finally {
            lock.unlock();
        }
    }

    private List<StoreResource> workingIn(Xid xid) {
        lock.lock();
        try {
            return List.copyOf(working.getOrDefault(key(xid), Set.of()));
        } finally {
            lock.unlock();
        }
    }

    private static BranchXid key(Xid xid) {
        return new BranchXid(xid.getFormatId(), xid.getGlobalTransactionId(), xid.getBranchQualifier());
    }
}
