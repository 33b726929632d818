/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Branches beside full disks, dead letters, forwarding, deferral and deletions. */
@Tag("X5")
class BranchNeighboursTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    @Test
    void aNameIsFreeWhenItIsForgottenThoughItsOutcomeWasUnknown() {
        bus.get(prepare(XID, sends(0, "a")));
        bus.get(bus.namespace.commitPrepared(XID));
        bus.syncs(false);
        CompletableFuture<BranchOutcome> forgotten = bus.namespace.forgetBranch(XID);
        bus.run();
        bus.store().failNextSync(0, Reason.IO, 1);
        bus.store().sync(0, 1);
        bus.syncs(true);
        assertThat(bus.errorOf(forgotten)).isEqualTo(ErrorCode.OutcomeUnknown);
        reopen(0);
        assertThat(prepared()).isEmpty();
        assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
        bus.get(prepare(XID, sends(0, "b")));
    }

    /** A full disk takes nothing that is sent, and can still be drained in branches. */
    @Test
    void onAFullDiskABranchThatSendsIsRefusedAndOneThatOnlyCompletesIsNot() {
        Delivery a = held(Q0, "a");
        bus.store().setUsableBytes(0);
        bus.advance(Duration.ofSeconds(20));
        CompletableFuture<Void> sending = prepare(XID, sends(0, "b"));
        bus.run();
        assertThat(bus.errorOf(sending)).isEqualTo(ErrorCode.QuotaExceeded);
        bus.get(prepare(XID, completes(a)));
        assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
        assertThat(ready(Q0)).isEmpty();
    }

    /** Prepared before, committed while the disk is full: the second phase does not fail. */
    @Test
    void aFullDiskDoesNotKeepACommitFromBeingDone() {
        bus.get(prepare(XID, sends(0, "a"), sends(1, "b")));
        bus.store().setUsableBytes(0);
        bus.advance(Duration.ofSeconds(20));
        assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
        assertThat(ready(Q0)).containsExactly("a");
    }

    /** Dead letters received in a branch, of a queue that forwards them; a limit reached by the rollback. */
    @Test
    void deadLettersAndLimits() {
        bus.create(QueueDescription.builder("d")
                .homePartition(0)
                .maxDeliveryCount(1)
                .forwardDeadLetteredMessagesTo("q1"));
        EntityPath d = EntityPath.queue("d");
        Delivery m = held(d, "m");
        bus.get(prepare(XID, completes(m)));
        bus = bus.crashed();
        settleDown();
        assertThat(bus.get(bus.namespace.rollbackBranch(XID))).isEqualTo(BranchOutcome.DONE);
        settleDown();
        assertThat(ready(Q1)).containsExactly("m");
        Delivery n = held(d, "n");
        bus.get(prepare(
                XID,
                new PartitionCommit(
                        0,
                        List.of(),
                        List.of(new StagedSettlement(
                                n.requireLockToken(), new Settlement.DeadLetter("r", "d", java.util.Map.of()))),
                        List.of())));
        bus = bus.crashed();
        assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
        settleDown();
        assertThat(ready(Q1)).containsExactly("m", "n");
    }

    /** Subscription forwards; topic publish staged over a restart. */
    @Test
    void aPublishThatIsForwarded() {
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder("t").homePartition(0).build()));
        bus.get(bus.namespace.createSubscription(
                SubscriptionDescription.builder("t", "s1").forwardTo("q1").build()));
        bus.get(bus.namespace.createSubscription(
                SubscriptionDescription.builder("t", "s2").build()));
        EntityPath t = EntityPath.topic("t");
        bus.get(prepare(XID, new PartitionCommit(0, List.of(out(t, "m")), List.of()), sends(2, "z")));
        settleDown();
        bus = bus.killed();
        settleDown();
        assertThat(ready(Q1)).isEmpty();
        bus.get(bus.namespace.deleteSubscription("t", "s2").handle((v, f) -> v));
        assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
        settleDown();
        assertThat(ready(Q1)).containsExactly("m");
        bus = bus.killed();
        settleDown();
        assertThat(ready(Q1)).containsExactly("m");
        assertThat(ready(Q2)).containsExactly("z");
        assertThat(ready(EntityPath.subscription("t", "s2"))).containsExactly("m");
    }

    /** Deferred messages received by number in a branch: ended in each way, over crashes. */
    @Test
    void deferredMessages() {
        List<Long> numbers = new ArrayList<>();
        for (String text : List.of("a", "b", "c")) {
            Delivery one = held(Q0, text);
            numbers.add(one.sequenceNumber());
            bus.settle(one, new Settlement.Defer(java.util.Map.of()));
        }
        List<Delivery> got =
                bus.get(bus.namespace.receiveDeferred(Q0, numbers, io.peeklock.broker.ReceiverOptions.peekLock()));
        bus.get(prepare(XID, completes(got.get(0))));
        bus.get(prepare(xid("two"), completes(got.get(1))));
        bus = bus.crashed();
        assertThat(bus.errorOf(bus.namespace.receiveDeferred(
                        Q0, List.of(numbers.get(0)), io.peeklock.broker.ReceiverOptions.peekLock())))
                .isEqualTo(ErrorCode.MessageNotFound);
        bus.get(bus.namespace.commitBranch(XID));
        bus.get(bus.namespace.rollbackBranch(xid("two")));
        bus = bus.crashed();
        List<Delivery> left = bus.get(bus.namespace.receiveDeferred(
                Q0, List.of(numbers.get(1)), io.peeklock.broker.ReceiverOptions.peekLock()));
        assertThat(left).hasSize(1);
        assertThat(left.get(0).deliveryCount()).isEqualTo(1);
        assertThat(bus.errorOf(bus.namespace.receiveDeferred(
                        Q0, List.of(numbers.get(0)), io.peeklock.broker.ReceiverOptions.peekLock())))
                .isEqualTo(ErrorCode.MessageNotFound);
    }

    /** Numbers are not given twice whatever is prepared, rolled back and restarted. */
    @Test
    @Tag("N1")
    void numbersAreNeverGivenTwice() {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            BranchXid xid = xid("n" + i);
            bus.get(prepare(xid, sends(0, "a" + i, "b" + i), sends(1, "c" + i)));
            startAgainOnWhatIsLeft((i + 1) % 3);
            bus.get(i % 2 == 0 ? bus.namespace.commitBranch(xid) : bus.namespace.rollbackBranch(xid));
            Delivery next = bus.receive(Q0);
            while (next != null) {
                all.add(next.sequenceNumber());
                bus.settle(next, Settlement.COMPLETE);
                next = bus.receive(Q0);
            }
            startAgainOnWhatIsLeft(i % 3);
        }
        assertThat(all).hasSize(6).doesNotHaveDuplicates().isSorted();
    }

    /** Nothing tells any more which numbers messages had that are gone. */
    private void startAgainOnWhatIsLeft(int end) {
        if (end == 0) {
            bus.close();
        } else {
            bus.runtime.crash();
        }
        SimulatedJournalStore left =
                end == 1 ? bus.store().crash() : bus.store().kill();
        left.compact(0, 1);
        bus = new TestBus(left, bus.namespace.config(), bus.runtime.after());
    }

    /** Rule W4: either the deletion is refused, or the prepare is. */
    @Test
    void aDeletionBesideAPrepare() {
        bus.get(prepare(xid("warm"), sends(0, "w"), sends(1, "w")));
        bus.get(bus.namespace.rollbackBranch(xid("warm")));
        bus.syncs(false);
        CompletableFuture<Void> deletion = bus.namespace.deleteQueue("q0");
        bus.run();
        CompletableFuture<Void> prepared = prepare(XID, sends(0, "a"), sends(1, "b"));
        for (int i = 0; i < 10; i++) {
            bus.run();
            bus.store().sync(0, 9);
            bus.store().sync(1, 9);
            bus.run();
        }
        bus.syncs(true);
        bus.run();
        boolean both = !deletion.isCompletedExceptionally() && !prepared.isCompletedExceptionally();
        assertThat(both).isFalse();
    }
}
