/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.PreparedPart;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction does in several partitions: all but the coordinator prepare, in parallel; then the coordinator commits
 * with the decision, or prepares as the last one (rules X4, X5). If one refuses, nothing of it has happened.
 *
 * <p>Thread safe; used once. Futures fail with what a partition has said, not wrapped, when all that was prepared is given up:
 * what was received is abandoned then, but for the coordinator's. Who is out finds out by itself.
 */
final class SpanningWork {
    private final PartitionSet partitions;
    private final UUID id;
    private final @Nullable BranchXid xid;
    private final StagedPart first;
    private final List<StagedPart> others;
    private final List<Integer> participants;

    /**
     * @param xid null of a local transaction
     * @param parts of different partitions, at least one
     */
    SpanningWork(PartitionSet partitions, UUID id, @Nullable BranchXid xid, List<StagedPart> parts) {
        this.partitions = partitions;
        this.id = id;
        this.xid = xid;
        this.first = coordinating(parts);
        this.others = parts.stream()
                .filter(part -> part.partition() != first.partition())
                .toList();
        this.participants = others.stream().map(StagedPart::partition).toList();
    }

    /** The one with most to send: its messages are written once, and not as prepared ones first. */
    private static StagedPart coordinating(List<StagedPart> parts) {
        StagedPart most = parts.get(0);
        for (StagedPart part : parts) {
            most = part.work().sends().size() > most.work().sends().size() ? part : most;
        }
        return most;
    }

    UUID id() {
        return id;
    }

    /** The partition whose journal decides. */
    int coordinator() {
        return first.partition();
    }

    /** The other ones. */
    List<Integer> participants() {
        return participants;
    }

    /** Does it all; completes when it is durable, and done in every partition that is available. */
    CompletableFuture<Void> commit() {
        if (others.isEmpty()) {
            return partitions.get(first.partition()).commit(first.work(), false);
        }
        return whenAllPrepared(coordinator -> coordinator.decide(id, first.work(), participants))
                .thenCompose(done -> new PartEnds(partitions, id, coordinator(), participants).tell(true));
    }

    /** Completes when all of it is prepared, durably. */
    CompletableFuture<Void> prepare() {
        PreparedPart part = new PreparedPart(id, coordinator(), xid, participants);
        if (others.isEmpty()) {
            return partitions.get(first.partition()).prepare(part, first.work());
        }
        return whenAllPrepared(coordinator -> coordinator.prepare(part, first.work()));
    }

    /**
     * @param last what the coordinator does then. While it has not, it answers whoever asks that nothing is decided; if it is
     *     loaded again before, it knows nothing of this, and refuses
     */
    private CompletableFuture<Void> whenAllPrepared(Function<Partition, CompletableFuture<Void>> last) {
        Partition coordinator = partitions.get(first.partition());
        List<CompletableFuture<Void>> steps = new ArrayList<>(participants.size() + 1);
        // Before the others: none of them may ask before it has this.
        steps.add(coordinator.begin(id));
        for (StagedPart other : others) {
            steps.add(partitions
                    .get(other.partition())
                    .prepare(new PreparedPart(id, coordinator(), xid, List.of()), other.work()));
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new)).whenComplete((all, failed) -> {
            if (failed != null) {
                giveUp(coordinator, steps, firstFailure(steps), ended);
                return;
            }
            last.apply(coordinator).whenComplete((done, failure) -> {
                if (failure == null) {
                    ended.complete(null);
                } else if (isUnknown(failure)) {
                    // The coordinator alone knows, when it is back: the others ask it.
                    ended.completeExceptionally(failure);
                } else {
                    giveUp(coordinator, steps, failure, ended);
                }
            });
        });
        return ended;
    }

    private void giveUp(
            Partition coordinator, List<CompletableFuture<Void>> steps, Throwable why, CompletableFuture<Void> ended) {
        List<Integer> prepared = new ArrayList<>();
        for (int i = 0; i < participants.size(); i++) {
            if (!steps.get(i + 1).isCompletedExceptionally()) {
                prepared.add(participants.get(i));
            }
        }
        coordinator.giveUp(id);
        new PartEnds(partitions, id, coordinator(), prepared)
                .tell(false)
                .whenComplete((told, failure) -> ended.completeExceptionally(why));
    }

    /** What refuses is said rather than who was out; one that failed in the middle is told to drop it when it is back. */
    private static Throwable firstFailure(List<CompletableFuture<Void>> steps) {
        List<Throwable> failures = steps.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(step -> step.handle((done, failure) -> failure).join())
                .toList();
        Throwable first = failures.stream()
                .filter(failure -> !isUnknown(failure))
                .findFirst()
                .orElse(failures.get(0));
        return isUnknown(first)
                ? new BrokerException(
                        ErrorCode.PartitionUnavailable,
                        "nothing of the transaction was done, a partition failed in the middle of it: begin anew; "
                                + first.getMessage(),
                        first)
                : first;
    }

    static boolean isUnknown(Throwable failure) {
        return failure instanceof BrokerException broker && broker.code() == ErrorCode.OutcomeUnknown;
    }
}
