/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.PartInfo;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.PreparedPart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The branches that are prepared, from the parts that partitions have: all of them or none, because whoever misses one takes it
 * for ended (rule X5). A branch is where its coordinator has it.
 *
 * <p>Not thread safe; used once, by one thread.
 */
final class BranchList {

    /** What there is of a branch in all partitions. */
    private static final class Sums {
        private int sends;
        private int messages;
    }

    private final Map<UUID, Sums> sums = new HashMap<>();
    private final List<PreparedBranch> branches = new ArrayList<>();

    private BranchList() {}

    /** Fails if a partition is out, or has a part of one that its coordinator has lost; may fail wrapped. The oldest first. */
    static CompletableFuture<List<PreparedBranch>> of(PartitionSet partitions) {
        return parts(partitions)
                .thenCompose(lists -> ForeignParts.of(
                                partitions, lists, info -> info.part().xid() != null)
                        .thenApply(foreign -> {
                            BranchList list = new BranchList();
                            // Whoever does not find one takes it for ended.
                            LostBranch.of(foreign).forEach(list::add);
                            return list.of(lists);
                        }));
    }

    /** The parts in each partition, by its index; fails, perhaps wrapped, if one is out. */
    static CompletableFuture<List<List<PartInfo>>> parts(PartitionSet partitions) {
        List<CompletableFuture<List<PartInfo>>> asked =
                Arrays.stream(partitions.all()).map(BranchList::ask).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
    }

    private static CompletableFuture<List<PartInfo>> ask(Partition partition) {
        return partition.parts().handle((parts, failure) -> {
            if (failure != null) {
                throw refusal(partition.index(), failure);
            }
            return parts;
        });
    }

    private static BrokerException refusal(int partition, Throwable failure) {
        boolean isClosed = failure instanceof BrokerException broker && broker.code() == ErrorCode.Closed;
        return new BrokerException(
                isClosed ? ErrorCode.Closed : ErrorCode.PartitionUnavailable,
                "prepared branches are listed all or not at all, and what partition " + partition
                        + " has is not known: ask again when it is back; " + failure.getMessage(),
                failure);
    }

    private void add(LostBranch lost) {
        lost.outcome();
        branches.add(lost.listed());
    }

    private List<PreparedBranch> of(List<List<PartInfo>> partsByPartition) {
        partsByPartition.forEach(parts -> parts.forEach(this::count));
        for (int partition = 0; partition < partsByPartition.size(); partition++) {
            for (PartInfo info : partsByPartition.get(partition)) {
                BranchXid xid = info.part().xid();
                if (xid != null && info.part().coordinator() == partition) {
                    branches.add(branch(xid, info));
                }
            }
        }
        branches.sort(Comparator.comparing(PreparedBranch::preparedAt));
        return List.copyOf(branches);
    }

    private void count(PartInfo info) {
        Sums sum = sums.computeIfAbsent(info.part().id(), id -> new Sums());
        sum.sends += info.sends();
        sum.messages += info.messages();
    }

    private PreparedBranch branch(BranchXid xid, PartInfo info) {
        PreparedPart part = info.part();
        Sums sum = sums.getOrDefault(part.id(), new Sums());
        List<Integer> in = new ArrayList<>(part.participants());
        in.add(part.coordinator());
        return new PreparedBranch(
                xid,
                info.state(),
                part.coordinator(),
                in.stream().sorted().toList(),
                sum.sends,
                sum.messages,
                Instant.ofEpochMilli(info.preparedAtMs()));
    }
}
