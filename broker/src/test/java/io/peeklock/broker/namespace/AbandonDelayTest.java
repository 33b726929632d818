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
import io.peeklock.broker.entity.BackOff;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A message that is abandoned with a delay, or in an entity with a back-off, keeps its number, id and count (rule L6). */
class AbandonDelayTest {
    private static final Duration LOCK = Duration.ofSeconds(30);
    private static final EntityPath PATIENT = EntityPath.queue("patient");

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("orders")
                .partitioned(true)
                .lockDuration(LOCK)
                .maxDeliveryCount(3));
        bus.create(QueueDescription.builder("patient")
                .lockDuration(LOCK)
                .abandonBackOff(new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(3))));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private static Settlement abandonFor(long ms) {
        return new Settlement.Abandon(Map.of(), ms);
    }

    private ErrorCode refusalOf(Delivery delivery, long ms) {
        return bus.errorOf(bus.namespace.settle(delivery.requireLockToken(), abandonFor(ms)));
    }

    @Nested
    class WithADelay {

        @Test
        @Tag("L6")
        @Tag("D6")
        void itComesAfterwardsUnderItsNumberWithOneMoreDelivery() {
            bus.send(TestBus.ORDERS, TestBus.text("a").messageId("ID:7"));
            Delivery first = bus.take();
            bus.settle(first, new Settlement.Abandon(Map.of("why", "busy"), 5000));
            assertThat(bus.counters().scheduled()).isEqualTo(1);
            assertThat(bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 1)).get(0).state())
                    .isEqualTo(MessageState.SCHEDULED);
            bus.advance(Duration.ofMillis(4999));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus.advance(Duration.ofMillis(1));
            Delivery again = bus.take();
            assertThat(again.sequenceNumber()).isEqualTo(first.sequenceNumber());
            assertThat(again.enqueuedTimeMs()).isEqualTo(first.enqueuedTimeMs());
            assertThat(again.message().messageId()).isEqualTo("ID:7");
            assertThat(again.deliveryCount()).isEqualTo(1);
            assertThat(again.modifiedProperties()).containsEntry("why", "busy");
        }

        @Test
        @Tag("L6")
        void itIsBackAtTheFront() {
            bus.send(PATIENT, TestBus.text("a"));
            bus.settle(bus.take(PATIENT), abandonFor(5000));
            bus.send(PATIENT, TestBus.text("b"));
            bus.advance(Duration.ofSeconds(5));
            assertThat(bus.takeAll(PATIENT)).containsExactly("a", "b");
        }

        @Test
        @Tag("L6")
        @Tag("L13")
        void itWaitsThroughAKillAndComesAtOnceIfItsTimeIsOver() {
            bus.send("a");
            bus.settle(bus.take(), abandonFor(5000));
            bus = bus.killed();
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus.advance(Duration.ofSeconds(5));
            Delivery again = bus.take();
            assertThat(again.deliveryCount()).isEqualTo(1);
            bus.settle(again, abandonFor(1000));
            TestBus stopped = bus;
            stopped.close();
            stopped.runtime.advance(Duration.ofMinutes(1));
            bus = new TestBus(stopped.store().kill(), stopped.namespace.config(), stopped.runtime.after());
            assertThat(bus.take().deliveryCount()).isEqualTo(2);
        }

        @Test
        @Tag("L12")
        void theLastDeliveryEndsInTheDeadLetterQueueAtOnce() {
            bus.send("a");
            for (int i = 0; i < 3; i++) {
                bus.settle(bus.take(), abandonFor(1000));
                bus.advance(Duration.ofSeconds(i < 2 ? 1 : 0));
            }
            assertThat(bus.take(TestBus.ORDERS.deadLetterQueue()).deadLetterReason())
                    .isEqualTo("MaxDeliveryCountExceeded");
        }

        @Test
        @Tag("T6")
        void itExpiresMeanwhile() {
            bus.send(TestBus.ORDERS, TestBus.text("a").timeToLiveMs(2000));
            bus.settle(bus.take(), abandonFor(10_000));
            bus.advance(Duration.ofSeconds(3));
            assertThat(bus.counters().sizeBytes()).isZero();
        }

        @Test
        @Tag("N4")
        void aDelayedMessageKeepsThePlaceOfItsTime() {
            bus.send(TestBus.ORDERS, TestBus.text("a").deliveryDelayMs(1000));
            bus.advance(Duration.ofSeconds(1));
            Delivery first = bus.take();
            bus.settle(first, abandonFor(1000));
            bus = bus.restarted();
            bus.advance(Duration.ofSeconds(1));
            Delivery again = bus.take();
            assertThat(again.sequenceNumber()).isEqualTo(first.sequenceNumber());
            assertThat(again.enqueuedTimeMs()).isEqualTo(first.enqueuedTimeMs());
        }

        @Test
        @Tag("F5")
        void aDeferredMessageHasNoDelay() {
            bus.send("a");
            Delivery delivery = bus.take();
            bus.settle(delivery, Settlement.DEFER);
            Delivery fetched = bus.get(bus.namespace.receiveDeferred(
                            TestBus.ORDERS, List.of(delivery.sequenceNumber()), ReceiverOptions.peekLock()))
                    .get(0);
            assertThat(refusalOf(fetched, 1000)).isEqualTo(ErrorCode.InvalidOperation);
            bus.settle(fetched, Settlement.ABANDON);
            assertThat(bus.counters().deferred()).isEqualTo(1);
        }

        @Test
        @Tag("G5")
        void aMessageOfASessionHasNoDelay() {
            EntityPath groups = EntityPath.queue("groups");
            bus.create(QueueDescription.builder("groups").sessionRequired(true));
            bus.send(groups, TestBus.text("a").sessionId("s"));
            Delivery delivery = bus.take(groups);
            assertThat(refusalOf(delivery, 1000)).isEqualTo(ErrorCode.InvalidOperation);
            bus.settle(delivery, Settlement.COMPLETE);
        }

        @Test
        void lessThanNoneIsRefused() {
            bus.send("a");
            Delivery delivery = bus.take();
            assertThat(refusalOf(delivery, -1)).isEqualTo(ErrorCode.InvalidOperation);
            bus.settle(delivery, Settlement.COMPLETE);
        }
    }

    @Nested
    class WithABackOff {

        @Test
        @Tag("L6")
        void eachFailureWaitsLongerUpToTheLimit() {
            bus.send(PATIENT, TestBus.text("a"));
            for (long seconds : new long[] {1, 2, 3, 3}) {
                bus.settle(bus.take(PATIENT), Settlement.ABANDON);
                bus.advance(Duration.ofSeconds(seconds).minusMillis(1));
                assertThat(bus.receive(PATIENT)).as("before %d s", seconds).isNull();
                bus.advance(Duration.ofMillis(1));
            }
            assertThat(bus.take(PATIENT).deliveryCount()).isEqualTo(4);
        }

        @Test
        @Tag("F5")
        @Tag("G5")
        void aDeferredMessageAndASessionDoNotWait() {
            long number = bus.send(PATIENT, TestBus.text("a"));
            bus.settle(bus.take(PATIENT), Settlement.DEFER);
            for (int failures = 0; failures < 2; failures++) {
                Delivery deferred = bus.get(
                                bus.namespace.receiveDeferred(PATIENT, List.of(number), ReceiverOptions.peekLock()))
                        .get(0);
                assertThat(deferred.deliveryCount()).isEqualTo(failures);
                bus.settle(deferred, Settlement.ABANDON);
            }
            EntityPath groups = EntityPath.queue("groups");
            bus.create(QueueDescription.builder("groups")
                    .sessionRequired(true)
                    .abandonBackOff(new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(3))));
            bus.send(groups, TestBus.text("first").sessionId("s"));
            bus.send(groups, TestBus.text("second").sessionId("s"));
            bus.settle(bus.take(groups), Settlement.ABANDON);
            assertThat(TestBus.textOf(bus.take(groups))).isEqualTo("first");
        }

        @Test
        @Tag("L10")
        void aReleaseAndALockThatRanOutDoNotWait() {
            bus.send(PATIENT, TestBus.text("a"));
            bus.settle(bus.take(PATIENT), Settlement.RELEASE);
            bus.take(PATIENT);
            bus.advance(LOCK);
            assertThat(bus.take(PATIENT).deliveryCount()).isEqualTo(1);
        }

        @Test
        void aDelayOfTheReceiverGoesBeforeIt() {
            bus.send(PATIENT, TestBus.text("a"));
            bus.settle(bus.take(PATIENT), abandonFor(10_000));
            bus.advance(Duration.ofSeconds(9));
            assertThat(bus.receive(PATIENT)).isNull();
            bus.advance(Duration.ofSeconds(1));
            assertThat(bus.receive(PATIENT)).isNotNull();
        }
    }
}
