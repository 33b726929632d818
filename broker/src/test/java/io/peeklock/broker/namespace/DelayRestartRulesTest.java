/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What restarts, power cuts and failures leave of messages that were sent with a delay: rules N4, N10, N1. */
class DelayRestartRulesTest extends DelayFixture {

    @Nested
    class AScheduledMessage {

        @Test
        @Tag("N4")
        void waitsOnAfterAPowerCut() {
            send("a", 3000);
            advance(1000);
            bus = bus.crashed();
            assertThat(bus.counters().scheduled()).isEqualTo(1);
            advance(1999);
            assertThat(takeAll()).isEmpty();
            advance(1);
            assertThat(takeAll()).containsExactly("a");
        }

        @Test
        @Tag("N4")
        void thatIsOverdueComesAtTheStart() {
            send("second", 3000);
            send("first", 2000);
            send("later", 60_000);
            bus.close();
            bus.runtime.advanceWithoutTimers(Duration.ofSeconds(10));
            bus = new TestBus(bus.store().kill(), bus.namespace.config(), bus.runtime.after());
            assertThat(takeAll()).containsExactly("first", "second");
            assertThat(bus.counters().scheduled()).isEqualTo(1);
        }

        @Test
        @Tag("N4")
        void ofManyChunksWaitsToo() {
            String large = "x".repeat(200_000);
            send(large, 2000);
            bus = bus.killed();
            assertThat(bus.counters().scheduled()).isEqualTo(1);
            advance(2000);
            bus = bus.killed();
            assertThat(takeAll()).containsExactly(large);
        }

        @Test
        @Tag("N10")
        void thatIsNotPersistentIsGone() {
            bus.send(TestBus.ORDERS, delayed("volatile", 2000).durable(false));
            send("durable", 2000);
            bus = bus.restarted();
            advance(2000);
            assertThat(takeAll()).containsExactly("durable");
        }

        @Test
        @Tag("N4")
        void waitsOnAfterAFailureOfItsPartition() {
            send("a", 2000);
            send("overdue", 1000);
            bus.store().failNextAppend(0, Reason.IO);
            bus.failure(bus.namespace.send(TestBus.ORDERS, TestBus.text("lost").build()));
            advance(1500);
            bus.get(bus.namespace.reopen(0));
            assertThat(takeAll()).containsExactly("overdue");
            advance(500);
            assertThat(takeAll()).containsExactly("a");
        }
    }

    @Nested
    class AnActivation {

        @Test
        @Tag("N4")
        void isNotSeenBeforeItIsOnDisk() {
            long number = send("a", 1000);
            bus.syncs(false);
            advance(1000);
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus = bus.crashed();
            Delivery again = bus.take();
            assertThat(again.enqueuedSequenceNumber()).isEqualTo(number);
            assertThat(again.sequenceNumber()).isGreaterThan(number);
        }

        @Test
        @Tag("N1")
        @Tag("N4")
        void keepsItsNumberAndPlaceForEver() {
            send("delayed", 1000);
            send("first", 0);
            advance(1000);
            send("last", 0);
            bus = bus.crashed();
            assertThat(bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10)))
                    .extracting(TestBus::textOf)
                    .containsExactly("first", "delayed", "last");
            assertThat(takeAll()).containsExactly("first", "delayed", "last");
            bus = bus.killed();
            assertThat(takeAll()).containsExactly("first", "delayed", "last");
        }

        @Test
        @Tag("N1")
        void leavesNoNumberToBeUsedTwice() {
            send("a", 1000);
            advance(1000);
            Delivery delivery = bus.take();
            bus.settle(delivery, Settlement.COMPLETE);
            bus = bus.restarted();
            assertThat(send("b", 0)).isGreaterThan(delivery.sequenceNumber());
        }

        @Test
        @Tag("D1")
        void staysWhereItWentAfterwards() {
            long number = send("a", 1000);
            advance(1000);
            bus.settle(bus.take(), Settlement.ABANDON);
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            bus = bus.killed();
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            assertThat(dead.enqueuedSequenceNumber()).isEqualTo(number);
            assertThat(dead.deadLetterReason()).isEqualTo("why");
            assertThat(dead.deliveryCount()).isEqualTo(1);
            assertThat(bus.counters().scheduled()).isZero();
        }

        @Test
        @Tag("N10")
        @Tag("X1")
        void ofAVolatileMessageOfATransactionWaitsUntilThatIsOnDisk() {
            send("before", 0);
            takeAll();
            bus.syncs(false);
            var committed = bus.namespace.commit(new PartitionCommit(
                    0,
                    List.of(
                            new OutgoingMessage(
                                    TestBus.ORDERS,
                                    delayed("volatile", 1000).durable(false).build()),
                            new OutgoingMessage(
                                    TestBus.ORDERS, TestBus.text("durable").build())),
                    List.of()));
            advance(2000);
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            assertThat(committed).isNotDone();
            bus.syncs(true);
            bus.run();
            assertThat(takeAll()).containsExactlyInAnyOrder("durable", "volatile");
        }
    }

    @Test
    @Tag("N10")
    void aNumberOfAVolatileScheduledMessageIsNotToldBeforeItsReservationIsOnDisk() {
        bus.syncs(false);
        var sent = bus.namespace.send(
                TestBus.ORDERS, delayed("v", 1000).durable(false).build());
        bus.run();
        assertThat(sent).isNotDone();
        bus.syncs(true);
        bus.run();
        assertThat(sent).isDone();
        assertThat(bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 1)).get(0).state())
                .isEqualTo(MessageState.SCHEDULED);
    }
}
