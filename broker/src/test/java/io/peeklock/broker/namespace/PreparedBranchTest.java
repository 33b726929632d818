/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceStatistics;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.PreparedBranch.State;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches of global transactions: prepared, and ended by their names (rule X5). */
@Tag("X5")
class PreparedBranchTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    private Delivery a;
    private Delivery b;

    /** Over two partitions, the first of which decides, or in one. */
    private void prepareOver(int partitions) {
        a = held(Q0, "a");
        b = held(Q1, "b");
        bus.get(
                partitions == 2
                        ? prepare(XID, part(0, a.requireLockToken(), "a2"), part(1, b.requireLockToken(), "b2"))
                        : prepare(XID, part(0, a.requireLockToken(), "a2")));
    }

    /** The bus was just opened, and the disk of partition 2 takes long. */
    private void restartWithASlowPartition() {
        bus = bus.restarted();
        bus.syncs(false);
        bus.namespace.send(Q2, TestBus.text("x").build());
        bus.run();
    }

    private BranchOutcome commitIt() {
        return bus.get(bus.namespace.commitBranch(XID));
    }

    private BranchOutcome rollBack() {
        return bus.get(bus.namespace.rollbackBranch(XID));
    }

    private void assertDone(int partitions) {
        assertThat(ready(Q0)).containsExactly("a2");
        if (partitions == 2) {
            assertThat(ready(Q1)).containsExactly("b2");
        }
    }

    private void assertNotDone(int partitions) {
        assertThat(ready(Q0)).containsExactly("a");
        if (partitions == 2) {
            assertThat(ready(Q1)).containsExactly("b");
        }
    }

    @Nested
    class Preparing {
        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void keepsMessagesLockedAndInvisibleThroughRestarts(int partitions) {
            prepareOver(partitions);
            for (int i = 0; i < 3; i++) {
                bus.advance(Duration.ofMinutes(10));
                assertThat(ready(Q0)).isEmpty();
                assertThat(prepared()).extracting(PreparedBranch::xid).containsExactly(XID);
                bus = i == 0 ? bus.restarted() : i == 1 ? bus.crashed() : bus.killed();
            }
            assertThat(ready(Q0)).isEmpty();
            NamespaceStatistics now = bus.get(bus.namespace.statistics());
            assertThat(now.preparedBranches()).isEqualTo(1);
            assertThat(now.partsInDoubt()).isEqualTo(partitions - 1);
            assertThat(commitIt()).isEqualTo(BranchOutcome.DONE);
            assertThat(bus.get(bus.namespace.statistics()).preparedBranches()).isZero();
            assertThat(bus.get(bus.namespace.statistics()).partsInDoubt()).isZero();
            assertDone(partitions);
        }

        @Test
        void ofNothingIsRefused() {
            assertThat(bus.errorOf(prepare(XID))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(prepare(XID, sends(0)))).isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        void ofAnXidThatIsPreparedIsRefusedAlsoAfterARestart() {
            prepareOver(2);
            for (int i = 0; i < 2; i++) {
                BrokerException refusal = bus.failure(prepare(XID, sends(2, "c")));
                assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
                assertThat(refusal).hasMessageContaining(XID.toString());
                bus = bus.killed();
            }
            assertThat(commitIt()).isEqualTo(BranchOutcome.DONE);
            assertThat(ready(Q2)).isEmpty();
            bus.get(prepare(XID, sends(2, "c")));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void leavesNothingIfAPartitionRefuses(int refusing) {
            a = held(Q0, "a");
            b = held(Q1, "b");
            abandon(refusing == 0 ? a : b);
            assertThat(bus.errorOf(
                            prepare(XID, part(0, a.requireLockToken(), "a2"), part(1, b.requireLockToken(), "b2"))))
                    .isEqualTo(ErrorCode.MessageLockLost);
            assertThat(prepared()).isEmpty();
            assertThat(rollBack()).isEqualTo(BranchOutcome.NOT_FOUND);
            abandon(a, b);
            assertNotDone(2);
            bus.get(prepare(XID, sends(0, "again")));
        }

        @Test
        @Tag("P8")
        void doesNotWaitForAnotherPartitionThatIsSlow() {
            restartWithASlowPartition();
            CompletableFuture<Void> prepared = prepare(XID, sends(0, "a"));
            bus.run();
            bus.store().sync(0, 9);
            bus.run();
            assertThat(prepared).isCompleted();
            bus.syncs(true);
        }

        /** Rolling it back finds it if it is there. */
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void ofUnknownOutcomeCanBeRolledBack(int batchesThatReachTheDisk) {
            a = held(Q0, "a");
            bus.syncs(false);
            CompletableFuture<Void> prepared = prepare(XID, part(0, a.requireLockToken(), "a2"), sends(1, "b2"));
            bus.run();
            bus.store().sync(1, 1);
            bus.run();
            bus.store().failNextSync(0, Reason.IO, batchesThatReachTheDisk);
            bus.store().sync(0, 1);
            bus.syncs(true);
            assertThat(bus.errorOf(prepared)).isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(bus.errorOf(bus.namespace.rollbackBranch(XID))).isEqualTo(ErrorCode.PartitionUnavailable);
            reopen(0);
            assertThat(prepared()).hasSize(batchesThatReachTheDisk);
            assertThat(rollBack())
                    .isEqualTo(batchesThatReachTheDisk == 1 ? BranchOutcome.DONE : BranchOutcome.NOT_FOUND);
            assertThat(prepared()).isEmpty();
            settleDown();
            assertThat(ready()).containsExactly(List.of("a"), List.of(), List.of());
        }
    }

    @Nested
    class Ending {
        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void commitsOnce(int partitions) {
            prepareOver(partitions);
            assertThat(commitIt()).isEqualTo(BranchOutcome.DONE);
            assertDone(partitions);
            assertThat(prepared()).isEmpty();
            assertThat(commitIt()).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(rollBack()).isEqualTo(BranchOutcome.NOT_FOUND);
            bus = bus.crashed();
            assertThat(commitIt()).isEqualTo(BranchOutcome.NOT_FOUND);
            assertDone(partitions);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        @Tag("L6")
        void rollsBackWithCountsRaised(int partitions) {
            prepareOver(partitions);
            assertThat(rollBack()).isEqualTo(BranchOutcome.DONE);
            assertNotDone(partitions);
            assertThat(bus.take(Q0).deliveryCount()).isEqualTo(1);
            assertThat(rollBack()).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(prepared()).isEmpty();
        }

        @Test
        void ofWhatNobodyPreparedFindsNothing() {
            assertThat(commitIt()).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(rollBack()).isEqualTo(BranchOutcome.NOT_FOUND);
        }

        @Test
        void happensOneWayIfBothAreAskedForAtOnce() {
            prepareOver(2);
            bus.syncs(false);
            CompletableFuture<BranchOutcome> committed = bus.namespace.commitBranch(XID);
            CompletableFuture<BranchOutcome> rolledBack = bus.namespace.rollbackBranch(XID);
            bus.syncs(true);
            bus.run();
            assertThat(List.of(bus.get(committed), bus.get(rolledBack)))
                    .containsExactlyInAnyOrder(BranchOutcome.DONE, BranchOutcome.NOT_FOUND);
            settleDown();
            if (committed.join() == BranchOutcome.DONE) {
                assertDone(2);
            } else {
                assertNotDone(2);
            }
        }

        /** Whoever ends it while it is being prepared waits for that. */
        @Test
        void waitsForThePreparation() {
            bus.syncs(false);
            CompletableFuture<Void> prepared = prepare(XID, sends(0, "a"), sends(1, "b"));
            CompletableFuture<BranchOutcome> rolledBack = bus.namespace.rollbackBranch(XID);
            bus.run();
            assertThat(rolledBack).isNotDone();
            bus.syncs(true);
            bus.get(prepared);
            assertThat(bus.get(rolledBack)).isEqualTo(BranchOutcome.DONE);
            assertThat(ready()).containsOnly(List.of());
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void asksForABranchThatIsBeingPreparedWhileAnotherPartitionIsSlow(int partitions) {
            restartWithASlowPartition();
            CompletableFuture<BranchOutcome> rolledBack = bus.namespace.rollbackBranch(XID);
            bus.run();
            CompletableFuture<Void> prepared =
                    partitions == 1 ? prepare(XID, sends(0, "a")) : prepare(XID, sends(0, "a"), sends(1, "b"));
            bus.run();
            bus.store().sync(2, 9);
            bus.run();
            bus.syncs(true);
            bus.get(prepared);
            if (bus.get(rolledBack) == BranchOutcome.NOT_FOUND) {
                // It came before: then it can be ended now.
                assertThat(rollBack()).isEqualTo(BranchOutcome.DONE);
            }
            assertThat(prepared()).isEmpty();
        }

        @Test
        void isAskedAgainWhileThePartitionThatDecidesIsOut() {
            prepareOver(2);
            fail(0);
            assertThat(bus.errorOf(bus.namespace.commitBranch(XID))).isEqualTo(ErrorCode.PartitionUnavailable);
            reopen(0);
            assertThat(ready(Q1)).isEmpty();
            assertThat(commitIt()).isEqualTo(BranchOutcome.DONE);
            assertDone(2);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void reachesAPartitionThatWasOutWhenItIsBack(boolean commit) {
            prepareOver(2);
            fail(1);
            assertThat(commit ? commitIt() : rollBack()).isEqualTo(BranchOutcome.DONE);
            assertThat(ready(Q0)).containsExactly(commit ? "a2" : "a");
            reopen(1);
            assertThat(ready(Q1)).containsExactly(commit ? "b2" : "b");
            bus = bus.crashed();
            assertThat(ready(Q1)).containsExactly(commit ? "b2" : "b");
        }
    }

    @Nested
    class Listing {
        @Test
        void tellsWhatIsPreparedWhereSinceWhen() {
            bus.advance(Duration.ofMinutes(3));
            long now = bus.runtime.clock().wallTimeMs();
            a = held(Q0, "a");
            b = held(Q2, "b");
            bus.get(prepare(XID, part(0, a.requireLockToken(), "a2"), sends(1, "x", "y"), completes(b)));
            bus.advance(Duration.ofMinutes(3));
            for (int i = 0; i < 2; i++) {
                PreparedBranch one = prepared().get(0);
                assertThat(one.xid()).isEqualTo(XID);
                assertThat(one.state()).isEqualTo(State.PREPARED);
                assertThat(one.coordinator()).isEqualTo(1);
                assertThat(one.partitions()).containsExactly(0, 1, 2);
                assertThat(one.sends()).isEqualTo(3);
                assertThat(one.messages()).isEqualTo(2);
                assertThat(one.preparedAt().toEpochMilli()).isEqualTo(now);
                bus = bus.killed();
            }
        }

        @Test
        void isAllOrNothing() {
            prepareOver(1);
            for (int out = 0; out < 3; out++) {
                fail(out);
                BrokerException refusal = bus.failure(bus.namespace.preparedBranches());
                assertThat(refusal.code()).isEqualTo(ErrorCode.PartitionUnavailable);
                assertThat(refusal).hasMessageContaining("partition " + out);
                reopen(out);
                assertThat(prepared()).hasSize(1);
            }
        }

        @Test
        void isOldestFirst() {
            bus.get(prepare(xid("1"), sends(2, "a")));
            bus.advance(Duration.ofSeconds(1));
            bus.get(prepare(xid("2"), sends(0, "a")));
            bus.advance(Duration.ofSeconds(1));
            bus.get(prepare(xid("3"), sends(1, "a")));
            assertThat(prepared()).extracting(PreparedBranch::xid).containsExactly(xid("1"), xid("2"), xid("3"));
        }

        @Test
        void hasNoBranchThatIsNotPreparedEverywhere() {
            bus.syncs(false);
            CompletableFuture<Void> prepared = prepare(XID, sends(0, "a", "b"), sends(1, "c"));
            bus.run();
            bus.store().sync(1, 1);
            bus.run();
            assertThat(prepared).isNotDone();
            bus = bus.crashed();
            assertThat(prepared()).isEmpty();
            settleDown();
            assertThat(bus.get(bus.namespace.counters(Q1)).sizeBytes()).isZero();
        }
    }
}
