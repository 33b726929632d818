/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.PreparedBranch.State;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches that an administrator ends: their transaction manager hears of it until it has forgotten them (rule X5). */
@Tag("X5")
class BranchByHandTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    @BeforeEach
    void prepare() {
        Delivery a = held(Q0, "a");
        Delivery b = held(Q1, "b");
        bus.get(prepare(XID, part(0, a.requireLockToken(), "a2"), part(1, b.requireLockToken(), "b2")));
    }

    private BranchOutcome endByHand(boolean commit) {
        return bus.get(commit ? bus.namespace.commitPrepared(XID) : bus.namespace.rollbackPrepared(XID));
    }

    private static BranchOutcome heuristic(boolean commit) {
        return commit ? BranchOutcome.HEURISTICALLY_COMMITTED : BranchOutcome.HEURISTICALLY_ROLLED_BACK;
    }

    private void assertEnded(boolean commit) {
        List<String> first = List.of(commit ? "a2" : "a");
        List<String> second = List.of(commit ? "b2" : "b");
        assertThat(ready()).containsExactly(first, second, List.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areRememberedThroughRestartsUntilTheyAreForgotten(boolean commit) {
        assertThat(endByHand(commit)).isEqualTo(BranchOutcome.DONE);
        for (int i = 0; i < 3; i++) {
            assertEnded(commit);
            PreparedBranch one = prepared().get(0);
            assertThat(one.xid()).isEqualTo(XID);
            assertThat(one.state()).isEqualTo(commit ? State.HEURISTICALLY_COMMITTED : State.HEURISTICALLY_ROLLED_BACK);
            assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(heuristic(commit));
            assertThat(bus.get(bus.namespace.rollbackBranch(XID))).isEqualTo(heuristic(commit));
            assertThat(endByHand(!commit)).isEqualTo(heuristic(commit));
            bus = i == 0 ? bus.restarted() : bus.crashed();
        }
        assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.DONE);
        for (int i = 0; i < 2; i++) {
            assertThat(prepared()).isEmpty();
            assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
            bus = bus.crashed();
            assertEnded(commit);
        }
    }

    @Test
    void keepTheirNameUntilTheyAreForgotten() {
        endByHand(true);
        assertThat(bus.errorOf(prepare(XID, sends(2, "c")))).isEqualTo(ErrorCode.InvalidOperation);
        bus = bus.killed();
        assertThat(bus.errorOf(prepare(XID, sends(2, "c")))).isEqualTo(ErrorCode.InvalidOperation);
        bus.get(bus.namespace.forgetBranch(XID));
        bus.get(prepare(XID, sends(2, "c")));
    }

    /** Who asks again is told that there is none, and the name is free. */
    @Test
    void areForgottenIfNobodyKnewWhetherTheyWere() {
        endByHand(true);
        bus.syncs(false);
        CompletableFuture<BranchOutcome> forgotten = bus.namespace.forgetBranch(XID);
        bus.run();
        bus.store().failNextSync(0, Reason.IO, 1);
        bus.store().sync(0, 1);
        bus.syncs(true);
        assertThat(bus.errorOf(forgotten)).isEqualTo(ErrorCode.OutcomeUnknown);
        reopen(0);
        assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
        bus.get(prepare(XID, sends(0, "b")));
    }

    @Test
    void areNotForgottenWhileTheyArePrepared() {
        assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
        assertThat(prepared()).extracting(PreparedBranch::state).containsExactly(State.PREPARED);
        assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
        assertEnded(true);
    }

    @Test
    void areNoneOfThoseThatHaveEnded() {
        assertThat(bus.get(bus.namespace.rollbackBranch(XID))).isEqualTo(BranchOutcome.DONE);
        assertThat(endByHand(true)).isEqualTo(BranchOutcome.NOT_FOUND);
        assertThat(endByHand(false)).isEqualTo(BranchOutcome.NOT_FOUND);
        assertThat(bus.get(bus.namespace.commitPrepared(xid("unknown")))).isEqualTo(BranchOutcome.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reachAPartitionThatWasOutWhenItIsBack(boolean commit) {
        fail(1);
        assertThat(endByHand(commit)).isEqualTo(BranchOutcome.DONE);
        reopen(1);
        assertEnded(commit);
        assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.DONE);
        bus = bus.crashed();
        assertEnded(commit);
    }

    @Test
    void waitForThePartitionThatDecides() {
        fail(0);
        assertThat(bus.errorOf(bus.namespace.commitPrepared(XID))).isEqualTo(ErrorCode.PartitionUnavailable);
        reopen(0);
        assertThat(endByHand(true)).isEqualTo(BranchOutcome.DONE);
        assertEnded(true);
    }

    /** Forgotten before the other partition was back: that one has to learn of the decision all the same. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reachAPartitionThatWasOutAlsoIfTheyAreForgottenMeanwhile(boolean commit) {
        fail(1);
        endByHand(commit);
        assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.DONE);
        reopen(1);
        assertEnded(commit);
    }
}
