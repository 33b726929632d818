/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Submission;
import io.peeklock.broker.runtime.BusRuntime;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * One send without a key to a partitioned entity: tries fragment after fragment, round robin, as long as the last one
 * certainly stored nothing, up to the operation time-out (rules P6, P7).
 *
 * <p>Thread safe: one attempt at a time, each started by the end of the one before.
 */
final class UnkeyedSend {
    private static final long PAUSE_NANOS = 50_000_000;

    private final PartitionSet partitions;
    private final BusRuntime runtime;
    private final EntityRoute route;
    private final Submission submission;
    private final long deadlineNanos;
    private final CompletableFuture<Long> result = new CompletableFuture<>();
    private final BitSet full = new BitSet();
    private final BitSet out = new BitSet();
    private BrokerException last =
            new BrokerException(ErrorCode.PartitionUnavailable, "no partition of the entity is available");

    UnkeyedSend(
            PartitionSet partitions, BusRuntime runtime, EntityRoute route, Submission submission, long timeoutNanos) {
        this.partitions = partitions;
        this.runtime = runtime;
        this.route = route;
        this.submission = submission;
        this.deadlineNanos = runtime.clock().nanoTime() + timeoutNanos;
    }

    CompletableFuture<Long> start() {
        attempt();
        return result;
    }

    private void attempt() {
        OptionalInt next = route.roundRobin()
                .next(i -> !full.get(i) && !out.get(i) && partitions.get(i).isAvailable());
        if (next.isEmpty()) {
            pause();
            return;
        }
        int partition = next.getAsInt();
        partitions.get(partition).send(submission).whenComplete((number, failure) -> {
            if (failure == null) {
                result.complete(number);
            } else if (!(failure instanceof BrokerException broker)) {
                result.completeExceptionally(failure);
            } else if (broker.code() == ErrorCode.QuotaExceeded) {
                full.set(partition);
                last = broker;
                attempt();
            } else if (broker.code() == ErrorCode.PartitionUnavailable) {
                out.set(partition);
                last = broker;
                attempt();
            } else {
                result.completeExceptionally(broker);
            }
        });
    }

    /** Every fragment has said no. If all are full that is the answer; one that is out may come back. */
    private void pause() {
        boolean allFull = full.cardinality() == partitions.count();
        if (allFull || runtime.clock().nanoTime() - deadlineNanos >= 0) {
            result.completeExceptionally(last);
            return;
        }
        out.clear();
        full.clear();
        if (partitions.pause(this)) {
            runtime.schedule(() -> runtime.executor().execute(this::goOn), PAUSE_NANOS);
        } else {
            end();
        }
    }

    private void goOn() {
        if (partitions.resume(this)) {
            attempt();
        }
    }

    /** The namespace closes. */
    void end() {
        result.completeExceptionally(new BrokerException(ErrorCode.Closed, "the namespace is closed"));
    }
}
