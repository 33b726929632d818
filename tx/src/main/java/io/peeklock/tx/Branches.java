/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The branches that have not ended, by name, and what those of one global transaction share.
 *
 * <p>Thread safe.
 */
final class Branches {

    /** The pin of a global transaction, and how many branches it has. */
    private static final class Global {
        private final PartitionPin pin;
        private int branches;

        Global(PartitionPin pin) {
            this.pin = pin;
        }
    }

    private final Namespace namespace;
    private final Runnable onIdle;
    private final AtomicInteger nextPartition = new AtomicInteger();
    private final ManagersSeen managers = new ManagersSeen();

    private final Map<BranchXid, Branch> live = new HashMap<>();
    private final Map<BranchXid, Global> globals = new HashMap<>();
    /** Those that recovery has found, which an earlier process has prepared. */
    private final Set<BranchXid> inherited = new HashSet<>();

    Branches(Namespace namespace, Runnable onIdle) {
        this.namespace = namespace;
        this.onIdle = onIdle;
    }

    synchronized boolean isIdle() {
        return live.isEmpty();
    }

    /** Round robin, for work that may go anywhere. */
    int nextPartition() {
        return Math.floorMod(nextPartition.getAndIncrement(), namespace.partitions());
    }

    /**
     * Begins a branch.
     *
     * @param made makes it, with what it shares with the others of its global transaction
     * @return null if there is one of the name
     */
    @Nullable
    Branch begin(BranchXid xid, TransactionSettings settings, Function<PartitionPin, Branch> made) {
        managers.started(xid);
        synchronized (this) {
            if (live.containsKey(xid) || inherited.contains(xid)) {
                return null;
            }
            Global global = globals.computeIfAbsent(globalOf(xid), g -> new Global(new PartitionPin(settings)));
            global.branches++;
            Branch branch = made.apply(global.pin);
            live.put(xid, branch);
            return branch;
        }
    }

    private static BranchXid globalOf(BranchXid xid) {
        return new BranchXid(xid.formatId(), xid.gtrid(), new byte[0]);
    }

    synchronized @Nullable Branch find(BranchXid xid) {
        return live.get(xid);
    }

    /** It is no more. */
    void ended(BranchXid xid) {
        boolean idle;
        synchronized (this) {
            if (live.remove(xid) == null) {
                return;
            }
            BranchXid name = globalOf(xid);
            Global global = globals.get(name);
            if (global != null && --global.branches == 0) {
                globals.remove(name);
            }
            idle = live.isEmpty();
        }
        if (idle) {
            onIdle.run();
        }
    }

    synchronized boolean isInherited(BranchXid xid) {
        return inherited.contains(xid);
    }

    /** Recovery has found these. */
    synchronized void found(Set<BranchXid> prepared) {
        inherited.clear();
        inherited.addAll(prepared);
        inherited.removeAll(live.keySet());
    }

    /** One that recovery had found has ended. */
    synchronized void forget(BranchXid xid) {
        inherited.remove(xid);
    }
}
