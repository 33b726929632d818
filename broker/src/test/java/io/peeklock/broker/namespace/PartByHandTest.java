/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PartInDoubt;
import io.peeklock.broker.PartInDoubt.Reason;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.PreparedBranch.State;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of which their coordinators cannot say what becomes of them are listed, and ended by hand (rules X4, X5). */
@Tag("X4")
@Tag("X5")
class PartByHandTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    @BeforeEach
    void prepare() {
        bus.get(prepare(XID, sends(0, "a", "b"), completes(held(Q1, "y")), sends(2, "z")));
    }

    private void damage(int kind) throws Exception {
        bus.close();
        reopenDamaged(bus.store().kill(), kind);
    }

    private void reopenDamaged(SimulatedJournalStore store, int kind) throws Exception {
        DamagedRecords.damage(store, 0, kind, 99);
        bus = new TestBus(store, bus.namespace.config(), bus.runtime.after());
    }

    private List<PartInDoubt> parts() {
        return bus.get(bus.namespace.partsInDoubt(10));
    }

    private BranchOutcome end(int partition, boolean commit) {
        UUID id = parts().get(0).id();
        return bus.get(commit ? bus.namespace.commitPart(partition, id) : bus.namespace.rollbackPart(partition, id));
    }

    private static State state(boolean commit) {
        return commit ? State.HEURISTICALLY_COMMITTED : State.HEURISTICALLY_ROLLED_BACK;
    }

    private static BranchOutcome heuristic(boolean commit) {
        return commit ? BranchOutcome.HEURISTICALLY_COMMITTED : BranchOutcome.HEURISTICALLY_ROLLED_BACK;
    }

    private void assertEndedInOne(boolean commit) {
        assertThat(ready(Q1)).isEqualTo(commit ? List.of() : List.of("y"));
        assertThat(bus.get(bus.namespace.counters(Q1)).active()).isEqualTo(commit ? 0 : 1);
    }

    @Nested
    class Listing {
        @Test
        void isOfPartsWhoseCoordinatorIsOut() {
            fail(0);
            assertThat(parts())
                    .extracting(
                            PartInDoubt::partition,
                            PartInDoubt::coordinator,
                            PartInDoubt::xid,
                            PartInDoubt::state,
                            PartInDoubt::reason,
                            PartInDoubt::sends,
                            PartInDoubt::messages)
                    .containsExactly(
                            tuple(1, 0, XID, State.PREPARED, Reason.COORDINATOR_OUT, 0, 1),
                            tuple(2, 0, XID, State.PREPARED, Reason.COORDINATOR_OUT, 1, 0));
            assertThat(bus.get(bus.namespace.partsInDoubt(1))).hasSize(1);
            fail(1);
            assertThat(parts()).extracting(PartInDoubt::partition).containsExactly(2);
        }

        @Test
        void isOfPartsThatTheirCoordinatorHasLost() throws Exception {
            Instant preparedAt = prepared().get(0).preparedAt();
            damage(DamagedRecords.BRANCH);
            assertThat(parts())
                    .extracting(PartInDoubt::partition, PartInDoubt::reason, PartInDoubt::preparedAt)
                    .containsExactly(
                            tuple(1, Reason.OUTCOME_LOST, preparedAt), tuple(2, Reason.OUTCOME_LOST, preparedAt));
        }

        @Test
        void isNotOfBranchesThatCanBeEndedByTheirNames() {
            assertThat(parts()).isEmpty();
            bus = bus.crashed();
            assertThat(parts()).isEmpty();
        }

        @Test
        void isOfLocalTransactionsToo() throws Exception {
            bus.get(bus.namespace.rollbackBranch(XID));
            bus.syncs(false);
            commit(sends(0, "c", "d"), sends(2, "e"));
            bus.run();
            bus.store().sync(2, Integer.MAX_VALUE);
            bus.run();
            bus.store().sync(0, Integer.MAX_VALUE);
            bus.run();
            bus.runtime.crash();
            reopenDamaged(bus.store().crash(), DamagedRecords.DECISION);
            assertThat(parts())
                    .extracting(PartInDoubt::partition, PartInDoubt::xid, PartInDoubt::reason)
                    .containsExactly(tuple(2, null, Reason.OUTCOME_LOST));
            assertThat(prepared()).isEmpty();
            assertThat(end(2, true)).isEqualTo(BranchOutcome.DONE);
            assertThat(ready(Q2)).containsExactly("e");
        }

        @Test
        void hasALength() {
            assertThat(bus.errorOf(bus.namespace.partsInDoubt(0))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(bus.namespace.partsInDoubt(1001))).isEqualTo(ErrorCode.InvalidOperation);
        }
    }

    @Nested
    class WhoseCoordinatorHasLostThem {
        @BeforeEach
        void damage() throws Exception {
            PartByHandTest.this.damage(DamagedRecords.BRANCH);
        }

        /** The branch stands as one that was ended by hand as soon as all of it was. */
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areEndedAndRememberedUntilTheBranchIsForgotten(boolean commit) {
            assertThat(end(1, commit)).isEqualTo(BranchOutcome.DONE);
            assertEndedInOne(commit);
            assertThat(bus.errorOf(bus.namespace.preparedBranches())).isEqualTo(ErrorCode.PartitionUnavailable);
            assertThat(bus.errorOf(bus.namespace.forgetBranch(XID))).isEqualTo(ErrorCode.PartitionUnavailable);
            assertThat(end(2, commit)).isEqualTo(BranchOutcome.DONE);
            assertThat(ready(Q2)).isEqualTo(commit ? List.of("z") : List.of());
            for (int i = 0; i < 2; i++) {
                settleDown();
                assertThat(parts())
                        .extracting(PartInDoubt::partition, PartInDoubt::state)
                        .containsExactly(tuple(1, state(commit)), tuple(2, state(commit)));
                assertThat(prepared())
                        .extracting(PreparedBranch::xid, PreparedBranch::state, PreparedBranch::partitions)
                        .containsExactly(tuple(XID, state(commit), List.of(1, 2)));
                assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(heuristic(commit));
                assertThat(end(1, !commit)).isEqualTo(heuristic(commit));
                bus = bus.crashed();
            }
            assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.DONE);
            assertThat(bus.get(bus.namespace.forgetBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(prepared()).isEmpty();
            assertThat(parts()).isEmpty();
        }

        /** Who has committed it must hear that it is not whole. */
        @Test
        void areRolledBackForTheirManagerIfOneWas() {
            end(1, true);
            end(2, false);
            assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.HEURISTICALLY_ROLLED_BACK);
        }

        @Test
        void canBeForgottenOneByOne() {
            UUID id = parts().get(0).id();
            assertThat(bus.get(bus.namespace.forgetPart(1, id))).isEqualTo(BranchOutcome.NOT_FOUND);
            end(1, true);
            assertThat(bus.get(bus.namespace.forgetPart(1, id))).isEqualTo(BranchOutcome.DONE);
            bus = bus.crashed();
            assertThat(parts()).extracting(PartInDoubt::partition).containsExactly(2);
        }
    }

    /** It comes back and knows: the hand may have been wrong. */
    @Nested
    class WhoseCoordinatorWasOut {
        private void whenItIsBack(boolean byHand, boolean decided) {
            fail(0);
            assertThat(end(1, byHand)).isEqualTo(BranchOutcome.DONE);
            assertEndedInOne(byHand);
            reopen(0);
            assertThat(parts()).extracting(PartInDoubt::reason).containsExactly(Reason.NOT_DECIDED);
            assertThat(bus.get(decided ? bus.namespace.commitBranch(XID) : bus.namespace.rollbackBranch(XID)))
                    .isEqualTo(BranchOutcome.DONE);
            settleDown();
            assertEndedInOne(byHand);
            assertThat(ready(Q2)).isEqualTo(decided ? List.of("z") : List.of());
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areForgottenIfItSaysTheSame(boolean commit) {
            whenItIsBack(commit, commit);
            for (int i = 0; i < 2; i++) {
                assertThat(parts()).isEmpty();
                assertThat(prepared()).isEmpty();
                bus = bus.crashed();
            }
            assertEndedInOne(commit);
        }

        /** Who has rolled back tells nobody. */
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areForgottenIfItHadRolledBackBefore(boolean restarted) {
            fail(1);
            bus.get(bus.namespace.rollbackBranch(XID));
            fail(0);
            reopen(1);
            assertThat(end(1, false)).isEqualTo(BranchOutcome.DONE);
            settleDown();
            assertThat(parts()).extracting(PartInDoubt::state).containsExactly(State.HEURISTICALLY_ROLLED_BACK);
            if (restarted) {
                bus = bus.crashed();
                settleDown();
            } else {
                reopen(0);
            }
            assertThat(parts()).isEmpty();
            assertEndedInOne(false);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areTornIfItSaysOtherwiseUntilSomebodyForgets(boolean commit) {
            whenItIsBack(commit, !commit);
            for (int i = 0; i < 2; i++) {
                assertThat(parts())
                        .extracting(PartInDoubt::partition, PartInDoubt::state, PartInDoubt::reason)
                        .containsExactly(tuple(1, state(commit), Reason.ENDED_OTHERWISE));
                // Its transaction manager has its answer: who has ended the part has to look.
                assertThat(prepared()).isEmpty();
                assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
                bus = bus.crashed();
                settleDown();
            }
            UUID id = parts().get(0).id();
            assertThat(bus.get(bus.namespace.forgetPart(1, id))).isEqualTo(BranchOutcome.DONE);
            settleDown();
            bus = bus.crashed();
            assertThat(parts()).isEmpty();
            assertEndedInOne(commit);
        }
    }

    @Nested
    class Refusing {
        private final UUID unknown = new UUID(1, 2);

        @Test
        void aPartWhoseCoordinatorKnows() {
            fail(0);
            UUID id = parts().get(0).id();
            reopen(0);
            assertThat(bus.errorOf(bus.namespace.commitPart(1, id))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(bus.namespace.rollbackPart(0, id))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
            assertThat(bus.get(bus.namespace.rollbackPart(1, id))).isEqualTo(BranchOutcome.NOT_FOUND);
        }

        @Test
        void whatIsNotThere() {
            assertThat(bus.get(bus.namespace.commitPart(1, unknown))).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(bus.get(bus.namespace.forgetPart(1, unknown))).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(bus.errorOf(bus.namespace.commitPart(3, unknown))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(bus.namespace.forgetPart(-1, unknown))).isEqualTo(ErrorCode.InvalidOperation);
        }

        /** What its own coordinator has ended by hand is for its transaction manager to forget. */
        @Test
        void toForgetABranchByItsPart() {
            fail(0);
            UUID id = parts().get(0).id();
            reopen(0);
            bus.get(bus.namespace.commitPrepared(XID));
            assertThat(bus.get(bus.namespace.forgetPart(0, id))).isEqualTo(BranchOutcome.NOT_FOUND);
            assertThat(prepared()).hasSize(1);
        }
    }
}
