/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One transaction over three partitions, step by step: a step is the sync of one batch of one partition, and between any two of
 * them everything may end. It takes a message from a queue in each partition and puts another one there.
 *
 * <p>Not thread safe.
 */
final class SpanHistory {
    static final int PARTITIONS = 3;

    /** Who ends the transaction, and how. */
    enum Kind {
        /** A session commits it. */
        LOCAL,
        /** A transaction manager commits it, once all is prepared. */
        COMMITTED,
        /** A transaction manager rolls it back, once all is prepared. */
        ROLLED_BACK,
        /** An administrator commits it, once all is prepared. */
        COMMITTED_BY_HAND,
        /** An administrator rolls it back, once all is prepared. */
        ROLLED_BACK_BY_HAND
    }

    private static final BranchXid XID = SpanFixture.xid("one");

    private final Kind kind;
    private final List<Delivery> held = new ArrayList<>();
    private final CompletableFuture<?> first;
    private @Nullable CompletableFuture<BranchOutcome> second;
    private TestBus bus = TestBus.simulated(PARTITIONS, TestBus.config(Profile.JMS));

    SpanHistory(Kind kind) {
        this.kind = kind;
        List<PartitionCommit> parts = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            bus.create(QueueDescription.builder("q" + i).homePartition(i));
            bus.send(queue(i), TestBus.text("old"));
            Delivery old = bus.take(queue(i));
            held.add(old);
            parts.add(SpanFixture.part(i, old.requireLockToken(), "new"));
        }
        bus.syncs(false);
        first = kind == Kind.LOCAL ? bus.namespace.commit(parts) : bus.namespace.prepare(XID, parts);
        first.whenComplete((done, failure) -> {
            if (failure == null && kind != Kind.LOCAL) {
                second = end();
            }
        });
        bus.run();
    }

    private static EntityPath queue(int partition) {
        return EntityPath.queue("q" + partition);
    }

    /** What is to come of it once it is prepared. */
    private CompletableFuture<BranchOutcome> end() {
        return switch (kind) {
            case LOCAL -> throw new IllegalStateException("has no second phase");
            case COMMITTED -> bus.namespace.commitBranch(XID);
            case ROLLED_BACK -> bus.namespace.rollbackBranch(XID);
            case COMMITTED_BY_HAND -> bus.namespace.commitPrepared(XID);
            case ROLLED_BACK_BY_HAND -> bus.namespace.rollbackPrepared(XID);
        };
    }

    /** Partitions with something that is not on the disk yet. */
    List<Integer> waiting() {
        return IntStream.range(0, PARTITIONS)
                .filter(partition -> bus.store().waiting(partition) > 0)
                .boxed()
                .toList();
    }

    void sync(int partition) {
        bus.store().sync(partition, 1);
        bus.run();
    }

    /** The power fails: of what was not synced nothing is left. */
    void powerFails() {
        bus = bus.crashed();
    }

    /** The process is killed: all that was written is there. */
    void isKilled() {
        bus = bus.killed();
    }

    /** As one of these; then it starts again, and its transaction manager too, step by step as before. */
    void startsAgain(boolean afterPowerFailed) {
        bus.runtime.crash();
        SimulatedJournalStore left =
                afterPowerFailed ? bus.store().crash() : bus.store().kill();
        bus = new TestBus(left, bus.namespace.config(), bus.runtime.after(), false);
        boolean wasPrepared = isDone(first);
        bus.namespace
                .preparedBranches()
                .thenAccept(found -> found.stream()
                        .filter(one -> one.state() == PreparedBranch.State.PREPARED)
                        .forEach(one -> endFound(wasPrepared)));
        bus.run();
    }

    private CompletableFuture<BranchOutcome> endFound(boolean wasPrepared) {
        return wasPrepared ? end() : bus.namespace.rollbackBranch(XID);
    }

    /** A partition is out, its next batch on the disk or not; the others go on as far as they can, then it is back. */
    void partitionFails(int partition, boolean reachesTheDisk) {
        if (bus.store().waiting(partition) > 0) {
            bus.store().failNextSync(partition, Reason.IO, reachesTheDisk ? 1 : 0);
            bus.store().sync(partition, 1);
        } else {
            bus.store().failNextAppend(partition, Reason.IO);
        }
        bus.syncs(true);
        bus.run();
        // If it had nothing to write since, it fails now.
        bus.namespace.send(
                queue(partition), TestBus.text("provokes").durable(true).build());
        bus.run();
        assertThat(bus.namespace.health().get(partition).state()).isEqualTo(PartitionHealth.State.FAILED);
        bus.get(bus.namespace.reopen(partition));
        held.forEach(old -> bus.namespace.settle(old.requireLockToken(), Settlement.ABANDON));
        bus.run();
    }

    private void settleDown() {
        bus.syncs(true);
        for (int i = 0; i < 8; i++) {
            bus.advance(Duration.ofSeconds(10));
        }
    }

    /** Whatever has happened, the transaction has happened whole or not, as its user was told, and stays so. */
    void check() {
        settleDown();
        boolean wasPrepared = isDone(first);
        endAsTheTransactionManagerWould(wasPrepared);
        settleDown();
        boolean happened = happened();
        Boolean mustHave = mustHaveHappened(wasPrepared);
        if (mustHave != null) {
            assertThat(happened).as("whether it has happened").isEqualTo(mustHave);
        }
        for (int i = 0; i < 2; i++) {
            bus = i == 0 ? bus.killed() : bus.crashed();
            settleDown();
            assertThat(happened()).as("loaded again").isEqualTo(happened);
            forget();
            assertThat(bus.get(bus.namespace.preparedBranches())).isEmpty();
        }
        bus.close();
    }

    private static boolean isDone(@Nullable CompletableFuture<?> future) {
        return future != null && future.isDone() && !future.isCompletedExceptionally();
    }

    private @Nullable Boolean mustHaveHappened(boolean firstIsDone) {
        boolean refused = first.isCompletedExceptionally() && !isUnknown();
        return switch (kind) {
            case LOCAL -> firstIsDone ? Boolean.TRUE : refused ? Boolean.FALSE : null;
            case COMMITTED, COMMITTED_BY_HAND -> firstIsDone;
            case ROLLED_BACK, ROLLED_BACK_BY_HAND -> false;
        };
    }

    private boolean isUnknown() {
        return first.handle((done, failure) ->
                        failure instanceof BrokerException broker && broker.code() == ErrorCode.OutcomeUnknown)
                .join();
    }

    /** It commits or rolls back, as it had meant to, what it finds prepared; what was not prepared as far as it knows it rolls back. */
    private void endAsTheTransactionManagerWould(boolean wasPrepared) {
        List<PreparedBranch> found = bus.get(bus.namespace.preparedBranches());
        for (PreparedBranch one : found) {
            assertThat(kind).isNotEqualTo(Kind.LOCAL);
            assertThat(one.xid()).isEqualTo(XID);
            if (one.state() == PreparedBranch.State.PREPARED) {
                assertThat(bus.get(endFound(wasPrepared))).isEqualTo(BranchOutcome.DONE);
            }
        }
        if (found.isEmpty() && isDone(second) && second != null) {
            assertThat(second.join()).isEqualTo(BranchOutcome.DONE);
        }
    }

    /** What an administrator has ended is known as long as nobody says otherwise. */
    private void forget() {
        for (PreparedBranch one : bus.get(bus.namespace.preparedBranches())) {
            assertThat(one.state())
                    .isEqualTo(
                            kind == Kind.COMMITTED_BY_HAND
                                    ? PreparedBranch.State.HEURISTICALLY_COMMITTED
                                    : PreparedBranch.State.HEURISTICALLY_ROLLED_BACK);
            assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.DONE);
        }
    }

    private boolean happened() {
        List<List<String>> texts = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            texts.add(bus.get(bus.namespace.peek(queue(i), 0, 250)).stream()
                    .filter(delivery -> !TestBus.textOf(delivery).equals("provokes"))
                    .map(delivery -> TestBus.textOf(delivery) + " " + delivery.state())
                    .toList());
        }
        boolean happened = texts.get(0).contains("new " + MessageState.ACTIVE);
        assertThat(texts)
                .as("the queues of the three partitions")
                .containsOnly(List.of((happened ? "new " : "old ") + MessageState.ACTIVE));
        return happened;
    }
}
