/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Peek, priority and filters: rules N6, N7, N9. */
class PeekAndOrderRulesTest extends SpreadFixture {

    private static List<String> texts(List<Delivery> deliveries) {
        return deliveries.stream().map(TestBus::textOf).toList();
    }

    @Nested
    class Peek {

        @Test
        @Tag("N6")
        void takesNothingAndTellsTheState() {
            bus.send("a");
            bus.send("b");
            Delivery a = bus.take();
            List<Delivery> seen = bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10));
            assertThat(texts(seen)).containsExactly("a", "b");
            assertThat(seen).extracting(Delivery::state).containsExactly(MessageState.LOCKED, MessageState.ACTIVE);
            assertThat(seen.get(0).lockToken()).isNull();
            assertThat(seen.get(0).lockedUntilMs()).isEqualTo(a.lockedUntilMs());
            assertThat(TestBus.textOf(bus.take())).isEqualTo("b");
        }

        @Test
        @Tag("N6")
        void showsExpiredMessagesThatWereNotSwept() {
            bus.send(TestBus.ORDERS, TestBus.text("a").timeToLiveMs(1000));
            bus.runtime.advanceWithoutTimers(Duration.ofSeconds(2));
            assertThat(texts(bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10))))
                    .containsExactly("a");
        }

        @Test
        @Tag("N6")
        void goesOnFromANumberAndTakesAtMost250() {
            List<Long> numbers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                numbers.add(bus.send("m" + i));
            }
            List<Delivery> first = bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 250));
            assertThat(first).extracting(Delivery::sequenceNumber).isEqualTo(numbers.subList(0, 250));
            assertThat(bus.get(bus.namespace.peek(TestBus.ORDERS, numbers.get(250), 250)))
                    .extracting(Delivery::sequenceNumber)
                    .isEqualTo(numbers.subList(250, 300));
            assertThat(bus.errorOf(bus.namespace.peek(TestBus.ORDERS, 0, 251))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(bus.namespace.peek(TestBus.ORDERS, 0, 0))).isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        @Tag("N8")
        @Tag("N6")
        void ofOneSessionNeedsNoLockAndShowsEveryState() {
            EntityPath grouped = EntityPath.queue("grouped");
            bus.create(QueueDescription.builder("grouped").partitioned(true).sessionRequired(true));
            for (int i = 0; i < 6; i++) {
                bus.send(grouped, TestBus.text("m" + i).sessionId("s" + i % 2).deliveryDelayMs(i == 4 ? 1000 : 0));
            }
            assertThat(texts(bus.get(bus.namespace.peek(grouped, 0, 10)))).hasSize(6);
            List<Delivery> seen = bus.get(bus.namespace.peekSession(grouped, "s0", 0, 10));
            assertThat(texts(seen)).containsExactly("m0", "m2", "m4");
            assertThat(seen.get(2).state()).isEqualTo(MessageState.SCHEDULED);
            assertThat(texts(bus.get(
                            bus.namespace.peekSession(grouped, "s0", seen.get(0).sequenceNumber() + 1, 1))))
                    .containsExactly("m2");
            assertThat(bus.get(bus.namespace.peekSession(grouped, "s2", 0, 10))).isEmpty();
        }

        @Test
        @Tag("N8")
        void ofOneSessionIsFoundBehindManyOthers() {
            EntityPath grouped = EntityPath.queue("grouped");
            bus.create(QueueDescription.builder("grouped"));
            for (int i = 0; i < 2500; i++) {
                bus.namespace.send(
                        grouped, TestBus.text("m" + i).sessionId("crowd").build());
            }
            bus.send(grouped, TestBus.text("last").sessionId("s"));
            assertThat(texts(bus.get(bus.namespace.peekSession(grouped, "s", 0, 10))))
                    .containsExactly("last");
        }

        @Test
        @Tag("N7")
        void coversAllPartitions() {
            for (int partition = PARTITIONS - 1; partition >= 0; partition--) {
                sendTo(partition, "a" + partition);
                sendTo(partition, "b" + partition);
            }
            List<Delivery> all = bus.get(bus.namespace.peek(SPREAD, 0, 250));
            assertThat(texts(all)).containsExactly("a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3");
            List<Delivery> first = bus.get(bus.namespace.peek(SPREAD, 0, 3));
            assertThat(texts(first)).containsExactly("a0", "b0", "a1");
            long next = first.get(2).sequenceNumber() + 1;
            assertThat(texts(bus.get(bus.namespace.peek(SPREAD, next, 3)))).containsExactly("b1", "a2", "b2");
        }

        @Test
        @Tag("N9")
        void goesByNumberNotByPriority() {
            bus.send(TestBus.ORDERS, TestBus.text("low").priority(0));
            bus.send(TestBus.ORDERS, TestBus.text("high").priority(9));
            assertThat(texts(bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10))))
                    .containsExactly("low", "high");
        }
    }

    @Nested
    class Priority {

        @Test
        @Tag("N9")
        void comesBeforeTheNumber() {
            int[] priorities = {4, 0, 9, 4, 9, 0};
            for (int i = 0; i < priorities.length; i++) {
                bus.send(TestBus.ORDERS, TestBus.text("m" + i).priority(priorities[i]));
            }
            Delivery first = bus.take();
            assertThat(TestBus.textOf(first)).isEqualTo("m2");
            bus.settle(first, Settlement.ABANDON);
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("m2", "m4", "m0", "m3", "m1", "m5");
        }

        @Test
        @Tag("N9")
        void holdsWithinAFragment() {
            bus.send(SPREAD, TestBus.text("low").priority(0).partitionKey("k"));
            bus.send(SPREAD, TestBus.text("high").priority(9).partitionKey("k"));
            assertThat(bus.takeAll(SPREAD)).containsExactly("high", "low");
        }

        @Test
        @Tag("N9")
        void holdsForAReceiverWithAFilterToo() {
            for (int i = 0; i < 6; i++) {
                bus.send(TestBus.ORDERS, TestBus.text("m" + i).priority(i % 3));
            }
            ReceiverOptions even = new ReceiverOptions(
                    ReceiveMode.PEEK_LOCK, (message, redeliveries, changes) -> message.priority() != 1, Duration.ZERO);
            List<String> found = new ArrayList<>();
            for (Delivery next = bus.receive(TestBus.ORDERS, even); next != null; ) {
                found.add(TestBus.textOf(next));
                next = bus.receive(TestBus.ORDERS, even);
            }
            assertThat(found).containsExactly("m2", "m5", "m0", "m3");
        }
    }

    @Nested
    class Filters {

        private int looks;

        private Receiver receiver() {
            return bus.namespace.openReceiver(
                    TestBus.ORDERS,
                    new ReceiverOptions(
                            ReceiveMode.PEEK_LOCK,
                            (message, redeliveries, changes) -> {
                                looks++;
                                return message.properties().containsKey("wanted") || redeliveries > 0;
                            },
                            Duration.ZERO));
        }

        @Test
        void lookAtEachMessageOnce() {
            for (int i = 0; i < 100; i++) {
                bus.send("other");
            }
            try (Receiver receiver = receiver()) {
                for (int i = 0; i < 20; i++) {
                    CompletableFuture<Delivery> request = receiver.receive();
                    bus.run();
                    receiver.cancel(request);
                }
                assertThat(looks).isEqualTo(100);
            }
        }

        @Test
        void seeWhatCameBackBehindThem() {
            bus.send("first");
            bus.send(TestBus.ORDERS, TestBus.text("second").property("wanted", true));
            Delivery first = bus.take();
            try (Receiver receiver = receiver()) {
                Delivery second = bus.get(receiver.receive());
                assertThat(TestBus.textOf(second)).isEqualTo("second");
                CompletableFuture<Delivery> request = receiver.receive();
                bus.run();
                assertThat(request).isNotDone();
                bus.settle(second, Settlement.RELEASE);
                assertThat(TestBus.textOf(bus.get(request))).isEqualTo("second");
                CompletableFuture<Delivery> next = receiver.receive();
                bus.settle(first, Settlement.ABANDON);
                assertThat(TestBus.textOf(bus.get(next))).isEqualTo("first");
            }
        }

        @Test
        void thatFailMatchNothingAndStopNobody() {
            bus.send("a");
            ReceiverOptions broken = new ReceiverOptions(
                    ReceiveMode.PEEK_LOCK,
                    (message, redeliveries, changes) -> {
                        throw new IllegalStateException("broken");
                    },
                    Duration.ZERO);
            assertThat(bus.receive(TestBus.ORDERS, broken)).isNull();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }
    }
}
