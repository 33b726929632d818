/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a transaction's work into its partitions, at once or prepared; into any that takes it, if it has none.
 *
 * <p>Thread safe.
 */
final class Committing {
    private final Namespace namespace;
    private final IntSupplier anyPartition;

    Committing(Namespace namespace, IntSupplier anyPartition) {
        this.namespace = namespace;
        this.anyPartition = anyPartition;
    }

    /** @param end gets null when it is durable, or why it is not, on a thread of the bus */
    void commit(List<PartitionCommit> parts, Consumer<@Nullable BrokerException> end) {
        bring(parts, all -> all.size() == 1 ? namespace.commit(all.get(0)) : namespace.commit(all), end);
    }

    /**
     * @param prepared gets what is prepared durably, with its partitions, before the end
     * @param end gets null when it is prepared durably, or why it is not, on a thread of the bus
     */
    void prepare(
            BranchXid xid,
            List<PartitionCommit> parts,
            Consumer<List<PartitionCommit>> prepared,
            Consumer<@Nullable BrokerException> end) {
        bring(parts, all -> namespace.prepare(xid, all).thenRun(() -> prepared.accept(all)), end);
    }

    private void bring(
            List<PartitionCommit> parts,
            Function<List<PartitionCommit>, CompletableFuture<Void>> how,
            Consumer<@Nullable BrokerException> end) {
        if (parts.get(0).partition() == PartitionPin.NONE) {
            bringAnywhere(parts.get(0).sends(), anyPartition.getAsInt(), namespace.partitions(), how, end);
        } else {
            how.apply(parts).whenComplete((nothing, failure) -> end.accept(why(failure)));
        }
    }

    /** No key, nothing else: round robin; the next partition is tried only when the first certainly stored nothing (P6). */
    private void bringAnywhere(
            List<OutgoingMessage> toSend,
            int partition,
            int partitionsLeft,
            Function<List<PartitionCommit>, CompletableFuture<Void>> how,
            Consumer<@Nullable BrokerException> end) {
        how.apply(List.of(new PartitionCommit(partition, toSend, List.of()))).whenComplete((nothing, failure) -> {
            BrokerException why = why(failure);
            if (why != null && partitionsLeft > 1 && isElsewhereWorthATry(why)) {
                int next = (partition + 1) % namespace.partitions();
                bringAnywhere(toSend, next, partitionsLeft - 1, how, end);
            } else {
                end.accept(why);
            }
        });
    }

    private static boolean isElsewhereWorthATry(BrokerException failure) {
        return failure.code() == ErrorCode.PartitionUnavailable || failure.code() == ErrorCode.QuotaExceeded;
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
