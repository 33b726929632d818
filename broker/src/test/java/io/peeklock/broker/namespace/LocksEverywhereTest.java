/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Locks and counts on queues and subscriptions, spread or not, and after a process has ended: rules L1 to L13. */
class LocksEverywhereTest extends EveryKindFixture {

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("L1")
    void receiveAndDeleteTakesForEver(Kind kind, End end) {
        create(kind);
        send("a");
        send("b");
        Delivery given = Objects.requireNonNull(bus.receive(from, ReceiverOptions.receiveAndDelete()));
        assertThat(TestBus.textOf(given)).isEqualTo("a");
        end(end);
        assertThat(bus.takeAll(from)).containsExactly("b");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("L2")
    @Tag("L13")
    void whatIsCompletedIsGoneAndWhatIsLockedComesAgain(Kind kind, End end) {
        create(kind);
        send("done");
        send("held");
        bus.settle(bus.take(from), Settlement.COMPLETE);
        LockToken held = bus.take(from).requireLockToken();
        assertThat(bus.receive(from)).isNull();
        end(end);
        Delivery again = bus.take(from);
        assertThat(TestBus.textOf(again)).isEqualTo("held");
        // A power cut may take the last counts with it.
        assertThat(again.deliveryCount()).isBetween(end == End.POWER_CUT ? 0 : 1, 1);
        assertThat(bus.errorOf(bus.namespace.settle(held, Settlement.COMPLETE))).isEqualTo(ErrorCode.MessageLockLost);
        assertThat(bus.receive(from)).isNull();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("L3")
    @Tag("L4")
    @Tag("L7")
    @Tag("L8")
    void aLockLastsAsLongAsItsEntitySaysAndIsRenewed(Kind kind, End end) {
        create(kind);
        send("a");
        end(end);
        Delivery first = bus.take(from);
        assertThat(first.lockedUntilMs()).isEqualTo(now() + LOCK.toMillis());
        bus.advance(LOCK.minusSeconds(1));
        assertThat(bus.get(bus.namespace.renew(first.requireLockToken()))).isEqualTo(now() + LOCK.toMillis());
        bus.advance(LOCK.minusMillis(1));
        assertThat(bus.receive(from)).isNull();
        bus.advance(Duration.ofMillis(10));
        Delivery second = bus.take(from);
        assertThat(second.requireLockToken().id())
                .isNotEqualTo(first.requireLockToken().id());
        assertThat(bus.errorOf(bus.namespace.settle(first.requireLockToken(), Settlement.COMPLETE)))
                .isEqualTo(ErrorCode.MessageLockLost);
        bus.settle(second, Settlement.COMPLETE);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("L5")
    void aLockBeginsWhenTheMessageLeaves(Kind kind, End end) {
        create(kind);
        send("a");
        bus.advance(LOCK.multipliedBy(3));
        end(end);
        Delivery taken = bus.take(from);
        bus.advance(LOCK.minusMillis(1));
        bus.settle(taken, Settlement.COMPLETE);
        end(end);
        assertThat(bus.receive(from)).isNull();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("L6")
    @Tag("L12")
    void whatFailsIsBackInItsPlaceUntilItHasFailedTooOften(Kind kind, End end) {
        create(kind);
        send("a");
        send("b");
        for (int failures = 0; failures < MAX_DELIVERIES; failures++) {
            Delivery taken = bus.take(from);
            assertThat(TestBus.textOf(taken)).isEqualTo("a");
            assertThat(taken.deliveryCount()).isEqualTo(failures);
            if (failures == 1) {
                bus.advance(LOCK.plusMillis(10));
            } else {
                bus.settle(taken, Settlement.ABANDON);
            }
            end(end);
        }
        assertThat(texts(from)).containsExactly("b");
        Delivery dead = bus.take(from.deadLetterQueue());
        assertThat(TestBus.textOf(dead)).isEqualTo("a");
        assertThat(dead.deliveryCount()).isEqualTo(MAX_DELIVERIES);
        assertThat(dead.deadLetterReason()).isEqualTo("MaxDeliveryCountExceeded");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("L10")
    void whatIsGivenBackUntouchedDoesNotCount(Kind kind, End end) {
        create(kind);
        send("a");
        for (int i = 0; i < 2 * MAX_DELIVERIES; i++) {
            Delivery taken = bus.take(from);
            assertThat(taken.deliveryCount()).isZero();
            bus.settle(taken, Settlement.RELEASE);
        }
        // The release is on its way with what is sent next.
        send("b");
        end(end);
        assertThat(bus.take(from).deliveryCount()).isZero();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("L11")
    void whatASettlementChangesStaysChanged(Kind kind, End end) {
        create(kind);
        bus.send(to, message("a").property("kept", 1).property("gone", 2));
        Map<String, Object> changes = new HashMap<>();
        changes.put("gone", null);
        changes.put("new", "x");
        bus.settle(bus.take(from), new Settlement.Abandon(changes));
        end(end);
        Delivery again = bus.take(from);
        assertThat(again.modifiedProperties()).isEqualTo(changes);
        bus.settle(again, new Settlement.Defer(Map.of("new", "y")));
        end(end);
        Delivery deferred = shown(from).get(0);
        assertThat(deferred.modifiedProperties()).containsEntry("new", "y").containsEntry("gone", null);
    }
}
