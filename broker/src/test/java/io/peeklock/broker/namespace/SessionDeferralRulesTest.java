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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rule F6: deferral where sessions are required, in a partitioned queue. */
class SessionDeferralRulesTest extends SessionFixture {

    SessionDeferralRulesTest() {
        super(true);
    }

    private Delivery next(SessionReceiver session) {
        return bus.get(session.receive());
    }

    /** The number of the first message of the session, which is deferred. */
    private long deferFirst(SessionReceiver session) {
        Delivery first = next(session);
        bus.settle(first, Settlement.DEFER);
        return first.sequenceNumber();
    }

    @Test
    @Tag("F6")
    void deferringDoesNotHoldUpTheLaterMessages() {
        send("s", "a", "b");
        SessionReceiver session = accept("s");
        deferFirst(session);
        assertThat(TestBus.textOf(next(session))).isEqualTo("b");
    }

    @Test
    @Tag("F6")
    void theDeferredOneIsReceivedUnderTheSessionsLockAlone() {
        send("s", "a");
        send("t", "b");
        SessionReceiver session = accept("s");
        long number = deferFirst(session);
        assertThat(bus.errorOf(bus.namespace.receiveDeferred(ORDERS, List.of(number), ReceiverOptions.peekLock())))
                .isEqualTo(ErrorCode.InvalidOperation);
        SessionReceiver other = accept("t");
        assertThat(bus.errorOf(other.receiveDeferred(List.of(number)))).isEqualTo(ErrorCode.MessageNotFound);
        Delivery again = bus.get(session.receiveDeferred(List.of(number))).get(0);
        assertThat(again.lockedUntilMs()).isEqualTo(session.lockedUntilMs());
        bus.settle(again, Settlement.COMPLETE);
        assertThat(bus.get(bus.namespace.peekSession(ORDERS, "s", 0, 10))).isEmpty();
    }

    @Test
    @Tag("F6")
    @Tag("F7")
    void itStaysDeferredThroughALostLockAndAKill() {
        send("s", "a");
        SessionReceiver session = accept("s");
        long number = deferFirst(session);
        bus.get(session.receiveDeferred(List.of(number)));
        bus.advance(LOCK.multipliedBy(2));
        assertThat(bus.errorOf(session.receiveDeferred(List.of(number)))).isEqualTo(ErrorCode.SessionLockLost);
        bus = bus.killed();
        assertThat(bus.get(bus.namespace.counters(ORDERS)).deferred()).isEqualTo(1);
        Delivery again = bus.get(accept("s").receiveDeferred(List.of(number))).get(0);
        assertThat(again.deliveryCount()).isEqualTo(1);
    }

    @Test
    @Tag("G5")
    void anAbandonWithADelayIsRefusedAndTheMessageIsTheNext() {
        send("s", "a", "b");
        SessionReceiver session = accept("s");
        Delivery first = next(session);
        Settlement later = new Settlement.Abandon(Map.of(), 1000);
        assertThat(bus.errorOf(bus.namespace.settle(first.requireLockToken(), later)))
                .isEqualTo(ErrorCode.InvalidOperation);
        bus.settle(first, Settlement.ABANDON);
        assertThat(TestBus.textOf(next(session))).isEqualTo("a");
    }
}
