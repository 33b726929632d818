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
     * Does the work of a transaction in several partitions atomically (rule X4); completes when it is durable, and done in every
     * partition that is available: one that went out meanwhile does it when it is back. If it fails otherwise than with
     * OutcomeUnknown, nothing of it was done, and nothing will be; what was received is abandoned by then in all partitions but
     * one, whose locks are as before: abandon it all. After OutcomeUnknown the partitions find out by themselves which it is, and
     * it is the same in all of them.
     *
     * <p>Fails with InvalidOperation if a partition is named twice, and for what {@link #commit(PartitionCommit)} fails for.
     *
     * @param parts of different partitions; those in which there is nothing to do cost nothing
     */
    CompletableFuture<Void> commit(List<PartitionCommit> parts);

    /**
     * Says whether {@link #commit(PartitionCommit)} would refuse this work now, without doing anything: completes if it would
     * not, fails as that does. So a transaction refuses at the call what its commit would refuse.
     */
    CompletableFuture<Void> check(PartitionCommit work);

    /**
     * Prepares a branch: what it has received stays locked and what it sends stays invisible, through restarts, until it is
     * ended (rule X5). Completes when that is durable. If it fails otherwise than with OutcomeUnknown, nothing is prepared, as
     * after a commit that failed. After OutcomeUnknown it may be: roll it back, which finds it if it is.
     *
     * <p>Fails with InvalidOperation if there is nothing to do, or if a branch of this name is prepared, or was ended by an
     * administrator and is not forgotten; and for what {@link #commit(PartitionCommit)} fails for.
     *
     * @param parts its work, of different partitions
     */
    CompletableFuture<Void> prepare(BranchXid xid, List<PartitionCommit> parts);

    /**
     * Commits a prepared branch; completes when that is durable, and done in every partition that is available. One that is out
     * does it when it is back. NOT_FOUND if it has ended before.
     */
    CompletableFuture<BranchOutcome> commitBranch(BranchXid xid);

    /** Drops what a prepared branch was to send and abandons what it had received; completes as {@link #commitBranch} does. */
    CompletableFuture<BranchOutcome> rollbackBranch(BranchXid xid);

    /**
     * All branches that are prepared, and those that an administrator has ended. Fails with PartitionUnavailable while not all
     * can be known: never gives a part of them.
     */
    CompletableFuture<List<PreparedBranch>> preparedBranches();

    /** Forgets a branch that an administrator has ended; NOT_FOUND if there is none. */
    CompletableFuture<BranchOutcome> forgetBranch(BranchXid xid);
}
