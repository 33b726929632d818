/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PartInDoubt;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.entity.Definitions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The operations of a namespace for transactions and the branches of global ones (rules X1, X4, X5).
 *
 * <p>Thread safe.
 */
abstract class TransactedNamespace extends AdministeredNamespace {
    private final PartitionSet partitions;
    private final Staging staging;
    private final Branches branches;
    private final PartsInDoubt parts;

    TransactedNamespace(
            Definitions definitions,
            DefinedEntities defined,
            PartitionSet partitions,
            Sending sending,
            Branches branches) {
        super(definitions, defined);
        this.partitions = partitions;
        this.staging = new Staging(partitions, sending);
        this.branches = branches;
        this.parts = new PartsInDoubt(partitions);
    }

    @Override
    final BranchOwners branchOwners() {
        return branches.owners();
    }

    @Override
    public final CompletableFuture<Void> commit(PartitionCommit work) {
        return attempt(() -> inOnePartition(work, false));
    }

    @Override
    public final CompletableFuture<Void> check(PartitionCommit work) {
        return attempt(() -> inOnePartition(work, true));
    }

    private CompletableFuture<Void> inOnePartition(PartitionCommit work, boolean trial) {
        StagedPart staged = staging.of(work);
        return partitions.get(staged.partition()).commit(staged.work(), trial);
    }

    @Override
    public final CompletableFuture<Void> commit(List<PartitionCommit> parts) {
        return administer(() -> branches.commit(staging.of(parts)));
    }

    @Override
    public final CompletableFuture<Void> prepare(BranchXid xid, List<PartitionCommit> parts) {
        return administer(() -> branches.prepare(xid, staging.of(parts)));
    }

    @Override
    public final CompletableFuture<BranchOutcome> commitBranch(BranchXid xid) {
        return administer(() -> branches.end(xid, true));
    }

    @Override
    public final CompletableFuture<BranchOutcome> rollbackBranch(BranchXid xid) {
        return administer(() -> branches.end(xid, false));
    }

    @Override
    public final CompletableFuture<List<PreparedBranch>> preparedBranches() {
        return administer(branches::list);
    }

    @Override
    public final CompletableFuture<BranchOutcome> forgetBranch(BranchXid xid) {
        return administer(() -> branches.forget(xid));
    }

    @Override
    public final CompletableFuture<BranchOutcome> commitPrepared(BranchXid xid) {
        return administer(() -> branches.endByHand(xid, true));
    }

    @Override
    public final CompletableFuture<BranchOutcome> rollbackPrepared(BranchXid xid) {
        return administer(() -> branches.endByHand(xid, false));
    }

    @Override
    public final CompletableFuture<List<PartInDoubt>> partsInDoubt(int max) {
        return administer(() -> parts.list(max));
    }

    @Override
    public final CompletableFuture<BranchOutcome> commitPart(int partition, UUID id) {
        return administer(() -> parts.end(partition, id, true));
    }

    @Override
    public final CompletableFuture<BranchOutcome> rollbackPart(int partition, UUID id) {
        return administer(() -> parts.end(partition, id, false));
    }

    @Override
    public final CompletableFuture<BranchOutcome> forgetPart(int partition, UUID id) {
        return administer(() -> parts.forget(partition, id));
    }
}
