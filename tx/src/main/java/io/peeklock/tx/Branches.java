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
    /** Those of them whose work is not over; the others wait for their transaction manager to hear that they were rolled back. */
    private final Set<BranchXid> busy = new HashSet<>();

    private final Map<BranchXid, Global> globals = new HashMap<>();
    /** Those that an earlier process has prepared, as recovery has found them, and those that an administrator has ended. */
    private final Set<BranchXid> remembered = new HashSet<>();
    /** How many scans of recovery are under way, and what has ended meanwhile, which they may have seen still. */
    private int looks;

    private final Set<BranchXid> goneMeanwhile = new HashSet<>();

    Branches(Namespace namespace, Runnable onIdle) {
        this.namespace = namespace;
        this.onIdle = onIdle;
    }

    synchronized boolean isIdle() {
        return busy.isEmpty();
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
            if (live.containsKey(xid) || remembered.contains(xid)) {
                return null;
            }
            Global global = globals.computeIfAbsent(globalOf(xid), g -> new Global(new PartitionPin(settings)));
            global.branches++;
            Branch branch = made.apply(global.pin.within(settings));
            live.put(xid, branch);
            busy.add(xid);
            return branch;
        }
    }

    private static BranchXid globalOf(BranchXid xid) {
        return new BranchXid(xid.formatId(), xid.gtrid(), new byte[0]);
    }

    synchronized @Nullable Branch find(BranchXid xid) {
        return live.get(xid);
    }

    /** Its work was rolled back; it is to be ended still. */
    void isOver(BranchXid xid) {
        boolean idle;
        synchronized (this) {
            idle = busy.remove(xid) && busy.isEmpty();
        }
        tell(idle);
    }

    private void tell(boolean idle) {
        if (idle) {
            onIdle.run();
        }
    }

    /** It is no more, unless the namespace remembers until it is forgotten that an administrator has ended it. */
    void ended(BranchXid xid, boolean isHeuristic) {
        boolean idle;
        synchronized (this) {
            if (live.remove(xid) == null) {
                return;
            }
            if (isHeuristic) {
                remembered.add(xid);
            } else {
                gone(xid);
            }
            BranchXid name = globalOf(xid);
            Global global = globals.get(name);
            if (global != null && --global.branches == 0) {
                globals.remove(name);
            }
            idle = busy.remove(xid) && busy.isEmpty();
        }
        tell(idle);
    }

    synchronized boolean isRemembered(BranchXid xid) {
        return remembered.contains(xid);
    }

    /** Recovery begins to look; {@link #found} or {@link #foundNone} follows. */
    synchronized void look() {
        looks++;
    }

    /** Recovery has found these. */
    synchronized void found(Set<BranchXid> prepared) {
        remembered.clear();
        remembered.addAll(prepared);
        remembered.removeAll(live.keySet());
        remembered.removeAll(goneMeanwhile);
        foundNone();
    }

    /** Recovery could not look everywhere. */
    synchronized void foundNone() {
        looks--;
        if (looks == 0) {
            goneMeanwhile.clear();
        }
    }

    /** One of these has ended. */
    synchronized void forget(BranchXid xid) {
        remembered.remove(xid);
        gone(xid);
    }

    private void gone(BranchXid xid) {
        if (looks > 0) {
            goneMeanwhile.add(xid);
        }
    }
}
