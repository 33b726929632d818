/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.PartInDoubt;
import io.peeklock.broker.PartInDoubt.Reason;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.PartInfo;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists what transactions have prepared in partitions that do not decide them, and ends by hand that of which nobody can say
 * what becomes of it (rules X4, X5).
 *
 * <p>Thread safe. Futures may fail wrapped; what is wrong at once is thrown.
 */
final class PartsInDoubt {
    private static final Logger log = LoggerFactory.getLogger(PartsInDoubt.class);
    private static final int MAX_LIST = 1000;

    private final PartitionSet partitions;

    PartsInDoubt(PartitionSet partitions) {
        this.partitions = partitions;
    }

    /** The oldest first. What lies in partitions that are out is passed over. */
    CompletableFuture<List<PartInDoubt>> list(int max) {
        if (max < 1 || max > MAX_LIST) {
            throw new BrokerException(ErrorCode.InvalidOperation, "a list has 1 to " + MAX_LIST + " parts, not " + max);
        }
        CompletableFuture<List<List<PartInfo>>> lists = CompletableFuture.completedFuture(new ArrayList<>());
        for (Partition partition : partitions.all()) {
            lists = lists.thenCombine(
                    partition.parts().exceptionally(failure -> Browsing.onlyIfOut(failure, List.of())),
                    (all, parts) -> {
                        all.add(parts);
                        return all;
                    });
        }
        return lists.thenCompose(all -> ForeignParts.of(partitions, all, info -> true))
                .thenApply(parts -> parts.stream()
                        .map(PartsInDoubt::inDoubt)
                        .sorted(Comparator.comparing(PartInDoubt::preparedAt).thenComparing(PartInDoubt::partition))
                        .limit(max)
                        .toList());
    }

    private static PartInDoubt inDoubt(ForeignPart part) {
        PartInfo info = part.info();
        return new PartInDoubt(
                info.part().id(),
                part.partition(),
                info.part().coordinator(),
                info.part().xid(),
                info.state(),
                reason(info.state(), part.verdict()),
                info.sends(),
                info.messages(),
                Instant.ofEpochMilli(info.preparedAtMs()));
    }

    private static Reason reason(PreparedBranch.State state, @Nullable Verdict verdict) {
        if (verdict == null) {
            return Reason.COORDINATOR_OUT;
        }
        return switch (verdict) {
            case UNKNOWN -> Reason.OUTCOME_LOST;
            case PENDING -> Reason.NOT_DECIDED;
            case COMMITTED ->
                state == PreparedBranch.State.HEURISTICALLY_ROLLED_BACK ? Reason.ENDED_OTHERWISE : Reason.COMMITTED;
            case ROLLED_BACK ->
                state == PreparedBranch.State.HEURISTICALLY_COMMITTED ? Reason.ENDED_OTHERWISE : Reason.ROLLED_BACK;
        };
    }

    /** Ends one of which its coordinator cannot say what becomes of it. */
    CompletableFuture<BranchOutcome> end(int partition, UUID id, boolean commit) {
        partitions.require(partition);
        return partitions.get(partition).parts().thenCompose(parts -> {
            for (PartInfo info : parts) {
                if (info.part().id().equals(id)) {
                    return end(partition, info, commit);
                }
            }
            return CompletableFuture.completedFuture(BranchOutcome.NOT_FOUND);
        });
    }

    private CompletableFuture<BranchOutcome> end(int partition, PartInfo info, boolean commit) {
        int coordinator = info.part().coordinator();
        if (info.state() != PreparedBranch.State.PREPARED) {
            return CompletableFuture.completedFuture(LostBranch.outcome(info.state()));
        }
        if (coordinator == partition) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "partition " + partition + " decides transaction "
                            + info.part().id() + " itself: end branch "
                            + info.part().xid() + " with commitPrepared or rollbackPrepared");
        }
        UUID id = info.part().id();
        return partitions
                .get(coordinator)
                .verdicts(List.of(id))
                .exceptionally(failure -> Map.of())
                .thenCompose(verdicts -> {
                    ForeignPart part = new ForeignPart(partition, info, verdicts.get(id));
                    requireInDoubt(part);
                    return partitions.get(partition).endByHand(id, commit).thenApply(ended -> {
                        if (ended) {
                            log.warn(
                                    "Transaction {} was {} by hand in partition {}; partition {}, which decides it,"
                                            + " could not say what becomes of it",
                                    id,
                                    commit ? "committed" : "rolled back",
                                    partition,
                                    coordinator);
                        }
                        return ended ? BranchOutcome.DONE : BranchOutcome.NOT_FOUND;
                    });
                });
    }

    private static void requireInDoubt(ForeignPart part) {
        if (!part.isInDoubt()) {
            PartInfo info = part.info();
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "partition " + info.part().coordinator() + " serves and knows what becomes of transaction "
                            + info.part().id() + " (" + part.verdict() + "): it ends by itself, or with its branch "
                            + info.part().xid() + " by commitPrepared or rollbackPrepared");
        }
    }

    /** Forgets one that was ended by hand. */
    CompletableFuture<BranchOutcome> forget(int partition, UUID id) {
        partitions.require(partition);
        return partitions.get(partition).parts().thenCompose(parts -> {
            boolean foreign = parts.stream()
                    .anyMatch(info -> info.part().id().equals(id) && info.part().coordinator() != partition);
            return foreign
                    ? partitions
                            .get(partition)
                            .forgetPart(id)
                            .thenApply(done -> done ? BranchOutcome.DONE : BranchOutcome.NOT_FOUND)
                    : CompletableFuture.completedFuture(BranchOutcome.NOT_FOUND);
        });
    }
}
