/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules F1 to F5 and F7 in a queue that lies in one partition; {@link SpreadDeferralRulesTest} has one that does not. */
class DeferralRulesTest {
    private static final Duration LOCK = Duration.ofSeconds(30);

    TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        bus.create(queue().deadLetterOnExpiry(true));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    QueueDescription.Builder queue() {
        return QueueDescription.builder("orders").lockDuration(LOCK).maxDeliveryCount(3);
    }

    /** The number of a message that was sent, received and deferred. */
    long deferred(String text) {
        bus.send(text);
        Delivery delivery = bus.take();
        bus.settle(delivery, Settlement.DEFER);
        return delivery.sequenceNumber();
    }

    private List<Delivery> fetch(Long... numbers) {
        return bus.get(bus.namespace.receiveDeferred(TestBus.ORDERS, List.of(numbers), ReceiverOptions.peekLock()));
    }

    private Delivery fetchOne(long number) {
        List<Delivery> found = fetch(number);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private BrokerException refusalOf(Long... numbers) {
        return bus.failure(bus.namespace.receiveDeferred(TestBus.ORDERS, List.of(numbers), ReceiverOptions.peekLock()));
    }

    @Nested
    class Deferring {

        @Test
        @Tag("F1")
        @Tag("N6")
        @Tag("D6")
        void setsAMessageAsideUnderItsNumber() {
            long number = deferred("a");
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            Delivery seen = bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10)).get(0);
            assertThat(seen.state()).isEqualTo(MessageState.DEFERRED);
            assertThat(seen.sequenceNumber()).isEqualTo(number);
            assertThat(bus.counters().deferred()).isEqualTo(1);
            assertThat(bus.counters().active()).isZero();
            assertThat(bus.counters().sizeBytes()).isPositive();
        }

        @Test
        @Tag("F1")
        @Tag("L7")
        void needsTheLock() {
            bus.send("a");
            Delivery delivery = bus.take();
            bus.advance(LOCK.multipliedBy(2));
            assertThat(bus.errorOf(bus.namespace.settle(delivery.requireLockToken(), Settlement.DEFER)))
                    .isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.counters().deferred()).isZero();
        }

        @Test
        @Tag("F5")
        void isNoFailedDelivery() {
            long number = deferred("a");
            for (int i = 0; i < 5; i++) {
                Delivery again = fetchOne(number);
                assertThat(again.deliveryCount()).isZero();
                bus.settle(again, Settlement.DEFER);
            }
            assertThat(bus.counters().deferred()).isEqualTo(1);
        }

        @Test
        @Tag("L11")
        void changesPropertiesOnTheWay() {
            bus.send("a");
            Delivery delivery = bus.take();
            bus.settle(delivery, new Settlement.Defer(Map.of("why", "no order yet")));
            assertThat(fetchOne(delivery.sequenceNumber()).modifiedProperties()).containsEntry("why", "no order yet");
        }

        @Test
        @Tag("L11")
        @Tag("Q2")
        void refusesPropertiesThatAreTooLarge() {
            bus.send("a");
            Delivery delivery = bus.take();
            Settlement defer = new Settlement.Defer(Map.of("p", "x".repeat(66_000)));
            assertThat(bus.errorOf(bus.namespace.settle(delivery.requireLockToken(), defer)))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
            bus.settle(delivery, Settlement.COMPLETE);
        }

        @Test
        @Tag("D1")
        void worksInTheDeadLetterQueue() {
            bus.send("a");
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            EntityPath dead = TestBus.ORDERS.deadLetterQueue();
            Delivery delivery = bus.take(dead);
            bus.settle(delivery, Settlement.DEFER);
            assertThat(bus.receive(dead)).isNull();
            assertThat(refusalOf(delivery.sequenceNumber()).code()).isEqualTo(ErrorCode.MessageNotFound);
            Delivery again = bus.get(bus.namespace.receiveDeferred(
                            dead, List.of(delivery.sequenceNumber()), ReceiverOptions.peekLock()))
                    .get(0);
            assertThat(again.deadLetterReason()).isEqualTo("why");
            bus.settle(again, Settlement.COMPLETE);
            assertThat(bus.counters().sizeBytes()).isZero();
        }
    }

    @Nested
    class ReceivingByNumber {

        @Test
        @Tag("F2")
        void givesSeveralInTheOrderTheyAreNamed() {
            long a = deferred("a");
            long b = deferred("b");
            long c = deferred("c");
            assertThat(fetch(c, a, b, c)).extracting(TestBus::textOf).containsExactly("c", "a", "b");
            assertThat(bus.counters().locked()).isEqualTo(3);
        }

        @Test
        @Tag("F2")
        @Tag("L8")
        void locksThem() {
            long number = deferred("a");
            Delivery locked = fetchOne(number);
            assertThat(locked.state()).isEqualTo(MessageState.LOCKED);
            assertThat(refusalOf(number).code()).isEqualTo(ErrorCode.MessageNotFound);
            bus.advance(LOCK.minusSeconds(1));
            bus.get(bus.namespace.renew(locked.requireLockToken()));
            bus.advance(LOCK.minusSeconds(1));
            bus.settle(locked, Settlement.COMPLETE);
            assertThat(bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10))).isEmpty();
        }

        @Test
        @Tag("F2")
        @Tag("L1")
        void removesThemInReceiveAndDelete() {
            Long[] numbers = {deferred("a"), deferred("b"), deferred("c")};
            List<Delivery> gone = bus.get(bus.namespace.receiveDeferred(
                    TestBus.ORDERS, List.of(numbers), ReceiverOptions.receiveAndDelete()));
            assertThat(gone).extracting(TestBus::textOf).containsExactly("a", "b", "c");
            assertThat(gone).allMatch(delivery -> delivery.lockToken() == null);
            bus = bus.killed();
            assertThat(bus.counters().sizeBytes()).isZero();
        }

        @Test
        @Tag("F3")
        void isAllOrNothing() {
            long a = deferred("a");
            long b = deferred("b");
            long active = bus.send("c");
            assertThat(refusalOf(a, b, active).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(refusalOf(a, b, active).getMessage()).contains("" + active, "orders");
            assertThat(fetch(a, b)).allMatch(delivery -> delivery.deliveryCount() == 0);
        }

        @Test
        @Tag("F3")
        void doesNotFindWhatIsLockedByAnother() {
            long a = deferred("a");
            long b = deferred("b");
            Delivery held = fetchOne(b);
            assertThat(refusalOf(a, b).code()).isEqualTo(ErrorCode.MessageNotFound);
            bus.settle(held, Settlement.RELEASE);
            assertThat(fetch(a, b)).allMatch(delivery -> delivery.deliveryCount() == 0);
        }

        @Test
        @Tag("F3")
        void doesNotFindNumbersThatWereNeverGivenOut() {
            assertThat(refusalOf(4711L).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(refusalOf(-1L).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(refusalOf(Long.MAX_VALUE).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(fetch()).isEmpty();
        }

        @Test
        @Tag("W3")
        void isBarredWhereReceivingIs() {
            long number = deferred("a");
            bus.get(bus.namespace.updateQueue(
                    queue().status(EntityStatus.RECEIVE_DISABLED).build()));
            assertThat(refusalOf(number).code()).isEqualTo(ErrorCode.EntityDisabled);
            bus.get(bus.namespace.updateQueue(queue().build()));
            assertThat(fetchOne(number).deliveryCount()).isZero();
        }

        @Test
        @Tag("F2")
        void needsAnEntityWithMessages() {
            EntityPath none = EntityPath.queue("none");
            assertThat(bus.errorOf(bus.namespace.receiveDeferred(none, List.of(1L), ReceiverOptions.peekLock())))
                    .isEqualTo(ErrorCode.EntityNotFound);
        }
    }

    @Nested
    class AfterItsTime {

        private long deferredForASecond() {
            bus.send(TestBus.ORDERS, TestBus.text("a").timeToLiveMs(1000));
            Delivery delivery = bus.take();
            bus.settle(delivery, Settlement.DEFER);
            bus.advance(Duration.ofMinutes(5));
            return delivery.sequenceNumber();
        }

        @Test
        @Tag("F4")
        void aDeferredMessageStaysUntilItIsFetchedAndGoesToTheDeadLetterQueueThen() {
            long number = deferredForASecond();
            assertThat(bus.counters().deferred()).isEqualTo(1);
            assertThat(bus.counters().deadLettered()).isZero();
            assertThat(refusalOf(number).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(bus.counters().deferred()).isZero();
            assertThat(bus.take(TestBus.ORDERS.deadLetterQueue()).deadLetterReason())
                    .isEqualTo("TTLExpiredException");
        }

        @Test
        @Tag("F4")
        void itIsDroppedThenWhereDeadLetteringIsOff() {
            bus.get(bus.namespace.updateQueue(queue().deadLetterOnExpiry(false).build()));
            long number = deferredForASecond();
            bus = bus.restarted();
            assertThat(bus.counters().deferred()).isEqualTo(1);
            assertThat(refusalOf(number).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(bus.counters().sizeBytes()).isZero();
        }

        @Test
        @Tag("F3")
        @Tag("F4")
        void theOthersThatWereNamedStayFree() {
            long other = deferred("b");
            long number = deferredForASecond();
            assertThat(refusalOf(number, other).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(TestBus.textOf(fetchOne(other))).isEqualTo("b");
        }

        @Test
        @Tag("F4")
        @Tag("F5")
        void oneThatExpiresUnderItsLockStaysDeferredWhenItIsAbandoned() {
            bus.send(TestBus.ORDERS, TestBus.text("a").timeToLiveMs(1000));
            Delivery delivery = bus.take();
            bus.settle(delivery, Settlement.DEFER);
            Delivery again = fetchOne(delivery.sequenceNumber());
            bus.advance(Duration.ofSeconds(2));
            bus.settle(again, Settlement.ABANDON);
            assertThat(bus.counters().deferred()).isEqualTo(1);
        }
    }

    @Nested
    class Failing {

        @Test
        @Tag("F5")
        void leavesItDeferredAndCounts() {
            long number = deferred("a");
            bus.settle(fetchOne(number), Settlement.ABANDON);
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(fetchOne(number).deliveryCount()).isEqualTo(1);
            bus.advance(LOCK.multipliedBy(2));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(fetchOne(number).deliveryCount()).isEqualTo(2);
        }

        @Test
        @Tag("F5")
        @Tag("L12")
        void tooOftenMovesItToTheDeadLetterQueue() {
            long number = deferred("a");
            for (int i = 0; i < 3; i++) {
                bus.settle(fetchOne(number), Settlement.ABANDON);
            }
            assertThat(refusalOf(number).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(bus.take(TestBus.ORDERS.deadLetterQueue()).deadLetterReason())
                    .isEqualTo("MaxDeliveryCountExceeded");
        }
    }

    @Nested
    class ARestart {

        @Test
        @Tag("F7")
        @Tag("L11")
        void keepsDeferredMessages() {
            bus.send("a");
            Delivery delivery = bus.take();
            bus.settle(delivery, new Settlement.Defer(Map.of("why", 7)));
            bus = bus.restarted();
            bus = bus.killed();
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(bus.counters().deferred()).isEqualTo(1);
            Delivery again = fetchOne(delivery.sequenceNumber());
            assertThat(again.modifiedProperties()).containsEntry("why", 7);
            assertThat(again.deliveryCount()).isZero();
        }

        @Test
        @Tag("L13")
        @Tag("F7")
        void freesTheLockedOnesAndCountsThatDelivery() {
            long number = deferred("a");
            fetchOne(number);
            bus = bus.killed();
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(fetchOne(number).deliveryCount()).isEqualTo(1);
        }

        @Test
        @Tag("F7")
        void afterAPowerCutADeferralThatNobodyHeardOfDidNotHappen() {
            bus.send("a");
            Delivery delivery = bus.take();
            bus.syncs(false);
            var deferring = bus.namespace.settle(delivery.requireLockToken(), Settlement.DEFER);
            var fetching = bus.namespace.receiveDeferred(
                    TestBus.ORDERS, List.of(delivery.sequenceNumber()), ReceiverOptions.peekLock());
            bus.run();
            assertThat(deferring).isNotDone();
            assertThat(fetching).isNotDone();
            bus = bus.crashed();
            assertThat(TestBus.textOf(bus.take())).isEqualTo("a");
        }
    }
}
