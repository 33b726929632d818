/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches beside what else happens: ends that overtake their prepares, statistics, forwarding. */
@Tag("X5")
class BranchRacesTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    /** Whatever the order of the two: what is prepared afterwards is listed and ended by its name, else the name is free. */
    @ParameterizedTest
    @CsvSource({"true,1", "true,2", "false,1", "false,2"})
    void anEndBesideThePrepareAfterAStartHidesNoBranch(boolean endFirst, int partitions) {
        bus = bus.restarted();
        CompletableFuture<BranchOutcome> early = endFirst ? bus.namespace.rollbackBranch(XID) : null;
        CompletableFuture<Void> prepared = prepare(XID, parts(partitions));
        early = early == null ? bus.namespace.rollbackBranch(XID) : early;
        bus.run();
        isWhole(early, prepared);
    }

    private static PartitionCommit[] parts(int partitions) {
        return partitions == 1
                ? new PartitionCommit[] {sends(0, "a")}
                : new PartitionCommit[] {sends(0, "a"), sends(1, "b")};
    }

    private void isWhole(CompletableFuture<BranchOutcome> early, CompletableFuture<Void> prepared) {
        assertThat(early).isCompleted();
        assertThat(prepared).isCompleted();
        boolean isPrepared = early.join() == BranchOutcome.NOT_FOUND;
        assertThat(prepared()).hasSize(isPrepared ? 1 : 0);
        assertThat(bus.get(bus.namespace.rollbackBranch(XID)))
                .isEqualTo(isPrepared ? BranchOutcome.DONE : BranchOutcome.NOT_FOUND);
        assertThat(prepared()).isEmpty();
        bus.get(prepare(XID, sends(0, "again")));
    }

    /** Staged messages are invisible. */
    @Test
    void statisticsDoNotTellStagedMessagesForStatesOrMessages() {
        bus.get(prepare(XID, sends(0, "aaaaaaaaaa")));
        EntityStatistics statistics = bus.get(bus.namespace.statistics(Q0));
        assertThat(statistics.sessionStateBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesOfANamespaceAreThoseThatCanBeSeen(boolean commit) {
        long before = messages();
        bus.get(prepare(XID, sends(0, "aaaaaaaaaa")));
        assertThat(messages()).isEqualTo(before);
        bus = bus.crashed();
        assertThat(messages()).isEqualTo(before);
        bus.get(commit ? bus.namespace.commitBranch(XID) : bus.namespace.rollbackBranch(XID));
        assertThat(messages()).isEqualTo(before + (commit ? 1 : 0));
    }

    private long messages() {
        return bus.get(bus.namespace.statistics()).messages();
    }

    /** What is staged in a queue that forwards goes on when it is committed. */
    @Test
    void stagedInAnEntityThatForwards() {
        bus.create(QueueDescription.builder("from")
                .homePartition(0)
                .forwardTo("q1")
                .forwardDeadLetteredMessagesTo("q2")
                .maxDeliveryCount(1));
        EntityPath from = EntityPath.queue("from");
        bus.get(prepare(XID, new PartitionCommit(0, List.of(out(from, "a")), List.of())));
        bus.get(prepare(xid("two"), new PartitionCommit(0, List.of(out(from, "no")), List.of())));
        settleDown();
        assertThat(ready(Q1)).isEmpty();
        bus = bus.killed();
        settleDown();
        assertThat(ready(Q1)).isEmpty();
        bus.get(bus.namespace.commitBranch(XID));
        bus.get(bus.namespace.rollbackBranch(xid("two")));
        settleDown();
        assertThat(ready(Q1)).containsExactly("a");
        Delivery a = bus.take(Q1);
        assertThat(a.enqueuedSequenceNumber()).isEqualTo(4097);
        bus = bus.killed();
        settleDown();
        assertThat(bus.take(Q1).enqueuedSequenceNumber()).isEqualTo(4097);
    }

    /** Messages prepared, then the queue begins to forward; both ends. */
    @Test
    void receivedOfAQueueThatBeginsToForward() {
        Delivery a = held(Q0, "a");
        Delivery b = held(Q0, "b");
        bus.get(prepare(XID, completes(a)));
        bus.get(prepare(xid("two"), completes(b)));
        bus.get(bus.namespace.updateQueue(
                bus.get(bus.namespace.queue("q0")).toBuilder().forwardTo("q1").build()));
        settleDown();
        assertThat(ready(Q1)).isEmpty();
        bus = bus.killed();
        settleDown();
        assertThat(ready(Q1)).isEmpty();
        bus.get(bus.namespace.commitBranch(XID));
        bus.get(bus.namespace.rollbackBranch(xid("two")));
        settleDown();
        assertThat(ready(Q1)).containsExactly("b");
        assertThat(ready(Q0)).isEmpty();
    }

    /** A session that a part holds is not said to be free. */
    @Test
    void aSessionThatAPartHoldsIsListedAsHeld() {
        EntityPath path = EntityPath.queue("s");
        bus.create(QueueDescription.builder("s").homePartition(0).sessionRequired(true));
        bus.send(path, TestBus.text("a").sessionId("S"));
        SessionReceiver receiver = bus.get(bus.namespace.acceptSession(path, "S", SessionOptions.peekLock()));
        CompletableFuture<Delivery> got = receiver.receive();
        Delivery a = bus.get(got);
        bus.get(prepare(XID, completes(a)));
        receiver.close();
        bus.run();
        SessionInfo info = bus.get(bus.namespace.listSessions(path, null, 10)).get(0);
        assertThat(info.held()).isTrue();
    }
}
