/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules L1 to L12. */
class LockRulesTest {
    private static final Duration LOCK = Duration.ofSeconds(30);

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("orders").lockDuration(LOCK).maxDeliveryCount(3));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private ErrorCode errorOfSettling(Delivery delivery, Settlement settlement) {
        return bus.errorOf(bus.namespace.settle(delivery.requireLockToken(), settlement));
    }

    @Nested
    class ReceiveAndDelete {

        @Test
        @Tag("L1")
        void settlesWhenItHandsOut() {
            bus.send("a");
            Delivery delivery = bus.receive(TestBus.ORDERS, ReceiverOptions.receiveAndDelete());
            assertThat(delivery).isNotNull();
            assertThat(delivery.lockToken()).isNull();
            assertThat(bus.counters().sizeBytes()).isZero();
            bus = bus.killed();
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
        }

        @Test
        @Tag("L1")
        void handsOutNothingBeforeTheRemovalIsOnDisk() {
            bus.send("a");
            bus.syncs(false);
            Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.receiveAndDelete());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            assertThat(request).isNotDone();
            bus = bus.crashed();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }
    }

    @Nested
    class PeekLock {

        @Test
        @Tag("L2")
        void hidesAMessageFromOthersUntilItIsUnlocked() {
            bus.send("a");
            Delivery first = bus.take();
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus.settle(first, Settlement.ABANDON);
            Delivery again = bus.take();
            assertThat(again.deliveryCount()).isEqualTo(1);
            bus.settle(again, Settlement.COMPLETE);
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(bus.counters().active()).isZero();
        }

        @Test
        @Tag("L2")
        void completedIsGoneForEver() {
            bus.send("a");
            bus.settle(bus.take(), Settlement.COMPLETE);
            bus.advance(LOCK.multipliedBy(3));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus = bus.killed();
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
        }

        @Test
        @Tag("L8")
        void givesEveryDeliveryItsOwnTokenAndTime() {
            bus.send("a");
            Delivery first = bus.take();
            assertThat(first.lockedUntilMs()).isEqualTo(bus.runtime.clock().wallTimeMs() + LOCK.toMillis());
            bus.settle(first, Settlement.ABANDON);
            Delivery second = bus.take();
            assertThat(second.requireLockToken().id())
                    .isNotEqualTo(first.requireLockToken().id());
        }

        @Test
        @Tag("L3")
        void lastsAsLongAsTheQueueSays() {
            bus.send("a");
            bus.take();
            bus.advance(LOCK.minusMillis(1));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus.advance(Duration.ofMillis(10));
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
        }

        @Test
        @Tag("L3")
        void takesTheNewDurationAfterTheQueueWasChanged() {
            bus.get(bus.namespace.updateQueue(QueueDescription.builder("orders")
                    .lockDuration(Duration.ofSeconds(2))
                    .build()));
            bus.send("a");
            bus.take();
            bus.advance(Duration.ofMillis(2010));
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
        }

        @Test
        @Tag("L5")
        void beginsWhenTheMessageLeavesTheQueue() {
            bus.send("a");
            bus.advance(LOCK.multipliedBy(2));
            Delivery delivery = bus.take();
            bus.advance(LOCK.minusMillis(1));
            bus.settle(delivery, Settlement.COMPLETE);
        }
    }

    @Nested
    class Renewing {

        @Test
        @Tag("L4")
        void setsTheLockToNowPlusItsDurationAnyNumberOfTimes() {
            bus.send("a");
            Delivery delivery = bus.take();
            for (int i = 0; i < 5; i++) {
                bus.advance(LOCK.minusSeconds(1));
                assertThat(bus.get(bus.namespace.renew(delivery.requireLockToken())))
                        .isEqualTo(bus.runtime.clock().wallTimeMs() + LOCK.toMillis());
                assertThat(bus.receive(TestBus.ORDERS)).isNull();
            }
            bus.advance(LOCK.minusMillis(1));
            bus.settle(delivery, Settlement.COMPLETE);
        }

        @Test
        @Tag("L7")
        void ofALostLockFails() {
            bus.send("a");
            Delivery delivery = bus.take();
            bus.advance(LOCK.plusMillis(10));
            assertThat(bus.errorOf(bus.namespace.renew(delivery.requireLockToken())))
                    .isEqualTo(ErrorCode.MessageLockLost);
        }

        @Test
        @Tag("L4")
        void happensByItselfAsLongAsTheReceiverWants() {
            bus.send("a");
            bus.receive(TestBus.ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, LOCK.multipliedBy(3)));
            bus.advance(LOCK.multipliedBy(3).minusMillis(1));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus.advance(LOCK.multipliedBy(2));
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
        }

        @Test
        @Tag("L4")
        void happensByItselfForEver() {
            bus.send("a");
            Delivery delivery = bus.receive(
                    TestBus.ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, ReceiverOptions.FOREVER));
            bus.advance(LOCK.multipliedBy(20));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(delivery).isNotNull();
            bus.settle(delivery, Settlement.COMPLETE);
        }
    }

    @Nested
    class GivingBack {

        @Test
        @Tag("L6")
        void putsAMessageBackWhereItStood() {
            bus.send("a");
            bus.send("b");
            bus.send("c");
            Delivery a = bus.take();
            Delivery b = bus.take();
            bus.settle(b, Settlement.ABANDON);
            bus.settle(a, Settlement.ABANDON);
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a", "b", "c");
        }

        @Test
        @Tag("L6")
        void happensWhenALockRunsOut() {
            bus.send("a");
            bus.send("b");
            bus.take();
            bus.advance(LOCK.plusMillis(10));
            Delivery again = bus.take();
            assertThat(TestBus.textOf(again)).isEqualTo("a");
            assertThat(again.deliveryCount()).isEqualTo(1);
        }

        @Test
        @Tag("L6")
        void wakesWhoeverWaits() {
            bus.send("a");
            Delivery first = bus.take();
            Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.settle(first, Settlement.ABANDON);
            assertThat(bus.get(request).deliveryCount()).isEqualTo(1);
        }

        @Test
        @Tag("L10")
        void untouchedDoesNotCount() {
            bus.send("a");
            for (int i = 0; i < 10; i++) {
                Delivery delivery = bus.take();
                assertThat(delivery.deliveryCount()).isZero();
                bus.settle(delivery, Settlement.RELEASE);
            }
            bus = bus.killed();
            assertThat(bus.take().deliveryCount()).isZero();
        }

        @Test
        @Tag("L10")
        void byARequestThatWasTakenBackDoesNotCount() {
            Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = receiver.receive();
            assertThat(receiver.cancel(request)).isTrue();
            assertThat(request).isCancelled();
            bus.send("a");
            assertThat(bus.take().deliveryCount()).isZero();
        }

        @Test
        @Tag("L11")
        void canChangeProperties() {
            bus.send(TestBus.ORDERS, TestBus.text("a").property("kept", 1).property("gone", 2));
            Map<String, Object> changes = new HashMap<>();
            changes.put("gone", null);
            changes.put("new", "x");
            bus.settle(bus.take(), new Settlement.Abandon(changes));
            bus = bus.restarted();
            Delivery delivery = bus.take();
            assertThat(delivery.modifiedProperties()).isEqualTo(changes);
            bus.settle(delivery, new Settlement.DeadLetter("r", "d", Map.of("new", "y")));
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            assertThat(dead.modifiedProperties()).containsEntry("new", "y").containsEntry("gone", null);
        }
    }

    @Nested
    class ALostLock {

        @Test
        @Tag("L7")
        void letsNothingBeSettled() {
            bus.send("a");
            Delivery first = bus.take();
            bus.advance(LOCK.plusMillis(10));
            Delivery second = bus.take();
            for (Settlement settlement : List.of(
                    Settlement.COMPLETE,
                    Settlement.ABANDON,
                    Settlement.RELEASE,
                    new Settlement.DeadLetter(null, null, Map.of()))) {
                assertThat(errorOfSettling(first, settlement)).isEqualTo(ErrorCode.MessageLockLost);
            }
            assertThat(bus.counters().locked()).isEqualTo(1);
            bus.settle(second, Settlement.COMPLETE);
            assertThat(errorOfSettling(second, Settlement.COMPLETE)).isEqualTo(ErrorCode.MessageLockLost);
        }

        /** The timer may come late. */
        @Test
        @Tag("L7")
        void isLostWhenItsTimeIsOverNotWhenSomebodyNotices() {
            bus.send("a");
            Delivery delivery = bus.take();
            bus.runtime.advanceWithoutTimers(LOCK);
            assertThat(errorOfSettling(delivery, Settlement.COMPLETE)).isEqualTo(ErrorCode.MessageLockLost);
        }

        @Test
        @Tag("L7")
        void amongManyIsToldAlone() {
            bus.create(QueueDescription.builder("spread").partitioned(true));
            bus.send("a");
            bus.send("b");
            LockToken a = bus.take().requireLockToken();
            LockToken b = bus.take().requireLockToken();
            bus.get(bus.namespace.settle(a, Settlement.COMPLETE));
            List<SettlementOutcome> outcomes = bus.get(bus.namespace.settleAll(List.of(a, b), Settlement.COMPLETE));
            assertThat(outcomes).extracting(SettlementOutcome::token).containsExactly(a, b);
            assertThat(outcomes.get(0).failure()).isNotNull();
            assertThat(outcomes.get(1).failure()).isNull();
            assertThat(bus.counters().locked()).isZero();
        }
    }

    @Nested
    class TooManyDeliveries {

        @Test
        @Tag("L12")
        void endInTheDeadLetterQueue() {
            bus.send("a");
            bus.settle(bus.take(), Settlement.ABANDON);
            bus.take();
            bus.advance(LOCK.plusMillis(10));
            bus.settle(bus.take(), Settlement.ABANDON);
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            assertThat(dead.deadLetterReason()).isEqualTo("MaxDeliveryCountExceeded");
            assertThat(dead.deliveryCount()).isEqualTo(3);
        }

        @Test
        @Tag("L12")
        void doNotMoveAMessageOutOfTheDeadLetterQueue() {
            bus.send("a");
            bus.settle(bus.take(), new Settlement.DeadLetter("mine", null, Map.of()));
            for (int i = 0; i < 10; i++) {
                bus.settle(bus.take(TestBus.ORDERS.deadLetterQueue()), Settlement.ABANDON);
            }
            assertThat(bus.take(TestBus.ORDERS.deadLetterQueue()).deadLetterReason())
                    .isEqualTo("mine");
        }
    }

    @Nested
    class ClosingAReceiver {

        @Test
        @Tag("L9")
        void endsItsRequestsAndLeavesLocksAlone() {
            bus.send("a");
            Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
            Delivery delivery = bus.get(receiver.receive());
            CompletableFuture<Delivery> waiting = receiver.receive();
            receiver.close();
            assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.Closed);
            assertThat(bus.errorOf(receiver.receive())).isEqualTo(ErrorCode.Closed);
            bus.settle(delivery, Settlement.COMPLETE);
        }
    }
}
