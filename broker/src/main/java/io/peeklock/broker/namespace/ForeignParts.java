/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.partition.PartInfo;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Finds parts of transactions that are not where they are decided, and asks there: only so it can be known that a branch is
 * missing because its coordinator's journal was damaged, and not because it has ended (rule X5).
 *
 * <p>Not thread safe; used once, by one thread. Futures may fail wrapped.
 */
final class ForeignParts {
    private final PartitionSet partitions;
    private final Set<UUID> listed = new HashSet<>();
    private final Map<Integer, List<ForeignPart>> byCoordinator = new TreeMap<>();

    private ForeignParts(PartitionSet partitions) {
        this.partitions = partitions;
    }

    /** Those of a branch that nobody who decides has; fails if a partition is out that may have one. */
    static CompletableFuture<List<ForeignPart>> of(PartitionSet partitions, BranchXid xid) {
        if (Arrays.stream(partitions.all()).allMatch(Partition::isWhole)) {
            // Whoever decides has not lost any: what he does not have has ended. So nobody waits for a slow partition.
            return CompletableFuture.completedFuture(List.of());
        }
        return BranchList.parts(partitions)
                .thenCompose(lists -> of(
                        partitions,
                        lists,
                        info -> Objects.equals(xid, info.part().xid())));
    }

    /**
     * Those that their coordinators have not listed, and those that were ended by hand.
     *
     * @param lists the parts of each partition, by its index
     */
    static CompletableFuture<List<ForeignPart>> of(
            PartitionSet partitions, List<List<PartInfo>> lists, Predicate<PartInfo> wanted) {
        ForeignParts parts = new ForeignParts(partitions);
        for (int partition = 0; partition < lists.size(); partition++) {
            for (PartInfo info : lists.get(partition)) {
                if (info.part().coordinator() == partition) {
                    parts.listed.add(info.part().id());
                }
            }
        }
        for (int partition = 0; partition < lists.size(); partition++) {
            for (PartInfo info : lists.get(partition)) {
                ForeignPart part = new ForeignPart(partition, info, null);
                boolean goesAlong = info.part().coordinator() == partition
                        || part.isPrepared()
                                && parts.listed.contains(info.part().id());
                if (wanted.test(info) && !goesAlong) {
                    parts.add(part);
                }
            }
        }
        return parts.ask();
    }

    private void add(ForeignPart part) {
        byCoordinator
                .computeIfAbsent(part.info().part().coordinator(), coordinator -> new ArrayList<>())
                .add(part);
    }

    private CompletableFuture<List<ForeignPart>> ask() {
        CompletableFuture<List<ForeignPart>> all = CompletableFuture.completedFuture(List.of());
        for (Map.Entry<Integer, List<ForeignPart>> one : byCoordinator.entrySet()) {
            all = all.thenCombine(ask(one.getKey(), one.getValue()), ForeignParts::both);
        }
        return all;
    }

    private CompletableFuture<List<ForeignPart>> ask(int coordinator, List<ForeignPart> parts) {
        List<UUID> ids = parts.stream().map(part -> part.info().part().id()).toList();
        return partitions
                .get(coordinator)
                .verdicts(ids)
                .exceptionally(failure -> Map.of())
                .thenCompose(verdicts -> {
                    CompletableFuture<List<ForeignPart>> all = CompletableFuture.completedFuture(List.of());
                    for (ForeignPart part : parts) {
                        Verdict verdict = verdicts.get(part.info().part().id());
                        all = all.thenCombine(
                                again(new ForeignPart(part.partition(), part.info(), verdict)), ForeignParts::both);
                    }
                    return all;
                });
    }

    /** One that was committed and has ended since it was listed is unknown to its coordinator too. */
    private CompletableFuture<List<ForeignPart>> again(ForeignPart part) {
        if (!part.isInDoubt()) {
            return CompletableFuture.completedFuture(List.of(part));
        }
        return partitions
                .get(part.partition())
                .parts()
                .thenApply(now -> now.stream().anyMatch(part::isSame) ? List.of(part) : List.of());
    }

    private static List<ForeignPart> both(List<ForeignPart> some, List<ForeignPart> more) {
        List<ForeignPart> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
