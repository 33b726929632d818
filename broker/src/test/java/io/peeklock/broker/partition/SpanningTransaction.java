/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction over several partitions, and who drives it step by step, but may stop after any of them.
 *
 * <p>Not thread safe.
 */
final class SpanningTransaction {

    /** What its driver knows of it. */
    enum Outcome {
        /** It has not come to a decision. */
        OPEN,
        /** Only who ends it ends it. */
        PREPARED,
        COMMITTED,
        NOT_DONE
    }

    final UUID id;
    final String name;
    final int coordinator;
    /** What it does, by partition. */
    final Map<Integer, TransactionWork> work;
    /** The texts of messages that it completes. */
    final Set<String> completed;

    Outcome outcome = Outcome.OPEN;
    private final boolean xa;
    private final Random random;
    private final List<Partition> partitions;
    private final List<Integer> participants;
    private boolean marked;
    private @Nullable Runnable next;

    SpanningTransaction(
            String name, SpannedBus bus, Random random, Map<Integer, TransactionWork> work, Set<String> completed) {
        this.name = name;
        this.random = random;
        this.work = work;
        this.completed = completed;
        partitions = List.copyOf(bus.partitions);
        List<Integer> all = new ArrayList<>(work.keySet());
        coordinator = all.remove(random.nextInt(all.size()));
        participants = List.copyOf(all);
        id = new UUID(random.nextLong(), random.nextLong());
        xa = random.nextBoolean();
        next = this::begin;
    }

    /** Whether its driver can go on now. */
    boolean isWaiting() {
        return next != null;
    }

    /** Whether only a load takes the mark from its coordinator: a driver that lives would have done it. */
    boolean hasLeftAMark() {
        return marked;
    }

    /** One step, or none for ever. */
    void step(boolean stops) {
        Runnable step = next;
        next = null;
        if (step != null && !stops) {
            step.run();
        }
    }

    /** Nobody drives it any more. */
    void processEnded() {
        next = null;
        marked = false;
    }

    private Partition decider() {
        return partitions.get(coordinator);
    }

    private <T> void then(CompletableFuture<T> answer, Consumer<T> done, Consumer<ErrorCode> failed) {
        answer.whenComplete((value, failure) -> next = () -> {
            if (failure == null) {
                done.accept(value);
            } else {
                failed.accept(codeOf(failure));
            }
        });
    }

    private static ErrorCode codeOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof BrokerException e ? e.code() : ErrorCode.OutcomeUnknown;
    }

    private void begin() {
        marked = true;
        then(decider().begin(id), begun -> prepareOthers(), code -> {
            marked = false;
            outcome = Outcome.NOT_DONE;
        });
    }

    private BranchXid xid() {
        return new BranchXid(1, name.getBytes(StandardCharsets.UTF_8), new byte[] {1});
    }

    private void prepareOthers() {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int participant : participants) {
            PreparedPart part = new PreparedPart(id, coordinator, xa ? xid() : null, List.of());
            answers.add(partitions.get(participant).prepare(part, work.get(participant)));
        }
        then(
                CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)),
                prepared -> decide(),
                code -> takeBack());
    }

    private void decide() {
        TransactionWork own = work.get(coordinator);
        if (xa) {
            PreparedPart part = new PreparedPart(id, coordinator, xid(), participants);
            then(
                    decider().prepare(part, own),
                    prepared -> {
                        marked = false;
                        outcome = Outcome.PREPARED;
                        next = () -> end(random.nextBoolean());
                    },
                    this::notDecided);
        } else {
            then(decider().decide(id, own, participants), decided -> commitOthers(), this::notDecided);
        }
    }

    private void notDecided(ErrorCode code) {
        marked = false;
        if (code != ErrorCode.OutcomeUnknown) {
            takeBack();
        }
    }

    private void takeBack() {
        outcome = Outcome.NOT_DONE;
        decider().giveUp(id);
        marked = false;
        participants.forEach(participant -> partitions.get(participant).endPart(id, false));
    }

    /** The second phase, by the transaction manager or by an administrator. */
    private void end(boolean commit) {
        outcome = Outcome.OPEN;
        boolean byHand = random.nextInt(4) == 0;
        then(
                byHand ? decider().endByHand(id, commit) : decider().endPart(id, commit),
                isEnded -> {
                    if (isEnded && commit) {
                        commitOthers();
                    } else if (isEnded) {
                        takeBack();
                    }
                },
                code -> {});
    }

    private void commitOthers() {
        marked = false;
        outcome = Outcome.COMMITTED;
        for (int participant : participants) {
            if (random.nextInt(6) > 0) {
                CompletableFuture<Boolean> ended = partitions.get(participant).endPart(id, true);
                if (random.nextInt(6) > 0) {
                    ended.thenAccept(any -> decider().participantDone(id, participant));
                }
            }
        }
    }

    @Override
    public String toString() {
        return (xa ? "XA " : "local ") + name + " over " + work.keySet() + " decided by " + coordinator + ", "
                + outcome;
    }
}
