/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What a partition is asked about prepared parts. Immutable; each answers exactly once. */
sealed interface BranchCommand extends Command.OfBranch {

    /** A transaction's work here is checked as a commit checks it, and kept until its branch is decided (rule X5). */
    record Prepare(PreparedPart part, TransactionWork work, CompletableFuture<Void> reply) implements BranchCommand {
        @Override
        public long bytes(PartitionState state) {
            return BYTES_PER_OPERATION + work.bytes(state);
        }
    }

    /** The branch was decided. Answered with false if nothing of it is here. */
    record EndPart(UUID id, boolean commit, CompletableFuture<Boolean> reply) implements BranchCommand {
        @Override
        public long bytes(PartitionState state) {
            return BYTES_PER_OPERATION;
        }
    }

    /** The same by an administrator, which is remembered. Answered with false if it is not here, or not prepared any more. */
    record EndByHand(UUID id, boolean commit, CompletableFuture<Boolean> reply) implements BranchCommand {
        @Override
        public long bytes(PartitionState state) {
            return BYTES_PER_OPERATION;
        }
    }

    /** What an administrator has ended need not be remembered any more. Answered with false if there is no such. */
    record ForgetPart(UUID id, CompletableFuture<Boolean> reply) implements BranchCommand {}

    record ListParts(CompletableFuture<List<PartInfo>> reply) implements BranchCommand {}

    /** Has an entity something in a prepared part (rule W4)? */
    record HasPartsOf(long entityId, CompletableFuture<Boolean> reply) implements BranchCommand {}
}
