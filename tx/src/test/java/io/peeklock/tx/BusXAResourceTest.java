/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMRESUME;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static javax.transaction.xa.XAResource.TMSUSPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.namespace.TestBus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What sessions do in branches of global transactions, and what becomes of it: rule X5. */
@Tag("X5")
class BusXAResourceTest extends XaBus {
    private static final Xid FIRST = xid("first");
    private static final Xid SECOND = xid("second");

    @Nested
    class OnePhase {

        @Test
        void doesTheWorkOfABranchWhenItIsCommitted() throws XAException {
            bus.send(NEAR, TestBus.text("in"));
            resource.start(FIRST, TMNOFLAGS);
            receive(NEAR);
            send(NEAR, "out");
            send(FAR, "far");
            resource.end(FIRST, TMSUCCESS);
            assertThat(resource.current()).isNull();
            assertThat(active(FAR)).as("before the commit").isZero();
            resource.commit(FIRST, true);
            assertThat(bus.takeAll(NEAR)).containsExactly("out");
            assertThat(bus.takeAll(FAR)).containsExactly("far");
            assertThat(heard)
                    .containsExactly("resource associated", "resource dissociated 4000000", "resource ended", "idle");
        }

        @Test
        @Tag("X1")
        void rollsBackWhatItWasToldTo() throws XAException {
            bus.send(NEAR, TestBus.text("in"));
            resource.start(FIRST, TMNOFLAGS);
            receive(NEAR);
            send(NEAR, "out");
            resource.end(FIRST, TMFAIL);
            resource.rollback(FIRST);
            assertCameBackOnce(NEAR, "in");
            assertThat(bus.receive(NEAR)).isNull();
        }

        @Test
        @Tag("L7")
        void isRolledBackIfALockIsLost() throws XAException {
            bus.send(NEAR, TestBus.text("kept"));
            bus.send(NEAR, TestBus.text("lost"));
            resource.start(FIRST, TMNOFLAGS);
            receive(NEAR);
            Delivery lost = bus.take(NEAR);
            current().enlist(lost);
            bus.settle(lost, Settlement.RELEASE);
            resource.end(FIRST, TMSUCCESS);
            assertThatThrownBy(() -> resource.commit(FIRST, true))
                    .isInstanceOf(XAException.class)
                    .hasMessageContaining("XA_RBROLLBACK")
                    .hasMessageContaining("MessageLockLost");
            assertCameBackOnce(NEAR, "kept");
            assertThat(codeOf(() -> resource.rollback(FIRST))).isEqualTo(XAException.XAER_NOTA);
        }

        /** The session hears of it at a settlement, before the transaction manager does. */
        @Test
        @Tag("L7")
        void isRefusedWhenASettlementHasMetALostLock() throws XAException {
            bus.send(NEAR, TestBus.text("in"));
            resource.start(FIRST, TMNOFLAGS);
            Delivery lost = bus.take(NEAR);
            current().enlist(lost);
            bus.settle(lost, Settlement.RELEASE);
            StagedSettlement defer = new StagedSettlement(lost.requireLockToken(), Settlement.DEFER);
            assertThatThrownBy(() -> bus.get(current().settle(defer))).hasMessageContaining("lock");
            assertThatThrownBy(() -> send(NEAR, "in vain")).hasMessageContaining("can only be rolled back");
            assertThat(codeOf(() -> resource.end(FIRST, TMSUSPEND))).isEqualTo(XAException.XA_RBROLLBACK);
            assertThat(resource.current()).isNull();
            resource.rollback(FIRST);
        }

        @Test
        void ofNothingIsAllRight() throws XAException {
            resource.start(FIRST, TMNOFLAGS);
            resource.end(FIRST, TMSUCCESS);
            resource.commit(FIRST, true);
            assertThat(global.isIdle()).isTrue();
        }
    }

    @Test
    void worksInOneBranchAtATimeAndSaysWhatToDo() throws XAException {
        resource.start(FIRST, TMNOFLAGS);
        for (Xid next : List.of(FIRST, SECOND)) {
            assertThatThrownBy(() -> resource.start(next, TMNOFLAGS))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_PROTO))
                    .hasMessageContaining("end or suspend that one first")
                    .hasMessageContaining("a session of its own");
        }
        resource.end(FIRST, TMSUSPEND);
        resource.start(SECOND, TMNOFLAGS);
    }

    @Nested
    class SeveralSessions {

        @Test
        void joinOneBranchAtOnceAndAreCommittedTogether() throws XAException {
            assertThat(resource.isSameRM(other)).isTrue();
            resource.start(FIRST, TMNOFLAGS);
            other.start(FIRST, TMJOIN);
            assertThat(other.current()).isSameAs(resource.current());
            send(NEAR, "one");
            other.current().send(FAR, TestBus.text("two").build());
            resource.end(FIRST, TMSUCCESS);
            assertThat(codeOf(() -> resource.prepare(FIRST)))
                    .as("another works in it")
                    .isEqualTo(XAException.XAER_PROTO);
            other.end(FIRST, TMSUCCESS);
            resource.commit(FIRST, true);
            assertThat(bus.takeAll(NEAR)).containsExactly("one");
            assertThat(bus.takeAll(FAR)).containsExactly("two");
            assertThat(heard).contains("resource ended", "other ended");
        }

        @Test
        void suspendOneBranchAndWorkInAnother() throws XAException {
            resource.start(FIRST, TMNOFLAGS);
            send(NEAR, "first");
            resource.end(FIRST, TMSUSPEND);
            resource.start(SECOND, TMNOFLAGS);
            send(NEAR, "second");
            resource.end(SECOND, TMSUCCESS);
            resource.start(FIRST, TMRESUME);
            send(NEAR, "first again");
            resource.end(FIRST, TMSUCCESS);
            resource.rollback(SECOND);
            resource.commit(FIRST, true);
            assertThat(bus.takeAll(NEAR)).containsExactly("first", "first again");
        }

        @Test
        void resumeWhatAnotherHasSuspendedToMigrate() throws XAException {
            resource.start(FIRST, TMNOFLAGS);
            resource.end(FIRST, TMSUSPEND | BusXAResource.TMMIGRATE);
            other.start(FIRST, TMRESUME);
            assertThat(other.current()).isNotNull();
            assertThat(codeOf(() -> resource.end(FIRST, TMSUCCESS))).isEqualTo(XAException.XAER_PROTO);
            other.end(FIRST, TMSUCCESS);
            other.commit(FIRST, true);
        }

        /** Whoever wraps the resources makes isSameRM false: then a transaction manager starts a branch for each. */
        @Test
        @Tag("P9")
        @Tag("P11")
        void ofOneGlobalTransactionAreHeldToOneKeyInAllItsBranches() throws XAException {
            Xid one = xid("global", "1");
            Xid two = xid("global", "2");
            resource.start(one, TMNOFLAGS);
            other.start(two, TMNOFLAGS);
            current().send(SPREAD, TestBus.text("a").partitionKey("a").build());
            Transaction second = other.current();
            assertThat(second).isNotNull().isNotSameAs(resource.current());
            assertThat(second.partition()).isEqualTo(current().partition());
            BrokerException refusal = catchThrowableOfType(
                    BrokerException.class,
                    () -> second.send(
                            SPREAD, TestBus.text("b").partitionKey("b").build()));
            assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
            second.send(SPREAD, TestBus.text("a too").partitionKey("a").build());
            resource.end(one, TMSUCCESS);
            other.end(two, TMSUCCESS);
            assertThat(resource.prepare(one)).isEqualTo(OK);
            assertThat(other.prepare(two)).isEqualTo(OK);
            resource.commit(one, false);
            resource.commit(two, false);
            assertThat(bus.takeAll(SPREAD)).containsExactlyInAnyOrder("a", "a too");
            resource.start(one, TMNOFLAGS);
            assertThat(current().partition()).as("of the next one of the name").isEqualTo(PartitionPin.NONE);
        }

        @Test
        void ofOtherStoresAreOtherResourceManagers() {
            try (TestBus elsewhere = TestBus.simulated(1, TestBus.config(Profile.JMS))) {
                GlobalTransactions there = new GlobalTransactions(
                        elsewhere.namespace, TransactionSettings.of(Profile.JMS), (delay, task) -> () -> {});
                BusXAResource foreign = there.resource(new BranchListener() {});
                assertThat(resource.isSameRM(foreign)).isFalse();
                assertThat(foreign.storeId()).isNotEqualTo(resource.storeId());
            }
        }
    }

    @Nested
    class Refusal {

        @Test
        void ofFlagsThatACallDoesNotHave() {
            for (int flags : new int[] {TMSUCCESS, TMJOIN | TMRESUME, TMSUSPEND, BusXAResource.TMMIGRATE, 1}) {
                assertThat(codeOf(() -> resource.start(FIRST, flags))).isEqualTo(XAException.XAER_INVAL);
            }
            for (int flags : new int[] {TMNOFLAGS, TMJOIN, TMSUCCESS | TMFAIL, TMSUCCESS | BusXAResource.TMMIGRATE}) {
                assertThat(codeOf(() -> resource.end(FIRST, flags))).isEqualTo(XAException.XAER_INVAL);
            }
        }

        @Test
        @SuppressWarnings("NullAway") // what a transaction manager must not do
        void ofWhatNamesNoBranch() {
            assertThat(codeOf(() -> resource.start(null, TMNOFLAGS))).isEqualTo(XAException.XAER_INVAL);
            Xid none = new Xid() {
                @Override
                public int getFormatId() {
                    return -1;
                }

                @Override
                public byte[] getGlobalTransactionId() {
                    return new byte[1];
                }

                @Override
                public byte[] getBranchQualifier() {
                    return new byte[0];
                }
            };
            assertThat(codeOf(() -> resource.commit(none, true))).isEqualTo(XAException.XAER_INVAL);
        }

        @Test
        void whileTheSessionHasOtherWorkUnderWay() throws XAException {
            worksOutside.set(true);
            assertThat(codeOf(() -> resource.start(FIRST, TMNOFLAGS))).isEqualTo(XAException.XAER_OUTSIDE);
            worksOutside.set(false);
            resource.start(FIRST, TMNOFLAGS);
        }

        /** Defects, and whatever else is thrown below: a transaction manager would take it for a success. */
        @Test
        void letsNoOtherExceptionOut() throws XAException {
            resource.start(FIRST, TMNOFLAGS);
            send(NEAR, "x");
            resource.end(FIRST, TMSUCCESS);
            BusXAResource broken = new BusXAResource(
                    global,
                    new BranchListener() {
                        @Override
                        public boolean worksOutside() {
                            throw new IllegalStateException("defect");
                        }
                    },
                    answer -> {
                        throw new IllegalStateException("defect");
                    });
            assertThat(codeOf(() -> broken.start(SECOND, TMNOFLAGS))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> broken.recover(TMSTARTRSCAN))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> broken.prepare(FIRST))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> broken.rollback(FIRST))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> broken.forget(FIRST))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> broken.commit(FIRST, false))).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(codeOf(() -> broken.commit(FIRST, true))).isEqualTo(XAException.XAER_RMFAIL);
        }
    }

    /** The reaper of a transaction manager, while the session's thread is in a call. */
    @Test
    void isRolledBackFromAnotherThreadWhileTheSessionGoesOn() throws Exception {
        for (int round = 0; round < 50; round++) {
            resource.start(FIRST, TMNOFLAGS);
            Transaction branch = current();
            AtomicInteger sent = new AtomicInteger();
            Thread application = new Thread(() -> {
                try {
                    while (true) {
                        branch.send(NEAR, TestBus.text("x").build());
                        sent.incrementAndGet();
                    }
                } catch (BrokerException e) {
                    // It has heard of it.
                }
            });
            application.start();
            while (sent.get() == 0) {
                Thread.onSpinWait();
            }
            resource.end(FIRST, TMFAIL);
            resource.rollback(FIRST);
            application.join(10_000);
            assertThat(application.isAlive()).isFalse();
        }
        assertThat(active(NEAR)).isZero();
    }

    @Nested
    class Scans {

        @Test
        void giveEverythingAtTheirStartAndNothingLater() throws XAException {
            resource.start(FIRST, TMNOFLAGS);
            send(NEAR, "x");
            resource.end(FIRST, TMSUCCESS);
            assertThat(resource.prepare(FIRST)).isEqualTo(OK);
            assertThat(resource.recover(TMSTARTRSCAN)).hasSize(1);
            assertThat(resource.recover(XAResource.TMNOFLAGS)).isEmpty();
            assertThat(resource.recover(TMENDRSCAN)).isEmpty();
            assertThat(resource.recover(TMSTARTRSCAN)).as("again").hasSize(1);
        }

        @Test
        void haveToBeStarted() throws XAException {
            for (int flags : new int[] {TMNOFLAGS, TMENDRSCAN, TMSTARTRSCAN | TMJOIN}) {
                assertThat(codeOf(() -> resource.recover(flags))).isEqualTo(XAException.XAER_INVAL);
            }
            resource.recover(TMSTARTRSCAN | TMENDRSCAN);
            assertThat(codeOf(() -> resource.recover(TMENDRSCAN))).isEqualTo(XAException.XAER_INVAL);
        }
    }

    @Test
    void isRefusedOnAClosedNamespaceToBeAskedAgain() throws XAException {
        resource.start(FIRST, TMNOFLAGS);
        send(NEAR, "x");
        resource.end(FIRST, TMSUCCESS);
        assertThat(resource.prepare(FIRST)).isEqualTo(OK);
        bus.close();
        assertThat(codeOf(() -> resource.commit(FIRST, false))).isEqualTo(XAException.XAER_RMFAIL);
        assertThat(codeOf(() -> resource.rollback(SECOND))).isEqualTo(XAException.XAER_RMFAIL);
        assertThat(codeOf(() -> resource.recover(TMSTARTRSCAN))).isEqualTo(XAException.XAER_RMFAIL);
        bus = bus.restarted();
        connect();
        assertThat(recovered()).containsExactly("first");
    }

    @Test
    void warnsOnceOfTwoTransactionManagersOfOneName() {
        ManagersSeen managers = new ManagersSeen();
        assertThat(managers.started(narayana("node", 1))).isFalse();
        assertThat(managers.started(narayana("node", 1))).isFalse();
        assertThat(managers.started(narayana("other", 2))).isFalse();
        assertThat(managers.started(narayana("node", 2))).as("a restart").isFalse();
        assertThat(managers.started(narayana("other", 2))).isFalse();
        assertThat(managers.started(narayana("node", 1))).as("it goes back").isTrue();
        assertThat(managers.started(narayana("node", 2))).as("again").isFalse();
        IntStream.range(0, 10)
                .forEach(i ->
                        assertThat(managers.started(narayana("restarts", i))).isFalse());
    }

    private static BranchXid narayana(String node, int process) {
        byte[] gtrid = new byte[28 + node.length()];
        gtrid[19] = (byte) process;
        byte[] name = node.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, gtrid, 28, name.length);
        return new BranchXid(131077, gtrid, new byte[0]);
    }
}
