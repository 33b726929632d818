/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAException.XAER_RMFAIL;
import static javax.transaction.xa.XAException.XA_RBROLLBACK;
import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMRESUME;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static javax.transaction.xa.XAResource.TMSUSPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction manager has kept a resource past the close of its namespace. */
@Tag("X5")
class ClosedNamespaceTest extends XaBus {
    private static final Xid XID = xid("global");

    @ParameterizedTest
    @ValueSource(ints = {TMNOFLAGS, TMJOIN, TMRESUME})
    void branchesAreNotGoneOnWithThere(int flags) throws XAException {
        resource.start(XID, TMNOFLAGS);
        resource.end(XID, flags == TMRESUME ? TMSUSPEND : TMSUCCESS);
        bus.close();
        assertThat(codeOf(() -> resource.start(XID, flags))).isEqualTo(XAER_RMFAIL);
        assertThat(codeOf(() -> resource.start(xid("other"), flags))).isEqualTo(XAER_RMFAIL);
        assertThat(resource.current()).isNull();
        assertThat(codeOf(() -> resource.recover(TMSTARTRSCAN))).isEqualTo(XAER_RMFAIL);
    }

    @Test
    void branchesAreNotBegunThere() {
        bus.close();
        assertThat(codeOf(() -> resource.start(XID, TMNOFLAGS))).isEqualTo(XAER_RMFAIL);
        assertThat(global.isIdle()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {TMSUCCESS, TMSUSPEND})
    void whoIsInABranchHearsOfItAtTheEnd(int flags) throws XAException {
        resource.start(XID, TMNOFLAGS);
        Transaction branch = current();
        send(NEAR, "x");
        bus.close();
        assertThat(catchThrowableOfType(BrokerException.class, () -> branch.send(NEAR, message()))
                        .code())
                .isEqualTo(ErrorCode.Closed);
        assertThat(codeOf(() -> resource.end(XID, flags))).isEqualTo(XA_RBROLLBACK);
        assertThat(resource.current()).isNull();
        resource.rollback(XID);
        assertThat(global.isIdle()).isTrue();
    }

    @Test
    void whatFailedIsEndedAndRolledBack() throws XAException {
        resource.start(XID, TMNOFLAGS);
        bus.close();
        resource.end(XID, TMFAIL);
        resource.rollback(XID);
        assertThat(global.isIdle()).isTrue();
    }

    /** What did nothing has nothing to vote on; but who says that it is all right would not have been told otherwise. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNotPreparedIsRolledBack(boolean hasWork) throws XAException {
        for (boolean onePhase : new boolean[] {true, false}) {
            resource.start(XID, TMNOFLAGS);
            if (hasWork) {
                send(NEAR, "x");
            }
            resource.end(XID, TMSUCCESS);
            bus.close();
            assertThat(onePhase ? codeOf(() -> resource.commit(XID, true)) : vote(XID))
                    .isEqualTo(XA_RBROLLBACK);
            assertThat(global.isIdle()).isTrue();
            bus = bus.restarted();
            connect();
            assertThat(bus.takeAll(NEAR)).isEmpty();
        }
    }

    @Test
    void whatIsPreparedIsToBeAskedAgain() throws XAException {
        resource.start(XID, TMNOFLAGS);
        send(NEAR, "x");
        resource.end(XID, TMSUCCESS);
        assertThat(resource.prepare(XID)).isEqualTo(OK);
        bus.close();
        assertThat(codeOf(() -> resource.commit(XID, false))).isEqualTo(XAER_RMFAIL);
        assertThat(codeOf(() -> resource.rollback(XID))).isEqualTo(XAER_RMFAIL);
        assertThat(codeOf(() -> resource.forget(XID))).isEqualTo(XAER_RMFAIL);
    }

    private static Message message() {
        return TestBus.text("y").build();
    }
}
