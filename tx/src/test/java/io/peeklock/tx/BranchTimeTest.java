/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.namespace.TestBus;
import java.time.Duration;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Branches of global transactions that are left open: rules X2, X5. */
@Tag("X2")
@Tag("X5")
class BranchTimeTest extends XaBus {
    private static final Xid FIRST = xid("first");

    @Test
    void rollsBackWhatIsOpenAndSaysSoAtTheEnd() throws XAException {
        bus.send(NEAR, TestBus.text("in"));
        resource.setTransactionTimeout(50);
        resource.start(FIRST, TMNOFLAGS);
        Transaction branch = current();
        receive(NEAR);
        bus.advance(Duration.ofSeconds(50));
        assertThat(branch.isTimedOut()).isTrue();
        assertThat(branch.hasEnded()).isTrue();
        assertThat(branch.partition()).isEqualTo(PartitionPin.NONE);
        assertThat(heard).contains("resource ended", "idle");
        assertThat(global.isIdle()).as("nothing is left to be decided").isTrue();
        assertCameBackOnce(NEAR, "in");
        BrokerException refusal = catchThrowableOfType(BrokerException.class, () -> send(NEAR, "late"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.Timeout);
        assertThat(codeOf(() -> resource.end(FIRST, TMSUCCESS))).isEqualTo(XAException.XA_RBTIMEOUT);
        assertThat(resource.current()).isNull();
        resource.rollback(FIRST);
        assertThat(heard).containsOnlyOnce("resource ended", "idle");
    }

    /** Narayana, after some errors of end. */
    @Test
    void cleansUpWhatATransactionManagerHasForgotten() throws XAException {
        resource.setTransactionTimeout(10);
        resource.start(FIRST, TMNOFLAGS);
        resource.end(FIRST, TMSUCCESS);
        bus.advance(Duration.ofSeconds(11));
        assertThat(codeOf(() -> resource.start(FIRST, TMNOFLAGS)))
                .as("its manager may ask")
                .isEqualTo(XAException.XAER_DUPID);
        bus.advance(Duration.ofSeconds(10));
        assertThat(codeOf(() -> resource.commit(FIRST, true))).isEqualTo(XAException.XAER_NOTA);
    }

    @Test
    void neverCleansUpWhatASessionWorksIn() throws XAException {
        resource.setTransactionTimeout(10);
        resource.start(FIRST, TMNOFLAGS);
        bus.advance(Duration.ofMinutes(10));
        assertThat(codeOf(() -> resource.end(FIRST, TMSUCCESS))).isEqualTo(XAException.XA_RBTIMEOUT);
        bus.advance(Duration.ofSeconds(11));
        assertThat(codeOf(() -> resource.rollback(FIRST))).isEqualTo(XAException.XAER_NOTA);
    }

    @Test
    void doesNotTouchWhatIsPrepared() throws XAException {
        resource.setTransactionTimeout(10);
        resource.start(FIRST, TMNOFLAGS);
        send(NEAR, "out");
        resource.end(FIRST, TMSUCCESS);
        assertThat(resource.prepare(FIRST)).isEqualTo(OK);
        bus.advance(Duration.ofDays(1));
        resource.commit(FIRST, false);
        assertThat(bus.takeAll(NEAR)).containsExactly("out");
    }

    @Test
    void isThatOfTheSettingsUnlessItIsSet() throws XAException {
        assertThat(resource.getTransactionTimeout()).isZero();
        assertThat(resource.setTransactionTimeout(7)).isTrue();
        assertThat(resource.getTransactionTimeout()).isEqualTo(7);
        connect(TransactionSettings.of(Profile.AZURE));
        assertThat(resource.getTransactionTimeout()).isEqualTo(120);
        resource.setTransactionTimeout(1);
        resource.setTransactionTimeout(0);
        assertThat(resource.getTransactionTimeout()).isEqualTo(120);
        assertThat(codeOf(() -> resource.setTransactionTimeout(-1))).isEqualTo(XAException.XAER_INVAL);
    }
}
