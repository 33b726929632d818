/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.namespace.TestBus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A message that somebody takes back when its branch is rolled back (rule X1). */
@Tag("X1")
class OwnedMessageTest extends XaBus {
    private static final Xid XID = xid("one");
    private static final Settlement LATER = new Settlement.Fail(60_000, 10, "a test");

    private static final Settlement.Fail PREPARED = new Settlement.Fail(5_000, 10, "a prepared test");

    private final List<LockToken> back = new ArrayList<>();
    private final MessageOwner owner = new MessageOwner() {
        @Override
        public void takeBack(LockToken token) {
            back.add(token);
        }

        @Override
        public Settlement.Fail rolledBack() {
            return PREPARED;
        }
    };

    @BeforeEach
    void receiveOne() throws XAException {
        bus.send(NEAR, TestBus.text("owned"));
        bus.send(NEAR, TestBus.text("other"));
        resource.setTransactionTimeout(50);
        resource.start(XID, TMNOFLAGS);
        current().enlist(List.of(bus.take(NEAR)), owner);
    }

    /** Its owner has it, under the lock, and settles it. */
    private void assertIsTheOwners() {
        assertThat(back).hasSize(1);
        assertThat(bus.get(bus.namespace.counters(NEAR)).locked()).isEqualTo(1);
        bus.get(bus.namespace.settle(back.get(0), LATER));
        assertThat(bus.get(bus.namespace.counters(NEAR)).scheduled()).isEqualTo(1);
    }

    @Test
    void isItsOwnersAfterARollback() throws XAException {
        receive(NEAR);
        resource.end(XID, TMFAIL);
        resource.rollback(XID);
        assertCameBackOnce(NEAR, "other");
        assertThat(back).hasSize(1);
        bus.get(bus.namespace.settle(back.get(0), LATER));
        assertThat(bus.get(bus.namespace.counters(NEAR)).scheduled()).isEqualTo(1);
    }

    @Test
    void isItsOwnersAfterATimeOutOnce() throws XAException {
        bus.advance(Duration.ofSeconds(50));
        assertThat(codeOf(() -> resource.end(XID, TMSUCCESS))).isEqualTo(XAException.XA_RBTIMEOUT);
        resource.rollback(XID);
        assertIsTheOwners();
    }

    @Test
    void isItsOwnersWhenThePrepareIsRefused() throws XAException {
        Delivery lost = bus.take(NEAR);
        current().enlist(lost);
        bus.get(bus.namespace.settle(lost.requireLockToken(), Settlement.RELEASE));
        resource.end(XID, TMSUCCESS);
        assertThat(vote(XID)).isEqualTo(XAException.XA_RBROLLBACK);
        assertIsTheOwners();
    }

    @Test
    void isCompletedByACommit() throws XAException {
        resource.end(XID, TMSUCCESS);
        resource.commit(XID, true);
        assertThat(back).isEmpty();
        assertThat(bus.takeAll(NEAR)).containsExactly("other");
    }

    @Test
    void isKeptBackByTheBusWhenPreparedWorkIsRolledBack() throws XAException {
        prepare();
        resource.rollback(XID);
        assertThat(back).isEmpty();
        assertThat(bus.takeAll(NEAR)).containsExactly("other");
        bus.advance(Duration.ofSeconds(5));
        assertCameBackOnce(NEAR, "owned");
    }

    @Test
    void isAbandonedByTheBusAfterARestart() throws XAException {
        prepare();
        kill();
        resource.rollback(XID);
        bus.settle(bus.take(NEAR), Settlement.COMPLETE);
        assertThat(bus.get(bus.namespace.counters(NEAR)).scheduled()).isZero();
    }

    @Test
    void isCompletedByTheCommitOfPreparedWork() throws XAException {
        prepare();
        resource.commit(XID, false);
        assertThat(bus.takeAll(NEAR)).containsExactly("other");
    }

    private void prepare() throws XAException {
        resource.end(XID, TMSUCCESS);
        assertThat(vote(XID)).isEqualTo(OK);
    }
}
