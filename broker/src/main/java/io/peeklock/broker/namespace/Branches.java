/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.PartInfo;
import io.peeklock.broker.partition.Partition;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Prepares branches of global transactions, and ends them by their names: as their transaction managers say, or by hand (rule
 * X5). The coordinator's journal decides; the other partitions are told.
 *
 * <p>Thread safe. Futures may fail wrapped; what is wrong at once is thrown.
 */
final class Branches {
    private final PartitionSet partitions;
    private final LongSupplier random;
    private final KnownBranches known;

    Branches(PartitionSet partitions, LongSupplier random) {
        this.partitions = partitions;
        this.random = random;
        this.known = new KnownBranches(partitions);
        // Early, so that it is done when it is needed: a partition that takes long holds up nothing in others then.
        known.look();
    }

    BranchOwners owners() {
        return known;
    }

    /** Does the work of a local transaction in several partitions (rule X4). */
    CompletableFuture<Void> commit(List<StagedPart> parts) {
        return parts.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : new SpanningWork(partitions, newId(), null, parts).commit();
    }

    private UUID newId() {
        return new UUID(random.getAsLong(), random.getAsLong());
    }

    CompletableFuture<Void> prepare(BranchXid xid, List<StagedPart> parts) {
        if (parts.isEmpty()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "branch " + xid + " has done nothing: there is nothing to prepare");
        }
        Set<Long> entities = parts.stream().flatMap(StagedPart::entities).collect(Collectors.toSet());
        Long going = partitions.preparations().begin(entities);
        if (going != null) {
            throw new BrokerException(
                    ErrorCode.EntityNotFound,
                    "an entity that branch " + xid
                            + " works in, or a subscription of its topic, is being deleted: nothing is prepared, roll it"
                            + " back");
        }
        SpanningWork work = new SpanningWork(partitions, newId(), xid, parts);
        return known.look(work.coordinator())
                .handle((looked, failure) -> {
                    if (failure != null) {
                        throw unavailable(xid, work.coordinator());
                    }
                    return work;
                })
                .thenCompose(ready -> prepare(xid, ready))
                .whenComplete((done, failure) -> partitions.preparations().ended(entities));
    }

    private CompletableFuture<Void> prepare(BranchXid xid, SpanningWork work) {
        Branch branch = Branch.preparing(work);
        if (!known.add(xid, branch)) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "a branch " + xid
                            + " is prepared already: end it, or, if an administrator has ended it, forget it");
        }
        return work.prepare().whenComplete((done, failure) -> {
            // One of unknown outcome may come up prepared: it must be found then.
            if (failure != null && !SpanningWork.isUnknown(failure)) {
                known.remove(xid, branch);
            }
            branch.settled().complete(null);
        });
    }

    CompletableFuture<BranchOutcome> end(BranchXid xid, boolean commit) {
        return onceSettled(
                xid,
                (partition, branch) -> partition.endPart(branch.id(), commit).thenCompose(ended -> {
                    if (!ended) {
                        return whatBecame(xid, branch);
                    }
                    known.remove(xid, branch);
                    return told(branch, commit);
                }));
    }

    /** By an administrator: that it was so is remembered until it is forgotten. */
    CompletableFuture<BranchOutcome> endByHand(BranchXid xid, boolean commit) {
        return onceSettled(
                xid,
                (partition, branch) -> partition
                        .endByHand(branch.id(), commit)
                        .thenCompose(ended -> ended ? told(branch, commit) : whatBecame(xid, branch)));
    }

    CompletableFuture<BranchOutcome> forget(BranchXid xid) {
        return onceSettled(
                        xid,
                        (partition, branch) -> partition.forgetPart(branch.id()).thenCompose(forgotten -> {
                            if (!forgotten) {
                                // It is prepared, or somebody else has forgotten it.
                                return whatBecame(xid, branch);
                            }
                            known.remove(xid, branch);
                            return CompletableFuture.completedFuture(BranchOutcome.DONE);
                        }))
                .thenCompose(outcome -> switch (outcome) {
                    case DONE, NOT_FOUND -> CompletableFuture.completedFuture(outcome);
                    case HEURISTICALLY_COMMITTED, HEURISTICALLY_ROLLED_BACK -> forgetLost(xid);
                });
    }

    /** Asks a branch's coordinator. */
    private CompletableFuture<BranchOutcome> onceSettled(
            BranchXid xid, BiFunction<Partition, Branch, CompletableFuture<BranchOutcome>> question) {
        Branch branch = known.find(xid);
        if (branch != null) {
            return onceSettled(branch, question);
        }
        return known.look().thenCompose(looked -> {
            Branch found = known.find(xid);
            if (found != null) {
                return onceSettled(found, question);
            }
            int unknown = known.unknownPartition();
            if (unknown >= 0) {
                throw unavailable(xid, unknown);
            }
            return notFound(xid);
        });
    }

    /** It has ended; or its coordinator has lost it, and others have not. */
    private CompletableFuture<BranchOutcome> notFound(BranchXid xid) {
        return lost(xid)
                .thenApply(lost ->
                        lost.stream().map(LostBranch::outcome).findFirst().orElse(BranchOutcome.NOT_FOUND));
    }

    private CompletableFuture<List<LostBranch>> lost(BranchXid xid) {
        return ForeignParts.of(partitions, xid).thenApply(LostBranch::of);
    }

    /** What was ended by hand where others had it than its coordinator; NOT_FOUND if there is none. */
    private CompletableFuture<BranchOutcome> forgetLost(BranchXid xid) {
        return lost(xid).thenCompose(lost -> {
            CompletableFuture<BranchOutcome> forgotten = CompletableFuture.completedFuture(BranchOutcome.NOT_FOUND);
            for (LostBranch one : lost) {
                one.outcome();
                for (ForeignPart part : one.parts()) {
                    forgotten = forgotten.thenCombine(
                            partitions
                                    .get(part.partition())
                                    .forgetPart(part.info().part().id()),
                            (before, done) -> done ? BranchOutcome.DONE : before);
                }
            }
            return forgotten;
        });
    }

    private CompletableFuture<BranchOutcome> onceSettled(
            Branch branch, BiFunction<Partition, Branch, CompletableFuture<BranchOutcome>> question) {
        return branch.settled().thenCompose(done -> question.apply(partitions.get(branch.coordinator()), branch));
    }

    private CompletableFuture<BranchOutcome> told(Branch branch, boolean commit) {
        return new PartEnds(partitions, branch.id(), branch.coordinator(), branch.participants())
                .tell(commit)
                .thenApply(told -> BranchOutcome.DONE);
    }

    /** How it stands, if it was ended by hand; NOT_FOUND otherwise. */
    private CompletableFuture<BranchOutcome> whatBecame(BranchXid xid, Branch branch) {
        return partitions.get(branch.coordinator()).parts().thenCompose(parts -> {
            for (PartInfo part : parts) {
                if (part.part().id().equals(branch.id())) {
                    return CompletableFuture.completedFuture(LostBranch.outcome(part.state()));
                }
            }
            return notFound(xid).whenComplete((outcome, doubt) -> {
                if (doubt == null) {
                    known.remove(xid, branch);
                }
            });
        });
    }

    private static BrokerException unavailable(BranchXid xid, int partition) {
        return new BrokerException(
                ErrorCode.PartitionUnavailable,
                "whether a branch " + xid + " is prepared cannot be known while partition " + partition
                        + " is out: ask again when it is back");
    }

    CompletableFuture<List<PreparedBranch>> list() {
        return BranchList.of(partitions);
    }
}
