/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.PartInDoubt;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.error.BrokerException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the bearer of a key may do in transactions, each call with the claims that it needs (rule Q6). What it has prepared it
 * may end, whatever has become of its claims; what others have, and all of them, is a manager's.
 *
 * <p>Thread safe.
 */
abstract class ClaimedTransactions extends ClaimedAdministration {
    private final BranchOwners owners;

    ClaimedTransactions(Namespace namespace, Bearer bearer, OpenClaims open, BranchOwners owners) {
        super(namespace, bearer, open);
        this.owners = owners;
    }

    /** Refused as a whole: a transaction happens whole or not. */
    @Override
    public final CompletableFuture<Void> commit(PartitionCommit work) {
        return checked(() -> refusal(work), () -> namespace.commit(work));
    }

    @Override
    public final CompletableFuture<Void> check(PartitionCommit work) {
        return checked(() -> refusal(work), () -> namespace.check(work));
    }

    @Override
    public final CompletableFuture<Void> commit(List<PartitionCommit> parts) {
        return checked(() -> refusal(parts), () -> namespace.commit(parts));
    }

    @Override
    public final CompletableFuture<Void> prepare(BranchXid xid, List<PartitionCommit> parts) {
        return checked(
                () -> refusal(parts),
                () -> Unwrapping.unwrapped(namespace.prepare(xid, parts).whenComplete((done, failure) -> {
                    if (failure == null || SpanningWork.isUnknown(failure)) {
                        owners.preparedBy(xid, bearer);
                    }
                })));
    }

    @Override
    public final CompletableFuture<BranchOutcome> commitBranch(BranchXid xid) {
        return checked(() -> refusal(xid), () -> namespace.commitBranch(xid));
    }

    @Override
    public final CompletableFuture<BranchOutcome> rollbackBranch(BranchXid xid) {
        return checked(() -> refusal(xid), () -> namespace.rollbackBranch(xid));
    }

    @Override
    public final CompletableFuture<BranchOutcome> forgetBranch(BranchXid xid) {
        return checked(() -> refusal(xid), () -> namespace.forgetBranch(xid));
    }

    @Override
    public final CompletableFuture<List<PreparedBranch>> preparedBranches() {
        return checked(() -> bearer.refusal(Claim.MANAGE), namespace::preparedBranches);
    }

    @Override
    public final CompletableFuture<BranchOutcome> commitPrepared(BranchXid xid) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.commitPrepared(xid));
    }

    @Override
    public final CompletableFuture<BranchOutcome> rollbackPrepared(BranchXid xid) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.rollbackPrepared(xid));
    }

    @Override
    public final CompletableFuture<List<PartInDoubt>> partsInDoubt(int max) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.partsInDoubt(max));
    }

    @Override
    public final CompletableFuture<BranchOutcome> commitPart(int partition, UUID id) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.commitPart(partition, id));
    }

    @Override
    public final CompletableFuture<BranchOutcome> rollbackPart(int partition, UUID id) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.rollbackPart(partition, id));
    }

    @Override
    public final CompletableFuture<BranchOutcome> forgetPart(int partition, UUID id) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.forgetPart(partition, id));
    }

    private @Nullable BrokerException refusal(BranchXid xid) {
        return owners.isPreparedBy(xid, bearer) ? null : bearer.refusal(Claim.MANAGE);
    }

    private @Nullable BrokerException refusal(List<PartitionCommit> parts) {
        BrokerException refusal = null;
        for (int i = 0; refusal == null && i < parts.size(); i++) {
            refusal = refusal(parts.get(i));
        }
        return refusal;
    }

    private @Nullable BrokerException refusal(PartitionCommit work) {
        BrokerException refusal = null;
        for (int i = 0; refusal == null && i < work.sends().size(); i++) {
            refusal = bearer.refusal(Claim.SEND, work.sends().get(i).destination());
        }
        for (int i = 0; refusal == null && i < work.settlements().size(); i++) {
            refusal = bearer.refusalInTransaction(
                    Claim.LISTEN, work.settlements().get(i).token().entityId());
        }
        for (int i = 0; refusal == null && i < work.states().size(); i++) {
            refusal = bearer.refusalInTransaction(
                    Claim.LISTEN, work.states().get(i).session().entityId());
        }
        return refusal;
    }
}
