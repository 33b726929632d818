/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends parts of transactions that others decide, when those who drove them do not: asks the coordinator (rule X4). The
 * counterpart of {@link Deciding}.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Resolving {
    /** So long whoever drives a transaction is left to do it. */
    static final long DRIVEN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PartitionState state;
    private final Exchange exchange;
    private final Repeats asking;

    Resolving(PartitionState state, Exchange exchange) {
        this.state = state;
        this.exchange = exchange;
        this.asking = new Repeats(state.deadlines);
    }

    /** A part was prepared, and somebody drives it; or it was ended by hand. */
    void prepared(Round round, BranchPart part) {
        if (isDecidedElsewhere(part)) {
            asking.from(part.id(), round.nanos + DRIVEN_NANOS);
        }
    }

    /** A part has ended. */
    void ended(BranchPart part) {
        asking.end(part.id());
    }

    /** After a load: nobody may drive these any more. */
    void recover(Round round) {
        for (BranchPart part : state.branches().all()) {
            if (isDecidedElsewhere(part)) {
                asking.from(part.id(), round.nanos);
            }
        }
        tick(round);
    }

    /** One that was ended by hand is kept until it is known whether it was decided so. */
    private boolean isDecidedElsewhere(BranchPart part) {
        return part.part.coordinator() != state.partition;
    }

    /** Time has passed. */
    void tick(Round round) {
        Map<Integer, List<UUID>> byCoordinator = new TreeMap<>();
        for (UUID id : asking.due(round.nanos)) {
            BranchPart part = state.branches().find(id);
            if (part != null) {
                byCoordinator
                        .computeIfAbsent(part.part.coordinator(), coordinator -> new ArrayList<>())
                        .add(id);
            }
        }
        byCoordinator.forEach((coordinator, ids) -> ask(round, coordinator, ids));
    }

    /** One that is out does not answer; one that is being loaded does when it knows. */
    private void ask(Round round, int coordinator, List<UUID> ids) {
        CompletableFuture<Map<UUID, Verdict>> reply = new CompletableFuture<>();
        reply.thenAccept(verdicts -> verdicts.forEach((id, verdict) -> end(id, coordinator, verdict)));
        round.whenDurable.add(
                Replies.ifDurable(() -> exchange.submit(coordinator, new DecisionCommand.Ask(ids, reply))));
    }

    private void end(UUID id, int coordinator, Verdict verdict) {
        switch (verdict) {
            case COMMITTED -> commit(exchange, id, coordinator, state.partition);
            case ROLLED_BACK ->
                exchange.submit(state.partition, new BranchCommand.EndPart(id, false, new CompletableFuture<>()));
            case PENDING, UNKNOWN -> {
                // It is asked again.
            }
        }
    }

    /**
     * Has a participant do its part of what is committed, and tells the coordinator when it has: also if it has none, then it
     * did it before.
     */
    static void commit(Exchange exchange, UUID id, int coordinator, int participant) {
        CompletableFuture<Boolean> reply = new CompletableFuture<>();
        reply.thenAccept(done -> exchange.submit(
                coordinator, new DecisionCommand.ParticipantDone(id, participant, new CompletableFuture<>())));
        exchange.submit(participant, new BranchCommand.EndPart(id, true, reply));
    }
}
