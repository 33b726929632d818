/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.journal.JournalException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The work of a transaction in several partitions: all of it, or nothing (rule X4). */
@Tag("X4")
class SpanningCommitTest extends SpanFixture {

    @Nested
    class Succeeding {
        @Test
        void sendsAndCompletesInAllPartitions() {
            Delivery a = held(Q0, "a");
            Delivery b = held(Q1, "b");
            bus.get(commit(
                    part(0, a.requireLockToken(), "a2"), part(1, b.requireLockToken(), "b2"), sends(2, "c1", "c2")));
            assertThat(ready()).containsExactly(List.of("a2"), List.of("b2"), List.of("c1", "c2"));
            assertThat(prepared()).isEmpty();
            bus = bus.restarted();
            assertThat(ready()).containsExactly(List.of("a2"), List.of("b2"), List.of("c1", "c2"));
            bus = bus.crashed();
            assertThat(ready()).containsExactly(List.of("a2"), List.of("b2"), List.of("c1", "c2"));
        }

        @Test
        void completesWithoutSending() {
            Delivery a = held(Q0, "a");
            Delivery b = held(Q1, "b");
            bus.get(commit(completes(a), completes(b)));
            assertThat(ready()).containsOnly(List.of());
            bus = bus.crashed();
            assertThat(ready()).containsOnly(List.of());
        }

        @Test
        void goesOverFragmentsOfOneEntity() {
            Delivery a = heldInFragment(0);
            Delivery b = heldInFragment(2);
            bus.get(commit(completes(a), completes(b)));
            assertThat(ready(SPREAD)).isEmpty();
        }

        private Delivery heldInFragment(int partition) {
            bus.send(SPREAD, TestBus.text("in " + partition).partitionKey(keyOf(partition)));
            return bus.take(SPREAD);
        }

        @Test
        void ofNothingDoesNothing() {
            bus.get(commit());
            bus.get(commit(sends(0), sends(1)));
        }

        @Test
        void ofOnePartitionIsOneBatch() {
            bus.get(commit(sends(0, "numbers are reserved"), sends(1, "here too")));
            bus.syncs(false);
            CompletableFuture<Void> committed = commit(sends(0, "a"), sends(1));
            bus.run();
            assertThat(bus.store().waiting(0)).isEqualTo(1);
            assertThat(bus.store().waiting(1)).isZero();
            bus.syncs(true);
            bus.get(committed);
        }

        @Test
        void showsNothingBeforeTheCoordinatorHasItOnDisk() {
            bus.get(commit(sends(0, "a"), sends(1, "b")));
            bus.takeAll(Q0);
            bus.takeAll(Q1);
            bus.syncs(false);
            CompletableFuture<Void> committed = commit(sends(0, "c", "d"), sends(1, "e"));
            bus.run();
            bus.store().sync(1, 1);
            bus.run();
            assertThat(committed).isNotDone();
            assertThat(ready(Q1)).isEmpty();
            bus.syncs(true);
            bus.get(committed);
            assertThat(ready(Q0)).containsExactly("c", "d");
            assertThat(ready(Q1)).containsExactly("e");
        }
    }

    @Nested
    class Refused {
        @Test
        void becauseAPartitionIsNamedTwice() {
            BrokerException refusal = bus.failure(commit(sends(0, "a"), sends(1, "b"), sends(0, "c")));
            assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(refusal).hasMessageContaining("partition 0 is named twice");
            assertThat(ready()).containsOnly(List.of());
        }

        @Test
        void becauseThereIsNoSuchPartition() {
            assertThat(bus.errorOf(commit(sends(0, "a"), new PartitionCommit(3, List.of(), List.of()))))
                    .isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        void becauseSomethingLiesInAnotherPartition() {
            Delivery b = held(Q1, "b");
            PartitionCommit wrong = new PartitionCommit(0, List.of(), List.of(b.requireLockToken()));
            assertThat(bus.errorOf(commit(sends(1, "x"), wrong))).isEqualTo(ErrorCode.InvalidOperation);
            PartitionCommit wrongQueue = new PartitionCommit(0, List.of(out(Q1, "x")), List.of());
            assertThat(bus.errorOf(commit(sends(2, "x"), wrongQueue))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(ready(Q2)).isEmpty();
        }

        /** What was received there is abandoned once, whoever abandons it again. */
        @Test
        @Tag("L7")
        void byAParticipantWhoseLockIsLost() {
            Delivery a = held(Q0, "a");
            Delivery b = held(Q1, "b");
            Delivery c = held(Q2, "c");
            abandon(b);
            assertThat(bus.errorOf(commit(
                            part(0, a.requireLockToken(), "a2"),
                            part(1, b.requireLockToken(), "b2"),
                            part(2, c.requireLockToken(), "c2"))))
                    .isEqualTo(ErrorCode.MessageLockLost);
            abandon(a, b, c);
            assertThat(ready()).containsExactly(List.of("a"), List.of("b"), List.of("c"));
            for (int i = 0; i < 3; i++) {
                assertThat(bus.take(QUEUES.get(i)).deliveryCount())
                        .as("of %s", QUEUES.get(i))
                        .isEqualTo(1);
            }
        }

        @Test
        @Tag("L7")
        void byTheCoordinatorWhoseLockIsLost() {
            Delivery a = held(Q0, "a");
            Delivery b = held(Q1, "b");
            abandon(a);
            assertThat(bus.errorOf(commit(part(0, a.requireLockToken(), "a2"), part(1, b.requireLockToken(), "b2"))))
                    .isEqualTo(ErrorCode.MessageLockLost);
            abandon(a, b);
            assertThat(ready()).containsExactly(List.of("a"), List.of("b"), List.of());
            assertThat(bus.take(Q1).deliveryCount()).isEqualTo(1);
            bus = bus.crashed();
            settleDown();
            assertThat(ready()).containsExactly(List.of("a"), List.of("b"), List.of());
        }

        @Test
        @Tag("Q3")
        void byAFullQueueOfAParticipant() {
            OutgoingMessage large = new OutgoingMessage(
                    Q1, TestBus.text("").body(BodyKind.BYTES, new byte[200_000]).build());
            PartitionCommit tooMuch =
                    new PartitionCommit(1, List.of(large, large, large, large, large, large), List.of());
            assertThat(bus.errorOf(commit(sends(0, "1", "2", "3", "4", "5", "6", "7"), tooMuch)))
                    .isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(ready()).containsOnly(List.of());
            bus.get(commit(
                    sends(0, "a"), new PartitionCommit(1, List.of(large, large, large, large, large), List.of())));
        }

        @Test
        void byAPartitionThatIsOut() {
            Delivery b = held(Q1, "b");
            for (int out : List.of(0, 2)) {
                fail(out);
                assertThat(bus.errorOf(commit(sends(0, "a", "a2"), part(1, b.requireLockToken(), "b2"), sends(2, "c"))))
                        .isEqualTo(ErrorCode.PartitionUnavailable);
                reopen(out);
                assertThat(ready()).containsExactly(List.of(), List.of("b"), List.of());
                b = bus.take(Q1);
            }
        }
    }

    @Nested
    class WhileAPartitionFails {
        private Delivery a;
        private Delivery b;

        private CompletableFuture<Void> begun() {
            a = held(Q0, "a");
            b = held(Q1, "b");
            bus.syncs(false);
            CompletableFuture<Void> committed =
                    commit(part(0, a.requireLockToken(), "a2"), part(1, b.requireLockToken(), "b2"));
            bus.run();
            return committed;
        }

        /** The next batch of a partition that waits is on the disk or not, and the partition is out. */
        private void failsAt(int partition, boolean reachesTheDisk) {
            assertThat(bus.store().waiting(partition)).isPositive();
            bus.store().failNextSync(partition, Reason.IO, reachesTheDisk ? 1 : 0);
            bus.store().sync(partition, 1);
            bus.run();
        }

        private void backToNormal(int partition) {
            bus.syncs(true);
            bus.run();
            reopen(partition);
        }

        private void assertNothingHappened() {
            abandon(a, b);
            assertThat(ready()).containsExactly(List.of("a"), List.of("b"), List.of());
        }

        private void assertAllHappened() {
            assertThat(ready()).containsExactly(List.of("a2"), List.of("b2"), List.of());
        }

        @Test
        void nothingHappensIfAParticipantDidNotPrepare() {
            for (boolean reaches : List.of(false, true)) {
                CompletableFuture<Void> committed = begun();
                failsAt(1, reaches);
                bus.syncs(true);
                assertThat(bus.errorOf(committed)).isEqualTo(ErrorCode.PartitionUnavailable);
                backToNormal(1);
                assertNothingHappened();
                bus.takeAll(Q0);
                bus.takeAll(Q1);
                bus = bus.killed();
                for (Delivery left : List.of(bus.take(Q0), bus.take(Q1))) {
                    bus.settle(left, Settlement.COMPLETE);
                }
            }
        }

        @Test
        void nobodyKnowsIfTheCoordinatorFailsWithTheDecisionAndAllDecideTheSame() {
            for (boolean reaches : List.of(false, true)) {
                CompletableFuture<Void> committed = begun();
                bus.store().sync(1, 1);
                bus.run();
                failsAt(0, reaches);
                bus.syncs(true);
                assertThat(bus.errorOf(committed)).isEqualTo(ErrorCode.OutcomeUnknown);
                assertThat(ready(Q1)).as("while nobody knows").isEmpty();
                backToNormal(0);
                if (reaches) {
                    assertAllHappened();
                } else {
                    assertNothingHappened();
                }
                bus = bus.killed();
                for (Delivery left : List.of(bus.take(Q0), bus.take(Q1))) {
                    bus.settle(left, Settlement.COMPLETE);
                }
            }
        }

        @Test
        void itHasHappenedIfAParticipantFailsAfterwards() {
            CompletableFuture<Void> committed = begun();
            bus.store().sync(1, 1);
            bus.run();
            bus.store().sync(0, 1);
            bus.run();
            failsAt(1, false);
            bus.syncs(true);
            bus.get(committed);
            assertThat(ready(Q0)).containsExactly("a2");
            backToNormal(1);
            assertAllHappened();
            bus = bus.crashed();
            assertAllHappened();
        }
    }
}
