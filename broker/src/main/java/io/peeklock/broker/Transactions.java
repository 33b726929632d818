/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Does the work of transactions: at once, or in the two phases of a transaction manager (rules X1, X4, X5).
 *
 * <p>Thread safe. Futures as {@link Namespace} has them. {@code PartitionUnavailable} and {@code OutcomeUnknown} for the end of
 * a prepared branch mean: ask again later.
 */
public interface Transactions {

    /** Does the work of a transaction in one partition atomically; completes when it is durable. */
    CompletableFuture<Void> commit(PartitionCommit work);

    /**
     * Does the work of a transaction in several partitions atomically (rule X4); completes when it is durable and done in all of
     * them. If it fails otherwise than with OutcomeUnknown, nothing of it was done.
     *
     * @param parts of different partitions
     */
    default CompletableFuture<Void> commit(List<PartitionCommit> parts) {
        return parts.size() == 1
                ? commit(parts.get(0))
                : CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    /**
     * Says whether {@link #commit(PartitionCommit)} would refuse this work now, without doing anything: completes if it would
     * not, fails as that does. So a transaction refuses at the call what its commit would refuse.
     */
    CompletableFuture<Void> check(PartitionCommit work);

    /**
     * Prepares a branch: what it has received stays locked and what it sends stays invisible, through restarts, until it is
     * ended (rule X5). Completes when that is durable. If it fails otherwise than with OutcomeUnknown, nothing is prepared, and
     * the locks are as before.
     *
     * @param parts its work, at least one, of different partitions
     */
    default CompletableFuture<Void> prepare(BranchXid xid, List<PartitionCommit> parts) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    /**
     * Commits a prepared branch; completes when that is durable, and done in every partition that is available. One that is out
     * does it when it is back.
     */
    default CompletableFuture<BranchOutcome> commitBranch(BranchXid xid) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    /** Drops what a prepared branch was to send and abandons what it had received; completes as {@link #commitBranch} does. */
    default CompletableFuture<BranchOutcome> rollbackBranch(BranchXid xid) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    /**
     * All branches that are prepared, and those that an administrator has ended. Fails with PartitionUnavailable while not all
     * can be known: never gives a part of them.
     */
    default CompletableFuture<List<PreparedBranch>> preparedBranches() {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    /** Forgets a branch that an administrator has ended; NOT_FOUND if there is none. */
    default CompletableFuture<BranchOutcome> forgetBranch(BranchXid xid) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }
}
