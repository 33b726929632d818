/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two phases of a branch, over one partition and over several, with kills and failing disks between them: rule X5. */
@Tag("X5")
class PreparedBranchTest extends XaBus {
    private static final Xid XID = xid("global");

    /** Receives from one queue and sends to it, or over two partitions. */
    private void work(boolean spans) throws XAException {
        bus.send(NEAR, TestBus.text("in"));
        resource.start(XID, TMNOFLAGS);
        receive(NEAR);
        send(NEAR, "out");
        if (spans) {
            send(FAR, "far");
        }
        resource.end(XID, TMSUCCESS);
    }

    private void prepare(boolean spans) throws XAException {
        work(spans);
        assertThat(resource.prepare(XID)).isEqualTo(OK);
    }

    private void assertCommitted(boolean spans) {
        assertThat(bus.takeAll(NEAR)).containsExactly("out");
        assertThat(bus.takeAll(FAR)).isEqualTo(spans ? List.of("far") : List.of());
    }

    private void assertRolledBack() {
        assertCameBackOnce(NEAR, "in");
        assertThat(bus.receive(NEAR)).isNull();
        assertThat(bus.receive(FAR)).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsItsMessagesLockedAndInvisibleUntilItIsCommitted(boolean spans) throws XAException {
        prepare(spans);
        assertThat(bus.receive(NEAR)).isNull();
        assertThat(bus.receive(FAR)).isNull();
        bus.advance(Duration.ofHours(1));
        assertThat(bus.receive(NEAR)).as("after the time of a lock").isNull();
        assertThat(heard).contains("resource ended").doesNotContain("idle");
        assertThat(global.isIdle()).isFalse();
        resource.commit(XID, false);
        assertThat(global.isIdle()).isTrue();
        assertCommitted(spans);
        assertThat(recovered()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isRolledBackWithItsCountsRaised(boolean spans) throws XAException {
        prepare(spans);
        resource.rollback(XID);
        assertRolledBack();
        assertThat(recovered()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, true", "false, false", "true, false"})
    void isListedAndEndedAfterAKill(boolean spans, boolean commits) throws XAException {
        prepare(spans);
        kill();
        assertThat(recovered()).containsExactly("global");
        kill();
        assertThat(bus.receive(NEAR)).isNull();
        Xid found = resource.recover(TMSTARTRSCAN)[0];
        assertThat(found.getFormatId()).isEqualTo(XID.getFormatId());
        assertThat(found.getBranchQualifier()).isEqualTo(XID.getBranchQualifier());
        if (commits) {
            resource.commit(found, false);
            assertCommitted(spans);
        } else {
            resource.rollback(found);
            assertRolledBack();
        }
        assertThat(recovered()).isEmpty();
        assertThat(codeOf(() -> resource.commit(found, false))).isEqualTo(XAException.XAER_NOTA);
    }

    @Test
    void votesReadOnlyIfNothingWasDone() throws XAException {
        resource.start(XID, TMNOFLAGS);
        resource.end(XID, TMSUCCESS);
        assertThat(resource.prepare(XID)).isEqualTo(XAResource.XA_RDONLY);
        assertThat(heard).contains("resource ended", "idle");
        assertThat(codeOf(() -> resource.commit(XID, false))).isEqualTo(XAException.XAER_NOTA);
    }

    /** Work that goes anywhere goes round a partition that is out. */
    @Test
    @Tag("P6")
    void isPreparedInAnotherPartitionIfOneIsOut() throws XAException {
        bus.store().failNextAppend(1, Reason.IO);
        for (int i = 0; i < 20; i++) {
            Message keyed = TestBus.text("trigger").partitionKey("k" + i).build();
            if (bus.namespace.partitionOf(SPREAD, keyed) == 1) {
                bus.errorOf(bus.namespace.send(SPREAD, keyed));
                break;
            }
        }
        for (int i = 0; i < 4; i++) {
            Xid each = xid("unkeyed" + i);
            resource.start(each, TMNOFLAGS);
            send(SPREAD, "x" + i);
            resource.end(each, TMSUCCESS);
            assertThat(vote(each)).isEqualTo(OK);
            resource.commit(each, false);
        }
        assertThat(bus.takeAll(SPREAD)).containsExactlyInAnyOrder("x0", "x1", "x2", "x3");
    }

    @Nested
    class ThatIsRefused {

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        @Tag("L7")
        void isRolledBackAtOnceAndIsNoMore(boolean spans) throws XAException {
            work(spans);
            assertThat(codeOf(() -> resource.start(XID, XAResource.TMJOIN))).isEqualTo(OK);
            bus.send(FAR, TestBus.text("lost"));
            Delivery lost = bus.take(FAR);
            current().enlist(lost);
            resource.end(XID, TMSUCCESS);
            bus.settle(lost, Settlement.COMPLETE);
            assertThat(vote(XID)).isEqualTo(XAException.XA_RBROLLBACK);
            assertRolledBack();
            assertThat(codeOf(() -> resource.rollback(XID))).isEqualTo(XAException.XAER_NOTA);
            assertThat(global.isIdle()).isTrue();
            assertThat(recovered()).isEmpty();
        }
    }

    @Nested
    class WhoseOutcomeIsUnknown {

        /** The disk fails under the prepare; whether it is prepared shows when the partition is back. */
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void whenItIsPreparedIsRolledBackAllTheSame(int survivors) throws XAException {
            work(false);
            bus.store().failNextSync(0, Reason.IO, survivors);
            assertThat(vote(XID)).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> resource.rollback(XID))).as("it is out").isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> resource.recover(TMSTARTRSCAN))).isEqualTo(XAException.XAER_RMFAIL);
            bus.get(bus.namespace.reopen(0));
            resource.rollback(XID);
            assertRolledBack();
            assertThat(recovered()).isEmpty();
            assertThat(global.isIdle()).isTrue();
        }

        /** A transaction manager that has asked in vain for the rollback does not ask again, if recovery does not list it. */
        @ParameterizedTest
        @CsvSource({"0, false", "1, false", "0, true", "1, true"})
        void whenItIsPreparedIsRolledBackWithoutBeingAsked(int survivors, boolean spans) throws XAException {
            work(spans);
            bus.store().failNextSync(0, Reason.IO, survivors);
            assertThat(vote(XID)).isNotEqualTo(OK);
            bus.advance(Duration.ofSeconds(30));
            bus.get(bus.namespace.reopen(0));
            bus.advance(Duration.ofSeconds(11));
            assertThat(global.isIdle()).isTrue();
            assertRolledBack();
            assertThat(recovered()).isEmpty();
        }

        /** Asked again it is committed, or was it already. */
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void whenItIsCommittedIsAskedAgain(int survivors) throws XAException {
            prepare(false);
            bus.store().failNextSync(0, Reason.IO, survivors);
            assertThat(codeOf(() -> resource.commit(XID, false))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> resource.commit(XID, false))).isEqualTo(XAException.XAER_RMFAIL);
            bus.get(bus.namespace.reopen(0));
            assertThat(codeOf(() -> resource.commit(XID, false)))
                    .isEqualTo(survivors == 0 ? OK : XAException.XAER_NOTA);
            assertCommitted(false);
        }

        @Test
        void inOnePhaseIsSaidOnceAndIsNoMore() throws XAException {
            work(false);
            bus.store().failNextSync(0, Reason.IO, 0);
            assertThat(codeOf(() -> resource.commit(XID, true))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> resource.commit(XID, true))).isEqualTo(XAException.XAER_NOTA);
            bus.get(bus.namespace.reopen(0));
            assertRolledBack();
        }
    }

    /** Whoever waited for the prepare has given up, and what comes next is done behind it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isRolledBackBehindAPrepareThatIsStillUnderWay(boolean spans) throws XAException {
        work(spans);
        bus.syncs(false);
        assertThat(vote(XID)).as("no answer").isEqualTo(XAException.XAER_RMFAIL);
        assertThat(codeOf(() -> resource.rollback(XID))).as("no answer").isEqualTo(XAException.XAER_RMFAIL);
        assertThat(codeOf(() -> resource.start(XID, XAResource.TMJOIN))).isEqualTo(XAException.XAER_PROTO);
        assertThat(global.isIdle()).isFalse();
        bus.syncs(true);
        bus.run();
        assertThat(global.isIdle()).isTrue();
        assertRolledBack();
        assertThat(recovered()).isEmpty();
    }

    @Test
    void isCommittedInOnePhaseWhateverComesMeanwhile() throws XAException {
        work(false);
        bus.syncs(false);
        assertThat(codeOf(() -> resource.commit(XID, true))).as("no answer").isEqualTo(XAException.XAER_RMFAIL);
        assertThat(codeOf(() -> resource.rollback(XID))).as("no answer").isEqualTo(XAException.XAER_RMFAIL);
        bus.syncs(true);
        bus.run();
        assertCommitted(false);
        assertThat(codeOf(() -> resource.rollback(XID))).isEqualTo(XAException.XAER_NOTA);
    }

    @Nested
    class WhileAPartitionIsOut {

        private void fail(int partition) {
            bus.store().failNextAppend(partition, Reason.IO);
            bus.errorOf(bus.namespace.send(
                    partition == FAR_PARTITION ? FAR : NEAR,
                    TestBus.text("trigger").build()));
        }

        @Test
        void isCommittedWhenItIsBack() throws XAException {
            prepare(false);
            fail(0);
            assertThat(codeOf(() -> resource.commit(XID, false))).isEqualTo(XAException.XAER_RMFAIL);
            bus.get(bus.namespace.reopen(0));
            resource.commit(XID, false);
            assertCommitted(false);
        }

        @Test
        void isNeverLeftOutOfAList() throws XAException {
            prepare(false);
            fail(FAR_PARTITION);
            assertThat(codeOf(() -> resource.recover(TMSTARTRSCAN))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> resource.recover(XAResource.TMENDRSCAN))).isEqualTo(XAException.XAER_INVAL);
            bus.get(bus.namespace.reopen(FAR_PARTITION));
            assertThat(recovered()).containsExactly("global");
        }

        @Test
        @Tag("X6")
        void isRefusedIfItWorksThere() throws XAException {
            work(true);
            fail(FAR_PARTITION);
            assertThat(vote(XID)).isEqualTo(XAException.XA_RBROLLBACK);
            bus.get(bus.namespace.reopen(FAR_PARTITION));
            assertRolledBack();
        }
    }

    @Nested
    class EndedByAnAdministrator {

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void isHeuristicUntilItIsForgotten(boolean commits) throws XAException {
            prepare(true);
            PreparedBranch listed = bus.get(bus.namespace.preparedBranches()).get(0);
            assertThat(listed.state()).isEqualTo(PreparedBranch.State.PREPARED);
            assertThat(listed.messages()).isEqualTo(1);
            bus.get(
                    commits
                            ? bus.namespace.commitPrepared(listed.xid())
                            : bus.namespace.rollbackPrepared(listed.xid()));
            assertThat(codeOf(() -> resource.commit(XID, false)))
                    .isEqualTo(commits ? XAException.XA_HEURCOM : XAException.XA_HEURRB);
            assertThat(codeOf(() -> resource.start(XID, TMNOFLAGS))).isEqualTo(XAException.XAER_DUPID);
            assertThat(recovered()).as("until it is forgotten").containsExactly("global");
            kill();
            assertThat(recovered()).containsExactly("global");
            assertThat(codeOf(() -> resource.rollback(XID)))
                    .isEqualTo(commits ? XAException.XA_HEURCOM : XAException.XA_HEURRB);
            resource.forget(XID);
            assertThat(recovered()).isEmpty();
            assertThat(codeOf(() -> resource.forget(XID))).isEqualTo(XAException.XAER_NOTA);
            if (commits) {
                assertCommitted(true);
            } else {
                assertRolledBack();
            }
        }
    }
}
