/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.PartInfo;
import io.peeklock.broker.partition.PreparedPart;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where each branch is decided, by its name: those that were prepared in this process, and those that partitions have brought
 * from before. As many as are prepared, and those of which nobody knows yet whether they are.
 *
 * <p>Thread safe.
 */
final class KnownBranches implements BranchOwners {
    private final PartitionSet partitions;
    private final Map<BranchXid, Branch> byXid = new ConcurrentHashMap<>();
    /** Of each partition, once: what comes to it later comes through here. */
    private final AtomicReferenceArray<@Nullable CompletableFuture<Void>> looks;

    private volatile boolean complete;

    KnownBranches(PartitionSet partitions) {
        this.partitions = partitions;
        this.looks = new AtomicReferenceArray<>(partitions.count());
    }

    /** Null if it is not there. */
    @Nullable
    Branch find(BranchXid xid) {
        return byXid.get(xid);
    }

    /** Gives it a name, or false if another one has that. */
    boolean add(BranchXid xid, Branch branch) {
        return byXid.putIfAbsent(xid, branch) == null;
    }

    void remove(BranchXid xid, Branch branch) {
        byXid.remove(xid, branch);
    }

    @Override
    public void preparedBy(BranchXid xid, Bearer user) {
        Branch branch = byXid.get(xid);
        if (branch != null) {
            branch.owner(user);
        }
    }

    @Override
    public boolean isPreparedBy(BranchXid xid, Bearer user) {
        Branch branch = byXid.get(xid);
        Bearer owner = branch == null ? null : branch.owner();
        return owner != null && owner.isSameUser(user);
    }

    /** Looks for what partitions have from before; completes, without fail, when each was looked at or is out. */
    CompletableFuture<Void> look() {
        if (complete) {
            return CompletableFuture.completedFuture(null);
        }
        List<CompletableFuture<Void>> all =
                IntStream.range(0, looks.length()).mapToObj(this::look).toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).handle((done, failure) -> {
            complete |= failure == null;
            return null;
        });
    }

    /** Looks for what one partition has from before; fails if it is out. */
    CompletableFuture<Void> look(int partition) {
        CompletableFuture<Void> before = looks.get(partition);
        if (before != null && !before.isCompletedExceptionally()) {
            return before;
        }
        CompletableFuture<Void> look = new CompletableFuture<>();
        if (!looks.compareAndSet(partition, before, look)) {
            return look(partition);
        }
        partitions.get(partition).parts().whenComplete((parts, failure) -> {
            if (failure != null) {
                look.completeExceptionally(failure);
            } else if (parts.stream().allMatch(part -> found(partition, part))) {
                look.complete(null);
            } else {
                look.completeExceptionally(new BrokerException(
                        ErrorCode.PartitionUnavailable,
                        "partition " + partition
                                + " has a prepared branch of the name that another one got meanwhile"));
            }
        });
        return look;
    }

    /** Returns false if another one got its name while this partition was out; then it is looked at again later. */
    private boolean found(int partition, PartInfo info) {
        PreparedPart part = info.part();
        BranchXid xid = part.xid();
        if (xid == null || part.coordinator() != partition) {
            return true;
        }
        Branch known = byXid.putIfAbsent(xid, Branch.found(part));
        return known == null || known.id().equals(part.id());
    }

    /** A partition that is out since the namespace was opened, so that nobody knows what is prepared there; -1 if none is. */
    int unknownPartition() {
        for (int partition = 0; partition < looks.length() && !complete; partition++) {
            if (!knows(partition)) {
                return partition;
            }
        }
        return -1;
    }

    /** Whether it was looked at. */
    boolean knows(int partition) {
        CompletableFuture<Void> look = looks.get(partition);
        return look != null && look.isDone() && !look.isCompletedExceptionally();
    }
}
