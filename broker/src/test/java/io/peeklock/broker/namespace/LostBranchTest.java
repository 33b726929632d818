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
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches whose coordinator has lost them, while others have their parts: nobody takes them for ended (rule X5). */
@Tag("X5")
class LostBranchTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    @BeforeEach
    void prepare() {
        bus.get(prepare(XID, sends(0, "a", "b"), completes(held(Q1, "y")), completes(held(Q2, "z"))));
    }

    private void damage(int kind) throws Exception {
        damage(kind, 99);
    }

    private void damage(int kind, int... bytes) throws Exception {
        bus.close();
        SimulatedJournalStore store = bus.store().kill();
        DamagedRecords.damage(store, 0, kind, bytes);
        bus = new TestBus(store, bus.namespace.config(), bus.runtime.after());
    }

    private void damageOneMore() throws Exception {
        bus.close();
        SimulatedJournalStore store = bus.store().kill();
        DamagedRecords.add(store, 0, DamagedRecords.DECISION);
        bus = new TestBus(store, bus.namespace.config(), bus.runtime.after());
    }

    private void assertNotKnown(CompletableFuture<?> answer) {
        BrokerException failure = bus.failure(answer);
        assertThat(failure.code()).as("%s", failure.getMessage()).isEqualTo(ErrorCode.PartitionUnavailable);
        assertThat(failure)
                .hasMessageContaining(XID.toString())
                .hasMessageContaining("partition 1 has a part")
                .hasMessageContaining("decided by partition 0")
                .hasMessageContaining("restore");
    }

    private void assertNothingIsKnown() {
        assertNotKnown(bus.namespace.preparedBranches());
        assertNotKnown(bus.namespace.commitBranch(XID));
        assertNotKnown(bus.namespace.rollbackBranch(XID));
        assertNotKnown(bus.namespace.commitPrepared(XID));
        assertNotKnown(bus.namespace.rollbackPrepared(XID));
        assertNotKnown(bus.namespace.forgetBranch(XID));
    }

    @Nested
    class WhoseRecordWasDamaged {
        @Test
        void areNotTakenForEnded() throws Exception {
            damage(DamagedRecords.BRANCH);
            assertNothingIsKnown();
            settleDown();
            assertNothingIsKnown();
            assertThat(ready(Q1)).isEmpty();
        }

        /** One of two pieces is there, or what the only one says makes no sense. */
        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void areNotTakenForEndedIfSomeOfItIsLeft(int pieces) throws Exception {
            damage(DamagedRecords.BRANCH, 1, 0, 0, 0, 0, 0, 0, 0, pieces, 99);
            settleDown();
            assertNothingIsKnown();
        }

        @Test
        void keepOthersFromBeingListedButNotFromBeingEnded() throws Exception {
            damage(DamagedRecords.BRANCH);
            BranchXid other = xid("other");
            bus.get(prepare(other, sends(1, "b")));
            assertNotKnown(bus.namespace.preparedBranches());
            assertThat(bus.get(bus.namespace.commitBranch(other))).isEqualTo(BranchOutcome.DONE);
            assertThat(bus.get(bus.namespace.commitBranch(other))).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(bus.get(bus.namespace.rollbackBranch(xid("never")))).isEqualTo(BranchOutcome.NOT_FOUND);
        }

        /** What may lie in a partition that is out is not known either. */
        @Test
        void areNotTakenForEndedWhileAPartitionIsOut() throws Exception {
            damage(DamagedRecords.BRANCH);
            assertNothingIsKnown();
            fail(1);
            fail(2);
            assertThat(bus.errorOf(bus.namespace.commitBranch(XID))).isEqualTo(ErrorCode.PartitionUnavailable);
        }

        /** The process has seen it prepared. */
        @Test
        void areNotTakenForEndedByWhoKnewThem() throws Exception {
            fail(0);
            DamagedRecords.damage(bus.store(), 0, DamagedRecords.BRANCH, 99);
            reopen(0);
            assertNothingIsKnown();
        }
    }

    @Nested
    class WhoseDecisionWasDamaged {
        @Test
        void areNotTakenForEnded() throws Exception {
            fail(1);
            fail(2);
            assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
            damage(DamagedRecords.DECISION);
            assertNothingIsKnown();
        }

        /** What is remembered says it all the same. */
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areDoneAsAnAdministratorHasSaid(boolean commit) throws Exception {
            fail(1);
            fail(2);
            bus.get(commit ? bus.namespace.commitPrepared(XID) : bus.namespace.rollbackPrepared(XID));
            damage(DamagedRecords.DECISION);
            damageOneMore();
            settleDown();
            assertThat(bus.get(bus.namespace.partsInDoubt(10))).isEmpty();
            assertThat(ready(Q1)).isEqualTo(commit ? List.of() : List.of("y"));
            assertThat(prepared())
                    .extracting(PreparedBranch::state)
                    .containsExactly(
                            commit
                                    ? PreparedBranch.State.HEURISTICALLY_COMMITTED
                                    : PreparedBranch.State.HEURISTICALLY_ROLLED_BACK);
        }
    }

    /** What is under way looks like it for a moment. */
    @Nested
    class InTraffic {
        private final BranchXid other = xid("other");

        private List<BranchXid> listed(CompletableFuture<List<PreparedBranch>> list) {
            return bus.get(list).stream().map(PreparedBranch::xid).toList();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void whatIsBeingPreparedIsNoneOfThem(boolean damaged) throws Exception {
            if (damaged) {
                bus.get(bus.namespace.rollbackBranch(XID));
                bus.get(prepare(other, sends(0, "c")));
                damage(DamagedRecords.BRANCH);
            }
            BranchXid third = xid("third");
            List<BranchXid> before = listed(bus.namespace.preparedBranches());
            bus.syncs(false);
            CompletableFuture<Void> preparing = prepare(third, sends(0, "d", "e"), sends(1, "f"));
            bus.run();
            bus.store().sync(1, Integer.MAX_VALUE);
            CompletableFuture<List<PreparedBranch>> list = bus.namespace.preparedBranches();
            CompletableFuture<BranchOutcome> unknown = bus.namespace.commitBranch(xid("never"));
            bus.run();
            bus.syncs(true);
            assertThat(listed(list)).containsAll(before);
            assertThat(bus.get(unknown)).isEqualTo(BranchOutcome.NOT_FOUND);
            bus.get(preparing);
            assertThat(listed(bus.namespace.preparedBranches())).contains(third);
        }

        /** It was listed where it was prepared, and its coordinator has forgotten it since. */
        @Test
        void whatHasEndedMeanwhileIsNoneOfThem() throws Exception {
            bus.get(prepare(other, sends(0, "c", "d"), sends(1, "e")));
            bus.get(bus.namespace.rollbackBranch(XID));
            damageOneMore();
            bus.syncs(false);
            bus.namespace.send(Q2, TestBus.text("slow").build());
            bus.run();
            CompletableFuture<BranchOutcome> ended = bus.namespace.commitBranch(other);
            CompletableFuture<List<PreparedBranch>> list = bus.namespace.preparedBranches();
            for (int i = 0; i < 4; i++) {
                bus.run();
                bus.store().sync(0, Integer.MAX_VALUE);
                bus.run();
                bus.store().sync(1, Integer.MAX_VALUE);
            }
            bus.run();
            assertThat(ended).isCompletedWithValue(BranchOutcome.DONE);
            assertThat(list).isNotDone();
            bus.syncs(true);
            assertThat(listed(list)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void whatIsBeingEndedIsNoneOfThem(boolean commit) throws Exception {
            bus.get(prepare(other, sends(0, "c")));
            fail(1);
            bus.get(commit ? bus.namespace.commitBranch(XID) : bus.namespace.rollbackBranch(XID));
            bus.store().failNextAppend(2, Reason.IO);
            bus.get(bus.namespace.reopen(1));
            assertThat(listed(bus.namespace.preparedBranches())).containsExactly(other);
            assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
        }
    }

    @Test
    void aPartThatWasReceivedStaysLocked() throws Exception {
        damage(DamagedRecords.BRANCH);
        Delivery none = bus.receive(Q1);
        assertThat(none).isNull();
    }
}
