/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.partition.SequenceNumbers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a restart, a kill and a power cut leave: rules L13, N1, N10. */
class RestartRulesTest {
    private static final EntityPath SPREAD = EntityPath.queue("spread");

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(3, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("orders").maxDeliveryCount(3));
        bus.create(QueueDescription.builder("spread").partitioned(true));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    @Nested
    class LockedMessages {

        @Test
        @Tag("L13")
        void areAvailableAgainAndTheDeliveryCounts() {
            bus.send("a");
            bus.send("b");
            bus.take();
            bus = bus.killed();
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
            assertThat(bus.take().deliveryCount()).isZero();
        }

        @Test
        @Tag("L13")
        void areAvailableAgainAfterACleanClose() {
            bus.send("a");
            bus.take();
            bus = bus.restarted();
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
        }

        @Test
        @Tag("L13")
        void keepTheirPlace() {
            for (String text : new String[] {"a", "b", "c"}) {
                bus.send(text);
            }
            bus.take();
            bus = bus.killed();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a", "b", "c");
        }

        @Test
        @Tag("L13")
        @Tag("L12")
        void thatKillTheirProcessAgainAndAgainEndInTheDeadLetterQueue() {
            bus.send("deadly");
            bus.send("harmless");
            for (int i = 0; i < 3; i++) {
                assertThat(TestBus.textOf(bus.take())).isEqualTo("deadly");
                bus = bus.killed();
            }
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("harmless");
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            assertThat(TestBus.textOf(dead)).isEqualTo("deadly");
            assertThat(dead.deadLetterReason()).isEqualTo("MaxDeliveryCountExceeded");
            assertThat(dead.deliveryCount()).isEqualTo(3);
        }

        @Test
        @Tag("L6")
        @Tag("L13")
        void keepTheCountsOfEarlierDeliveries() {
            bus.send("a");
            bus.settle(bus.take(), Settlement.ABANDON);
            bus = bus.crashed();
            Delivery second = bus.take();
            assertThat(second.deliveryCount()).isEqualTo(1);
            bus.advance(Duration.ofSeconds(61));
            bus = bus.crashed();
            assertThat(bus.take().deliveryCount()).isEqualTo(2);
        }

        @Test
        @Tag("L13")
        @Tag("D1")
        void inTheDeadLetterQueueAreAvailableThereAgain() {
            bus.send("a");
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            for (int i = 0; i < 5; i++) {
                assertThat(bus.take(TestBus.ORDERS.deadLetterQueue()).deliveryCount())
                        .isEqualTo(i);
                bus = bus.killed();
            }
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
        }

        @Test
        @Tag("L13")
        void ofAPartitionedQueueAreAvailableAgainAndTheDeliveryCounts() {
            for (int i = 0; i < 6; i++) {
                bus.send(SPREAD, TestBus.text("m" + i));
            }
            assertThat(bus.takeAll(SPREAD)).hasSize(6);
            bus = bus.killed();
            for (int i = 0; i < 6; i++) {
                assertThat(bus.take(SPREAD).deliveryCount()).isEqualTo(1);
            }
        }

        /** Nobody waits for the record of a hand-out; a power cut may lose it, and nothing else. */
        @Test
        @Tag("L13")
        void areHandedOutWithoutWaitingForTheDisk() {
            bus.send("a");
            bus.syncs(false);
            bus.take();
            bus = bus.crashed();
            assertThat(bus.take().deliveryCount()).isZero();
        }
    }

    @Nested
    class Messages {

        @Test
        void survive() {
            bus.send("a");
            bus.send(SPREAD, TestBus.text("b").partitionKey("k"));
            bus.send("dead");
            bus.settle(bus.take(), Settlement.RELEASE);
            bus.settle(bus.take(), new Settlement.DeadLetter("why", "because", Map.of()));
            bus = bus.crashed();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("dead");
            assertThat(bus.takeAll(SPREAD)).containsExactly("b");
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            assertThat(TestBus.textOf(dead)).isEqualTo("a");
            assertThat(dead.deadLetterReason()).isEqualTo("why");
            assertThat(dead.deadLetterDescription()).isEqualTo("because");
        }

        @Test
        void areNotReceivedBeforeTheyAreOnDisk() {
            bus.syncs(false);
            var sent = bus.namespace.send(TestBus.ORDERS, TestBus.text("a").build());
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(sent).isNotDone();
            bus.syncs(true);
            bus.run();
            assertThat(sent).isDone();
            bus.take();
        }

        /** Whoever knows that a message was sent finds it. */
        @Test
        void canBeReceivedWhenTheirSenderHearsOfThem() {
            boolean[] found = new boolean[1];
            var receiver = bus.namespace.openReceiver(TestBus.ORDERS, io.peeklock.broker.ReceiverOptions.peekLock());
            bus.namespace
                    .send(TestBus.ORDERS, TestBus.text("a").build())
                    .thenAccept(number -> receiver.receiveNow(-1).thenAccept(delivery -> found[0] = true));
            bus.run();
            assertThat(found[0]).isTrue();
        }

        @Test
        @Tag("N10")
        void thatAreNotPersistentAreGone() {
            bus.send("kept");
            bus.send(TestBus.ORDERS, TestBus.text("volatile").durable(false));
            bus.send(TestBus.ORDERS, TestBus.text("dead").durable(false).priority(9));
            bus.settle(bus.take(), new Settlement.DeadLetter(null, null, Map.of()));
            assertThat(bus.counters().active()).isEqualTo(2);
            long size = bus.counters().sizeBytes();
            bus = bus.restarted();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("kept");
            assertThat(bus.counters().deadLettered()).isZero();
            assertThat(bus.counters().sizeBytes()).isLessThan(size).isPositive();
        }

        @Test
        @Tag("N10")
        void thatAreNotPersistentKeepTheirOrder() {
            for (int i = 0; i < 9000; i++) {
                bus.namespace.send(
                        TestBus.ORDERS, TestBus.text("v" + i).durable(false).build());
            }
            bus.run();
            for (int i = 0; i < 9000; i++) {
                Delivery next = bus.take();
                assertThat(TestBus.textOf(next)).isEqualTo("v" + i);
                bus.settle(next, Settlement.COMPLETE);
            }
        }
    }

    @Nested
    class SequenceNumbersAre {

        @Test
        @Tag("N1")
        void increasing() {
            long before = 0;
            for (int i = 0; i < 100; i++) {
                long number = bus.send("m");
                assertThat(number).isGreaterThan(before);
                before = number;
            }
        }

        @Test
        @Tag("N1")
        void neverUsedTwiceNotEvenAfterARestartOfAnEmptyQueue() {
            long last = bus.send("a");
            bus.settle(bus.take(), Settlement.COMPLETE);
            bus = bus.restarted();
            long next = bus.send("b");
            assertThat(next).isEqualTo(last + 1);
            bus.settle(bus.take(), Settlement.COMPLETE);
            bus = bus.crashed();
            assertThat(bus.send("c")).isGreaterThan(next);
        }

        @Test
        @Tag("N1")
        @Tag("N10")
        void neverUsedTwiceWhenOnlyNonPersistentMessagesUsedThem() {
            long last = 0;
            for (int i = 0; i < 10_000; i++) {
                last = bus.send(TestBus.ORDERS, TestBus.text("v").durable(false));
            }
            bus = bus.crashed();
            assertThat(bus.send(TestBus.ORDERS, TestBus.text("v").durable(false)))
                    .isGreaterThan(last);
        }

        /** A number that was told is reserved on disk (rule N10). */
        @Test
        @Tag("N10")
        void notToldBeforeTheirReservationIsOnDisk() {
            bus.syncs(false);
            var sent = bus.namespace.send(
                    TestBus.ORDERS, TestBus.text("v").durable(false).build());
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(sent).isNotDone();
            bus.syncs(true);
            bus.run();
            assertThat(sent).isDone();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("v");
        }

        @Test
        @Tag("N1")
        void markedWithTheirPartitionInAPartitionedQueue() {
            for (int i = 0; i < 30; i++) {
                long number = bus.send(SPREAD, TestBus.text("m"));
                assertThat(SequenceNumbers.partition(number))
                        .isEqualTo((int) (number >>> 48))
                        .isBetween(0, 2);
                assertThat(number & 0xFFFF_FFFF_FFFFL).isBetween(1L, 30L);
            }
            bus.advance(Duration.ZERO);
            Delivery delivery = bus.take(SPREAD);
            assertThat(delivery.requireLockToken().partition())
                    .isEqualTo(SequenceNumbers.partition(delivery.sequenceNumber()));
            assertThat(delivery.enqueuedSequenceNumber()).isEqualTo(delivery.sequenceNumber());
        }
    }
}
