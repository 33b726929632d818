/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deferral on queues and subscriptions, spread or not, and after a process has ended: rules F1 to F7. */
class DeferralEverywhereTest extends EveryKindFixture {

    private long deferred(String text) {
        send(text);
        Delivery taken = bus.take(from);
        bus.settle(taken, Settlement.DEFER);
        return taken.sequenceNumber();
    }

    private List<Delivery> receive(Long... numbers) {
        return bus.get(bus.namespace.receiveDeferred(from, List.of(numbers), ReceiverOptions.peekLock()));
    }

    private ErrorCode refusalOf(Long... numbers) {
        return bus.errorOf(bus.namespace.receiveDeferred(from, List.of(numbers), ReceiverOptions.peekLock()));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("F1")
    @Tag("F2")
    @Tag("F3")
    @Tag("F7")
    void whoKnowsTheNumberGetsWhatWasSetAside(Kind kind, End end) {
        create(kind);
        long first = deferred("first");
        long second = deferred("second");
        end(end);
        assertThat(bus.receive(from)).isNull();
        assertThat(shown(from)).extracting(Delivery::state).containsOnly(MessageState.DEFERRED);
        assertThat(refusalOf(first, second, second + 1)).isEqualTo(ErrorCode.MessageNotFound);
        List<Delivery> both = receive(second, first);
        assertThat(both).extracting(TestBus::textOf).containsExactly("second", "first");
        assertThat(both).extracting(Delivery::deliveryCount).containsOnly(0);
        assertThat(refusalOf(first)).isEqualTo(ErrorCode.MessageNotFound);
        bus.settle(both.get(0), Settlement.COMPLETE);
        bus.settle(both.get(1), Settlement.RELEASE);
        ReceiverOptions deleting = new ReceiverOptions(ReceiveMode.RECEIVE_AND_DELETE, null, Duration.ZERO);
        assertThat(bus.get(bus.namespace.receiveDeferred(from, List.of(first), deleting)))
                .extracting(TestBus::textOf)
                .containsExactly("first");
        end(end);
        assertThat(shown(from)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("F4")
    void expiresWhenSomebodyAsksForIt(Kind kind, End end) {
        create(kind);
        long number = deferred("a");
        bus.advance(TIME_TO_LIVE.plusMillis(10));
        end(end);
        bus.advance(Duration.ofMinutes(1));
        assertThat(shown(from)).hasSize(1);
        assertThat(refusalOf(number)).isEqualTo(ErrorCode.MessageNotFound);
        end(end);
        assertThat(shown(from)).isEmpty();
        assertThat(shown(from.deadLetterQueue()))
                .extracting(Delivery::deadLetterReason)
                .containsExactly("TTLExpiredException");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("F4")
    @Tag("T5")
    void isDroppedThenWhereExpiredMessagesAre(Kind kind, End end) {
        create(kind);
        dropExpired(kind);
        long number = deferred("a");
        bus.advance(TIME_TO_LIVE.plusMillis(10));
        end(end);
        assertThat(shown(from)).hasSize(1);
        assertThat(refusalOf(number)).isEqualTo(ErrorCode.MessageNotFound);
        end(end);
        assertThat(shown(from)).isEmpty();
        assertThat(shown(from.deadLetterQueue())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("F5")
    void staysDeferredWhenItFailsUntilItHasFailedTooOften(Kind kind, End end) {
        create(kind);
        long number = deferred("a");
        for (int failures = 0; failures < MAX_DELIVERIES; failures++) {
            Delivery taken = receive(number).get(0);
            assertThat(taken.deliveryCount()).isEqualTo(failures);
            bus.settle(taken, Settlement.ABANDON);
            end(end);
            assertThat(bus.receive(from)).isNull();
        }
        assertThat(refusalOf(number)).isEqualTo(ErrorCode.MessageNotFound);
        assertThat(texts(from.deadLetterQueue())).containsExactly("a");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("F6")
    void inASessionItNeedsTheSessionAndHoldsUpNothing(Kind kind, End end) {
        create(kind, true);
        bus.send(to, TestBus.text("set aside").sessionId("s"));
        bus.send(to, TestBus.text("next").sessionId("s"));
        SessionReceiver held = bus.get(bus.namespace.acceptSession(from, "s", SessionOptions.peekLock()));
        Delivery aside = bus.get(held.receive());
        bus.settle(aside, Settlement.DEFER);
        assertThat(TestBus.textOf(bus.get(held.receive()))).isEqualTo("next");
        end(end);
        assertThat(refusalOf(aside.sequenceNumber())).isEqualTo(ErrorCode.InvalidOperation);
        held = bus.get(bus.namespace.acceptSession(from, "s", SessionOptions.peekLock()));
        Delivery again =
                bus.get(held.receiveDeferred(List.of(aside.sequenceNumber()))).get(0);
        bus.settle(again, Settlement.COMPLETE);
        assertThat(TestBus.textOf(bus.get(held.receive()))).isEqualTo("next");
        held.close();
    }
}
