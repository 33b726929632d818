/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a session is set by a transaction together with what else that does, or not at all (rules G6, X1). */
@Tag("G6")
@Tag("X1")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class SessionStateCommitTest extends SessionFixture {

    SessionStateCommitTest(boolean partitioned) {
        super(partitioned);
    }

    private static StagedSessionState staged(SessionReceiver held, byte... state) {
        return new StagedSessionState(held.sessionToken(), state);
    }

    private static PartitionCommit work(SessionReceiver held, StagedSessionState... states) {
        return new PartitionCommit(held.sessionToken().partition(), List.of(), List.of(), List.of(states));
    }

    private Optional<byte[]> stateOf(String session) {
        return bus.get(accept(session).getSessionState());
    }

    private static Message ofSession(String session, int bytes) {
        return TestBus.text("x".repeat(bytes)).sessionId(session).build();
    }

    private PartitionCommit wholeStep(SessionReceiver held) {
        Delivery first = take(held);
        Delivery second = take(held);
        return new PartitionCommit(
                held.sessionToken().partition(),
                List.of(new OutgoingMessage(ORDERS, ofSession("a", 1))),
                List.of(
                        new StagedSettlement(first.requireLockToken(), Settlement.COMPLETE),
                        new StagedSettlement(second.requireLockToken(), Settlement.DEFER)),
                List.of(staged(held, (byte) 7)));
    }

    @Test
    void happensWithTheRestAndSurvivesAKillAndARestart() {
        send("a", "1", "2", "3");
        SessionReceiver held = accept("a");
        bus.get(bus.namespace.commit(wholeStep(held)));
        assertThat(bus.get(held.getSessionState())).contains(new byte[] {7});
        bus = bus.killed();
        assertThat(bus.counters().deferred()).isEqualTo(1);
        assertThat(bus.counters().active()).isEqualTo(2);
        bus = bus.restarted();
        assertThat(stateOf("a")).contains(new byte[] {7});
    }

    @Test
    void hasNotHappenedAfterAPowerCutBeforeItIsDurable() {
        send("a", "1", "2", "3");
        SessionReceiver held = accept("a");
        bus.get(held.setSessionState(new byte[] {1}));
        PartitionCommit work = wholeStep(held);
        bus.syncs(false);
        CompletableFuture<Void> committed = bus.namespace.commit(work);
        bus.run();
        assertThat(committed).isNotDone();
        bus = bus.crashed();
        assertThat(bus.counters().active()).isEqualTo(3);
        assertThat(stateOf("a")).contains(new byte[] {1});
    }

    @Test
    void isClearedToo() {
        SessionReceiver held = accept("a");
        bus.get(held.setSessionState(new byte[] {1}));
        bus.get(bus.namespace.commit(work(held, new StagedSessionState(held.sessionToken(), null))));
        assertThat(bus.counters().sizeBytes()).isZero();
        bus = bus.restarted();
        assertThat(stateOf("a")).isEmpty();
    }

    @Test
    void isTheLastOneThatIsNamed() {
        SessionReceiver held = accept("a");
        bus.get(bus.namespace.commit(work(held, staged(held, new byte[100]), staged(held, (byte) 2))));
        assertThat(bus.get(held.getSessionState())).contains(new byte[] {2});
        assertThat(bus.counters().sizeBytes()).isEqualTo(1);
    }

    @Test
    void isAsItWasWhenItWasStaged() {
        SessionReceiver held = accept("a");
        byte[] mine = {1};
        StagedSessionState staged = new StagedSessionState(held.sessionToken(), mine);
        mine[0] = 2;
        bus.get(bus.namespace.commit(work(held, staged)));
        assertThat(bus.get(held.getSessionState())).contains(new byte[] {1});
    }

    @Test
    @Tag("G4")
    void doesNothingIfTheSessionIsLost() {
        send("a", "1", "2");
        SessionReceiver held = accept("a");
        PartitionCommit work = wholeStep(held);
        bus.advance(LOCK);
        assertThat(bus.errorOf(bus.namespace.commit(work))).isEqualTo(ErrorCode.SessionLockLost);
        assertThat(bus.errorOf(bus.namespace.check(work(held, staged(held, (byte) 1)))))
                .isEqualTo(ErrorCode.SessionLockLost);
        assertThat(bus.counters().active()).isEqualTo(2);
        assertThat(stateOf("a")).isEmpty();
    }

    @Test
    @Tag("Q3")
    void countsTogetherWithWhatIsSent() {
        bus.get(bus.namespace.updateQueue(queue().maxSizeBytes(1 << 20).build()));
        for (int i = 0; i < 4; i++) {
            bus.send(ORDERS, TestBus.text("x".repeat(200_000)).sessionId("a"));
        }
        SessionReceiver held = accept("a");
        StagedSessionState state = staged(held, new byte[100_000]);
        OutgoingMessage fits = new OutgoingMessage(ORDERS, ofSession("a", 140_000));
        OutgoingMessage doesNot = new OutgoingMessage(ORDERS, ofSession("a", 150_000));
        int partition = held.sessionToken().partition();
        PartitionCommit tooMuch = new PartitionCommit(partition, List.of(doesNot), List.of(), List.of(state));
        assertThat(bus.errorOf(bus.namespace.commit(tooMuch))).isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(bus.get(held.getSessionState())).isEmpty();
        bus.get(bus.namespace.commit(new PartitionCommit(partition, List.of(fits), List.of(), List.of(state))));
        assertThat(bus.errorOf(bus.namespace.check(work(held, staged(held, new byte[120_000])))))
                .isEqualTo(ErrorCode.QuotaExceeded);
    }

    @Test
    @Tag("Q3")
    void countsTogetherWithOtherStates() {
        bus.get(bus.namespace.updateQueue(queue().maxSizeBytes(1 << 20).build()));
        for (int i = 0; i < 4; i++) {
            bus.send(ORDERS, TestBus.text("x".repeat(240_000)).sessionId("a"));
        }
        SessionReceiver held = accept("a");
        SessionReceiver other = acceptInPartition(held.sessionToken().partition());
        byte[] half = new byte[50_000];
        assertThat(bus.errorOf(bus.namespace.commit(work(held, staged(held, half), staged(other, half)))))
                .isEqualTo(ErrorCode.QuotaExceeded);
        bus.get(bus.namespace.commit(work(held, staged(held, half), staged(other, (byte) 1))));
        // What one gives up the other one takes.
        bus.get(bus.namespace.commit(work(held, staged(held, (byte) 1), staged(other, half))));
    }

    private SessionReceiver acceptInPartition(int partition) {
        List<SessionReceiver> elsewhere = new ArrayList<>();
        for (int i = 0; ; i++) {
            SessionReceiver one = accept("other" + i);
            if (one.sessionToken().partition() == partition) {
                elsewhere.forEach(SessionReceiver::close);
                return one;
            }
            elsewhere.add(one);
        }
    }

    @Test
    void ofAnotherPartitionOrTooLargeIsRefused() {
        SessionReceiver held = accept("a");
        assertThat(bus.errorOf(bus.namespace.check(work(held, staged(held, new byte[128 * 1024 + 1])))))
                .isEqualTo(ErrorCode.MessageSizeExceeded);
        int elsewhere = (held.sessionToken().partition() + 1) % 16;
        PartitionCommit wrong = new PartitionCommit(elsewhere, List.of(), List.of(), List.of(staged(held, (byte) 1)));
        assertThat(bus.errorOf(bus.namespace.commit(wrong))).isEqualTo(ErrorCode.InvalidOperation);
    }
}
