/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a transaction's work into its partition, or into any that takes it.
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
    void commit(PartitionCommit work, Consumer<@Nullable BrokerException> end) {
        if (work.partition() == PartitionPin.NONE) {
            commitAnywhere(work.sends(), anyPartition.getAsInt(), namespace.partitions(), end);
        } else {
            namespace.commit(work).whenComplete((nothing, failure) -> end.accept(why(failure)));
        }
    }

    /** No key, nothing received: round robin; the next partition is tried only when the first certainly stored nothing (P6). */
    private void commitAnywhere(
            List<OutgoingMessage> toSend, int partition, int partitionsLeft, Consumer<@Nullable BrokerException> end) {
        namespace.commit(new PartitionCommit(partition, toSend, List.of())).whenComplete((nothing, failure) -> {
            BrokerException why = why(failure);
            if (why != null && partitionsLeft > 1 && isElsewhereWorthATry(why)) {
                int next = (partition + 1) % namespace.partitions();
                commitAnywhere(toSend, next, partitionsLeft - 1, end);
            } else {
                end.accept(why);
            }
        });
    }

    private static boolean isElsewhereWorthATry(BrokerException failure) {
        return failure.code() == ErrorCode.PartitionUnavailable || failure.code() == ErrorCode.QuotaExceeded;
    }

    private static @Nullable BrokerException why(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null || cause instanceof BrokerException) {
            return (BrokerException) cause;
        }
        return new BrokerException(ErrorCode.OutcomeUnknown, "commit failed: " + cause, cause);
    }
}
