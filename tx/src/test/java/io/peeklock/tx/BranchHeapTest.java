/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.Map;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a branch keeps in the heap: nothing that the bus has, however long it waits for its transaction manager (rule X3). */
@Tag("X3")
class BranchHeapTest extends XaBus {
    private static final Xid XID = xid("global");
    private static final EntityPath GROUPS = EntityPath.queue("groups");

    private Branch branch;
    private Delivery received;
    private SessionReceiver group;

    /** A send, a settlement with properties, and a state. */
    @BeforeEach
    void stage() throws XAException {
        bus.create(QueueDescription.builder("groups").sessionRequired(true));
        bus.send(NEAR, TestBus.text("in"));
        group = bus.get(bus.namespace.acceptSession(GROUPS, "g", SessionOptions.peekLock()));
        resource.setTransactionTimeout(10);
        resource.start(XID, TMNOFLAGS);
        branch = (Branch) current();
        received = bus.take(NEAR);
        branch.enlist(received);
        bus.get(branch.settle(new StagedSettlement(
                received.requireLockToken(), new Settlement.Defer(Map.of("changed", "x".repeat(1000))))));
        bus.get(branch.setSessionState(GROUPS, new StagedSessionState(group.sessionToken(), new byte[1000])));
        send(NEAR, "x".repeat(1000));
        assertThat(branch.isEmpty()).isFalse();
    }

    private void assertNothingIsKept() {
        assertThat(branch.parts().at(0)).isEmpty();
        assertThat(branch.isEmpty()).isTrue();
    }

    private void assertOnlyTokensAreKept() {
        assertThat(branch.parts().at(0)).singleElement().satisfies(part -> {
            assertThat(part.sends()).isEmpty();
            assertThat(part.states()).isEmpty();
            assertThat(part.settlements())
                    .containsExactly(new StagedSettlement(received.requireLockToken(), Settlement.COMPLETE));
        });
        assertThat(branch.isEmpty()).as("has something to commit").isFalse();
    }

    private int prepared() throws XAException {
        resource.end(XID, TMSUCCESS);
        return vote(XID);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void preparedItKeepsNothingAndIsNotEmpty(boolean commits) throws XAException {
        assertThat(prepared()).isEqualTo(OK);
        assertThat(branch.parts().at(0)).isEmpty();
        assertThat(branch.isEmpty()).as("has something to commit").isFalse();
        assertThat(branch.needs(group.sessionToken())).isFalse();
        assertThat(branch.stagedState(group.sessionToken())).isNull();
        assertThat(branch.hasEnded()).isTrue();
        assertThatThrownBy(() -> branch.send(NEAR, TestBus.text("y").build()))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("over");
        if (commits) {
            resource.commit(XID, false);
        } else {
            resource.rollback(XID);
        }
        assertNothingIsKept();
        assertThat(active(NEAR)).isEqualTo(1);
    }

    /** What has only been sent is not empty by being prepared. */
    @Test
    void preparedItHasItsWorkAlsoIfItHasReceivedNothing() throws XAException {
        Xid sends = xid("sends");
        other.start(sends, TMNOFLAGS);
        Branch onlySends = (Branch) other.current();
        assertThat(onlySends).isNotNull();
        onlySends.send(NEAR, TestBus.text("x").build());
        other.end(sends, TMSUCCESS);
        assertThat(other.prepare(sends)).isEqualTo(OK);
        assertThat(onlySends.isEmpty()).isFalse();
        other.commit(sends, false);
        assertThat(onlySends.isEmpty()).isTrue();
    }

    /** What may not be prepared is unlocked by the names of its locks. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void inDoubtItKeepsWhatItHasToUnlock(int survivors) throws XAException {
        bus.store().failNextSync(0, Reason.IO, survivors);
        assertThat(prepared()).isEqualTo(XAException.XAER_RMFAIL);
        assertOnlyTokensAreKept();
        bus.get(bus.namespace.reopen(0));
        resource.rollback(XID);
        assertNothingIsKept();
        assertCameBackOnce(NEAR, "in");
    }

    @Test
    @Tag("X2")
    void nothingWhenItsTimeIsOver() {
        bus.advance(Duration.ofSeconds(11));
        assertThat(branch.isTimedOut()).isTrue();
        assertNothingIsKept();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingWhenItHasEndedInOnePhase(boolean commits) throws XAException {
        resource.end(XID, TMSUCCESS);
        if (commits) {
            resource.commit(XID, true);
        } else {
            resource.rollback(XID);
        }
        assertNothingIsKept();
    }
}
