/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Deferral and back-off where sessions are required (rules F6, G5). */
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class SessionDeferralTest extends SessionFixture {

    private SessionReceiver held;
    private long number;

    SessionDeferralTest(boolean partitioned) {
        super(partitioned);
    }

    @BeforeEach
    void deferTheFirst() {
        send("s", "a", "b");
        held = accept("s");
        Delivery first = take(held);
        number = first.sequenceNumber();
        bus.settle(first, new Settlement.Defer(Map.of()));
    }

    @Test
    @Tag("F6")
    void deferringHoldsUpNothing() {
        assertThat(textOfNext(held)).isEqualTo("b");
    }

    @Test
    @Tag("F6")
    void theDeferredMessageNeedsTheSessionsLock() {
        assertThat(bus.errorOf(bus.namespace.receiveDeferred(ORDERS, List.of(number), ReceiverOptions.peekLock())))
                .isEqualTo(ErrorCode.InvalidOperation);
        SessionReceiver other = accept("t");
        assertThat(bus.errorOf(other.receiveDeferred(List.of(number)))).isEqualTo(ErrorCode.MessageNotFound);
        Delivery deferred = bus.get(held.receiveDeferred(List.of(number))).get(0);
        assertThat(TestBus.textOf(deferred)).isEqualTo("a");
        complete(deferred);
        assertThat(bus.counters().deferred()).isZero();
    }

    @Test
    @Tag("F6")
    @Tag("G4")
    void itIsLostWithTheSession() {
        Delivery deferred = bus.get(held.receiveDeferred(List.of(number))).get(0);
        bus.advance(LOCK);
        assertThat(bus.errorOf(settling(deferred, Settlement.COMPLETE))).isEqualTo(ErrorCode.SessionLockLost);
        assertThat(bus.errorOf(held.receiveDeferred(List.of(number)))).isEqualTo(ErrorCode.SessionLockLost);
        SessionReceiver again = accept("s");
        assertThat(bus.get(again.receiveDeferred(List.of(number))).get(0).deliveryCount())
                .isEqualTo(1);
    }

    @Test
    @Tag("F6")
    @Tag("F7")
    void itStaysThroughARestart() {
        bus = bus.restarted();
        SessionReceiver again = accept("s");
        assertThat(textOfNext(again)).isEqualTo("b");
        assertThat(TestBus.textOf(
                        bus.get(again.receiveDeferred(List.of(number))).get(0)))
                .isEqualTo("a");
    }

    @Test
    @Tag("G2")
    void aSessionWithNothingElseIsDry() {
        complete(take(held));
        held.close();
        send("t", "c");
        assertThat(accept(null).sessionId()).isEqualTo("t");
        assertThat(accepting(null)).isNotDone();
    }

    @Test
    @Tag("G5")
    void anAbandonWithADelayIsRefused() {
        Delivery second = take(held);
        assertThat(bus.errorOf(settling(second, new Settlement.Abandon(Map.of(), 3000))))
                .isEqualTo(ErrorCode.InvalidOperation);
        bus.settle(second, Settlement.ABANDON);
        assertThat(textOfNext(held)).isEqualTo("b");
    }
}
