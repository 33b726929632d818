/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A plain receiver on an entity that requires sessions: one session after the other (rule G2). */
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class MovingReceiverTest extends SessionFixture {

    MovingReceiverTest(boolean partitioned) {
        super(partitioned);
    }

    @Test
    @Tag("G2")
    void takesTheNextFreeSessionAndKeepsIt() {
        send("a", "1", "2");
        Receiver one = plain();
        Receiver two = plain();
        Delivery first = take(one);
        assertThat(next(two)).isNull();
        complete(first);
        assertThat(next(two)).isNull();
        assertThat(textOfNext(one)).isEqualTo("2");
    }

    @Test
    @Tag("G2")
    void movesOnWhenItIsDryAndAllIsSettled() {
        send("a", "1");
        send("b", "2");
        Receiver one = plain();
        Delivery first = take(one);
        assertThat(next(one)).as("while the first is unsettled").isNull();
        complete(first);
        Delivery second = take(one);
        assertThat(second.message().sessionId()).isNotEqualTo(first.message().sessionId());
        complete(second);
        assertThat(bus.counters().active()).isZero();
    }

    @Test
    void waitsForAllSessions() {
        Receiver one = plain();
        CompletableFuture<Delivery> request = one.receive();
        bus.run();
        send("a", "1");
        complete(bus.get(request));
        CompletableFuture<Delivery> other = one.receive();
        send("b", "2");
        assertThat(TestBus.textOf(bus.get(other))).isEqualTo("2");
    }

    @Test
    void hasItsLockForTheMessageItGetsAndHealsByItself() {
        send("a", "1");
        send("b", "2");
        Receiver one = plain();
        Delivery lost = take(one);
        bus.advance(LOCK);
        assertThat(bus.errorOf(settling(lost, Settlement.COMPLETE))).isEqualTo(ErrorCode.SessionLockLost);
        complete(take(one));
        complete(take(one));
        assertThat(bus.counters().active()).isZero();
    }

    @Test
    void thatAsksForNothingMoreDoesNotKeepASessionForEver() {
        send("a", "1", "2");
        Receiver idle = bus.namespace.openReceiver(
                ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, ReceiverOptions.FOREVER));
        complete(take(idle));
        Receiver other = plain();
        assertThat(next(other)).isNull();
        bus.advance(LOCK);
        assertThat(textOfNext(other)).isEqualTo("2");
    }

    @Test
    void keepsByItselfWhatIsUnsettled() {
        send("a", "1", "2");
        Receiver busy = bus.namespace.openReceiver(
                ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, ReceiverOptions.FOREVER));
        Delivery first = take(busy);
        bus.advance(LOCK.multipliedBy(10));
        assertThat(next(plain())).isNull();
        complete(first);
    }

    @Test
    @Tag("L9")
    void thatIsClosedKeepsTheSessionUntilItsMessagesAreSettled() {
        send("a", "1", "2");
        Receiver one = plain();
        Delivery first = take(one);
        one.close();
        Receiver two = plain();
        assertThat(next(two)).isNull();
        complete(first);
        assertThat(textOfNext(two)).isEqualTo("2");
    }

    @Test
    @Tag("L1")
    void thatDeletesWhatItReceivesMovesOnToo() {
        send("a", "1", "2");
        send("b", "3");
        Receiver one = bus.namespace.openReceiver(ORDERS, ReceiverOptions.receiveAndDelete());
        assertThat(take(one).message().sessionId())
                .isEqualTo(take(one).message().sessionId());
        take(one);
        assertThat(bus.counters().active()).isZero();
    }

    @Test
    @Tag("G2")
    void ofOneNamedSessionTakesNothingElse() {
        send("a", "1");
        send("b", "2");
        Receiver named = bus.namespace.openReceiver(
                ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, Duration.ZERO, "b"));
        complete(take(named));
        assertThat(next(named)).isNull();
        CompletableFuture<Delivery> more = named.receive();
        send("b", "3");
        assertThat(TestBus.textOf(bus.get(more))).isEqualTo("3");
    }

    @Test
    void withAFilterIsRefused() {
        assertThatThrownBy(() -> bus.namespace.openReceiver(
                        ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, (m, r, c) -> true, Duration.ZERO)))
                .hasMessageContaining("session by session");
    }
}
