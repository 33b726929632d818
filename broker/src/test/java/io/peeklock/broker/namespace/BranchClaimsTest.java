/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever has prepared a branch may end it; others need a manager's claim (rules Q6, X5). */
@Tag("Q6")
@Tag("X5")
class BranchClaimsTest extends ClaimFixture {
    private static final BranchXid XID = SpanFixture.xid("one");

    private static List<PartitionCommit> work() {
        return List.of(new PartitionCommit(
                0, List.of(new OutgoingMessage(TestBus.ORDERS, TestBus.text("a").build())), List.of()));
    }

    private Namespace manager() {
        return bus.namespace.authorize("manager", "manager-key");
    }

    @Nested
    class OfThePolicyThatPreparedIt {
        @Test
        void commitsIt() {
            policy(TestBus.ORDERS, Claim.SEND);
            bus.get(app().prepare(XID, work()));
            // Another connection of the same user.
            assertThat(bus.get(app().commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }

        @Test
        void rollsItBackAlsoWithoutItsClaims() {
            policy(TestBus.ORDERS, Claim.SEND);
            Namespace app = app();
            bus.get(app.prepare(XID, work()));
            bus.get(bus.namespace.deletePolicy(TestBus.ORDERS, "app"));
            assertThat(bus.get(app.rollbackBranch(XID))).isEqualTo(BranchOutcome.DONE);
        }

        @Test
        void forgetsWhatAManagerHasEnded() {
            policy(TestBus.ORDERS, Claim.SEND);
            bus.get(app().prepare(XID, work()));
            assertThat(bus.get(manager().rollbackPrepared(XID))).isEqualTo(BranchOutcome.DONE);
            assertThat(bus.get(app().commitBranch(XID))).isEqualTo(BranchOutcome.HEURISTICALLY_ROLLED_BACK);
            assertThat(bus.get(app().forgetBranch(XID))).isEqualTo(BranchOutcome.DONE);
        }

        @Test
        void doesNotListThemNorEndThemAsAnAdministrator() {
            policy(TestBus.ORDERS, Claim.SEND);
            bus.get(app().prepare(XID, work()));
            assertThat(bus.errorOf(app().preparedBranches())).isEqualTo(ErrorCode.Unauthorized);
            assertThat(bus.errorOf(app().commitPrepared(XID))).isEqualTo(ErrorCode.Unauthorized);
            assertThat(bus.errorOf(app().rollbackPrepared(XID))).isEqualTo(ErrorCode.Unauthorized);
        }

        /** Perhaps: nobody knows until the partition is back. */
        @Test
        void rollsItBackIfItsPrepareHasAnUnknownOutcome() {
            policy(TestBus.ORDERS, Claim.SEND);
            bus.syncs(false);
            CompletableFuture<Void> prepared = app().prepare(XID, work());
            bus.run();
            bus.store().failNextSync(0, Reason.IO, 1);
            bus.store().sync(0, 1);
            bus.syncs(true);
            assertThat(bus.errorOf(prepared)).isEqualTo(ErrorCode.OutcomeUnknown);
            bus.get(bus.namespace.reopen(0));
            assertThat(bus.get(app().rollbackBranch(XID))).isEqualTo(BranchOutcome.DONE);
        }

        @Test
        void isNotRememberedAfterARestart() {
            policy(TestBus.ORDERS, Claim.SEND);
            bus.get(app().prepare(XID, work()));
            bus = bus.restarted();
            assertThat(bus.errorOf(app().commitBranch(XID))).isEqualTo(ErrorCode.Unauthorized);
            assertThat(bus.get(manager().commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
        }
    }

    @Nested
    class OfAnother {
        @Test
        void needsManage() {
            policy(TestBus.ORDERS, Claim.SEND);
            bus.get(bus.namespace.prepare(XID, work()));
            assertThat(bus.errorOf(app().commitBranch(XID))).isEqualTo(ErrorCode.Unauthorized);
            assertThat(bus.errorOf(app().rollbackBranch(XID))).isEqualTo(ErrorCode.Unauthorized);
            assertThat(bus.errorOf(app().forgetBranch(XID))).isEqualTo(ErrorCode.Unauthorized);
            assertThat(bus.get(manager().preparedBranches())).hasSize(1);
            assertThat(bus.get(manager().commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
        }

        /** Who is refused because the name is taken has not prepared it. */
        @Test
        void isNotTakenOverByItsName() {
            policy(TestBus.ORDERS, Claim.SEND);
            bus.get(bus.namespace.prepare(XID, work()));
            assertThat(bus.errorOf(app().prepare(XID, work()))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(app().rollbackBranch(XID))).isEqualTo(ErrorCode.Unauthorized);
        }
    }

    @Test
    void everyPartNeedsItsClaims() {
        policy(TestBus.ORDERS, Claim.SEND);
        bus.send("held");
        LockToken held = bus.take().requireLockToken();
        PartitionCommit completes = new PartitionCommit(held.partition(), List.of(), List.of(held));
        PartitionCommit sends = work().get(0);
        assertThat(bus.errorOf(app().commit(List.of(sends, completes)))).isEqualTo(ErrorCode.Unauthorized);
        assertThat(bus.errorOf(app().prepare(XID, List.of(sends, completes)))).isEqualTo(ErrorCode.Unauthorized);
        assertThat(bus.get(manager().preparedBranches())).isEmpty();
    }
}
