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
            return bytesOfEnd(state, id);
        }
    }

    /** The same by an administrator, which is remembered. Answered with false if it is not here, or not prepared any more. */
    record EndByHand(UUID id, boolean commit, CompletableFuture<Boolean> reply) implements BranchCommand {
        @Override
        public long bytes(PartitionState state) {
            return bytesOfEnd(state, id);
        }
    }

    private static long bytesOfEnd(PartitionState state, UUID id) {
        BranchPart part = state.branches().find(id);
        return BYTES_PER_OPERATION * (1L + (part == null ? 0 : part.size()));
    }

    /** What an administrator has ended need not be remembered any more. Answered with false if there is no such. */
    record ForgetPart(UUID id, CompletableFuture<Boolean> reply) implements BranchCommand {}

    record ListParts(CompletableFuture<List<PartInfo>> reply) implements BranchCommand {}

    /** Those that have something in an entity (rule W4). */
    record ListPartsOf(long entityId, CompletableFuture<List<PartInfo>> reply) implements BranchCommand {}
}
