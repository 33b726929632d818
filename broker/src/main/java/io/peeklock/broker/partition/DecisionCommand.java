/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What a coordinator is asked about a transaction over several partitions (rule X4). Immutable; each answers exactly once. */
sealed interface DecisionCommand extends Command.OfDecision {
    /** A transaction is being prepared elsewhere, and may be decided here. */
    record Begin(UUID id, CompletableFuture<Void> reply) implements DecisionCommand {}

    /** It will not be. */
    record GiveUp(UUID id, CompletableFuture<Void> reply) implements DecisionCommand {}

    /** Everything is prepared: this partition does its own work, which commits all of it. */
    record Decide(UUID id, TransactionWork work, List<Integer> participants, CompletableFuture<Void> reply)
            implements DecisionCommand {
        @Override
        public long bytes(PartitionState state) {
            return work.bytes(state) + BYTES_PER_OPERATION;
        }
    }

    /** A participant has made its part durable, or has none. */
    record ParticipantDone(UUID id, int participant, CompletableFuture<Void> reply) implements DecisionCommand {}

    /** A participant has parts of these, and does not know what became of them. */
    record Ask(List<UUID> ids, CompletableFuture<Map<UUID, Verdict>> reply) implements DecisionCommand {}
}
