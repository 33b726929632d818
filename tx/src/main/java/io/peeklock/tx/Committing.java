/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a transaction's work into its partitions, at once or prepared; sends that may go anywhere into one that takes them.
 *
 * <p>Thread safe.
 */
final class Committing {

    /** How it is brought there. */
    private interface Way {
        CompletableFuture<Void> bring(int unkeyedAt, List<PartitionCommit> parts);
    }

    private final Namespace namespace;
    private final IntSupplier anyPartition;

    Committing(Namespace namespace, IntSupplier anyPartition) {
        this.namespace = namespace;
        this.anyPartition = anyPartition;
    }

    /** @param end gets null when it is durable, or why it is not, on a thread of the bus */
    void commit(StagedParts staged, Consumer<@Nullable BrokerException> end) {
        bring(staged, (at, parts) -> parts.size() == 1 ? namespace.commit(parts.get(0)) : namespace.commit(parts), end);
    }

    /**
     * @param prepared gets where its sends without a key are when it is prepared durably, before the end
     * @param end gets null when it is prepared durably, or why it is not, on a thread of the bus
     */
    void prepare(BranchXid xid, StagedParts staged, IntConsumer prepared, Consumer<@Nullable BrokerException> end) {
        bring(staged, (at, parts) -> namespace.prepare(xid, parts).thenRun(() -> prepared.accept(at)), end);
    }

    private void bring(StagedParts staged, Way way, Consumer<@Nullable BrokerException> end) {
        int first = staged.first() == PartitionPin.NONE ? anyPartition.getAsInt() : staged.first();
        bring(staged, first, staged.isFree() ? namespace.partitions() : 1, way, end);
    }

    /**
     * The next partition is tried only when this one has certainly stored nothing (P6), and no lock is touched: what has failed over
     * several partitions has unlocked what it had received, so there it is asked first whether this one takes its part.
     */
    private void bring(
            StagedParts staged, int at, int partitionsLeft, Way way, Consumer<@Nullable BrokerException> end) {
        List<PartitionCommit> parts = staged.at(at);
        boolean asksFirst = staged.isFree() && parts.size() > 1;
        CompletableFuture<Void> tried = asksFirst ? check(parts, at) : way.bring(at, parts);
        tried.whenComplete((nothing, failure) -> {
            BrokerException why = why(failure);
            if (why != null && partitionsLeft > 1 && isElsewhereWorthATry(why, staged, at)) {
                bring(staged, (at + 1) % namespace.partitions(), partitionsLeft - 1, way, end);
            } else if (why == null && asksFirst) {
                way.bring(at, parts).whenComplete((brought, refusal) -> end.accept(why(refusal)));
            } else {
                end.accept(why);
            }
        });
    }

    private CompletableFuture<Void> check(List<PartitionCommit> parts, int at) {
        PartitionCommit there = parts.stream()
                .filter(part -> part.partition() == at)
                .findFirst()
                .orElseThrow();
        return namespace.check(there).handle((nothing, failure) -> {
            BrokerException why = why(failure);
            if (why != null && why.code() == ErrorCode.OutcomeUnknown) {
                throw new BrokerException(
                        ErrorCode.PartitionUnavailable,
                        "nothing of the transaction was done, partition " + at + " failed before it: begin anew; "
                                + why.getMessage(),
                        why);
            } else if (why != null) {
                throw why;
            }
            return nothing;
        });
    }

    /** Where its other work lies it cannot do without the partition, but without room there. */
    private static boolean isElsewhereWorthATry(BrokerException failure, StagedParts staged, int at) {
        return failure.code() == ErrorCode.QuotaExceeded
                || failure.code() == ErrorCode.PartitionUnavailable && at != staged.first();
    }

    static @Nullable BrokerException why(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null || cause instanceof BrokerException) {
            return (BrokerException) cause;
        }
        return new BrokerException(ErrorCode.OutcomeUnknown, "commit failed: " + cause, cause);
    }
}
