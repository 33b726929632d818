/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a branch that waits for its turn, behind the prepare of another one that may go to any partition, too. */
@Tag("X5")
@Tag("P11")
class PrepareTurnsTest extends XaBus {

    @BeforeEach
    void stage() throws XAException {
        stage("1", 0);
        stage("2", 40);
    }

    private void stage(String branch, int seconds) throws XAException {
        resource.setTransactionTimeout(seconds);
        resource.start(xid("g", branch), XAResource.TMNOFLAGS);
        send(SPREAD, branch);
        resource.end(xid("g", branch), XAResource.TMSUCCESS);
    }

    private Branch branch(String name) throws XAException {
        return Objects.requireNonNull(global.branches().find(NamedXid.branchOf(xid("g", name))));
    }

    @Test
    void isRolledBackAtItsTurnWhenItsTimeIsOver() throws XAException {
        bus.syncs(false);
        CompletableFuture<XaAnswer> first = branch("1").prepare();
        Branch waiting = branch("2");
        CompletableFuture<XaAnswer> second = waiting.prepare();
        bus.advance(Duration.ofSeconds(40));
        assertThat(first).isNotDone();
        assertThat(waiting.isTimedOut()).isTrue();
        bus.syncs(true);
        bus.run();
        assertThat(first).isCompletedWithValue(XaAnswer.OK);
        assertThat(second).isCompletedWithValueMatching(answer -> answer.code() == XAException.XA_RBTIMEOUT);
        resource.commit(xid("g", "1"), false);
        assertThat(bus.takeAll(SPREAD)).containsExactly("1");
        assertThat(global.isIdle()).isTrue();
    }

    @Test
    void isRolledBackBehindItsPrepare() throws XAException {
        bus.syncs(false);
        CompletableFuture<XaAnswer> first = branch("1").prepare();
        CompletableFuture<XaAnswer> second = branch("2").prepare();
        CompletableFuture<XaAnswer> rollback = branch("2").rollback();
        bus.run();
        assertThat(List.of(first, second, rollback)).noneMatch(CompletableFuture::isDone);
        bus.syncs(true);
        bus.run();
        assertThat(List.of(first.join(), second.join(), rollback.join())).containsOnly(XaAnswer.OK);
        assertThat(recovered()).hasSize(1);
        resource.commit(xid("g", "1"), false);
        assertThat(bus.takeAll(SPREAD)).containsExactly("1");
    }

    /** Whether the first one is prepared nobody knows then; it holds nobody up, and is rolled back when the disk is back. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void comesWhenTheDiskFailsUnderTheOther(int survivors) throws XAException {
        bus.store().failNextSync(0, Reason.IO, survivors);
        CompletableFuture<XaAnswer> first = branch("1").prepare();
        CompletableFuture<XaAnswer> second = branch("2").prepare();
        bus.run();
        assertThat(first).isCompletedWithValueMatching(answer -> answer.code() == XAException.XAER_RMFAIL);
        assertThat(second).isCompletedWithValue(XaAnswer.OK);
        resource.commit(xid("g", "2"), false);
        bus.get(bus.namespace.reopen(0));
        bus.advance(Duration.ofSeconds(11));
        assertThat(global.isIdle()).isTrue();
        assertThat(bus.takeAll(SPREAD)).containsExactly("2");
    }

    @Test
    void comesWhenTheOtherWasRolledBack() throws XAException {
        bus.syncs(false);
        CompletableFuture<XaAnswer> first = branch("1").prepare();
        CompletableFuture<XaAnswer> second = branch("2").prepare();
        CompletableFuture<XaAnswer> rollback = branch("1").rollback();
        bus.syncs(true);
        bus.run();
        assertThat(List.of(first.join(), second.join(), rollback.join())).containsOnly(XaAnswer.OK);
        resource.commit(xid("g", "2"), false);
        assertThat(bus.takeAll(SPREAD)).containsExactly("2");
        assertThat(global.isIdle()).isTrue();
    }
}
