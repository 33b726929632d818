/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rule W1 across partitions: queue first lies in partition 0, last in partition 2, spread in all. */
class TransferRulesTest extends ForwardFixture {
    private static final EntityPath FIRST = EntityPath.queue("first");
    private static final EntityPath LAST = EntityPath.queue("last");
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

    @BeforeEach
    void create() {
        queue("last", queue -> queue.homePartition(2));
        bus.create(QueueDescription.builder("spread").partitioned(true));
        queue("first", "last");
    }

    private void fail(int partition) {
        bus.store().failNextAppend(partition, Reason.IO);
        bus.create(QueueDescription.builder("breaks" + partition).homePartition(partition));
        bus.failure(bus.namespace.send(
                EntityPath.queue("breaks" + partition), TestBus.text("x").build()));
        assertThat(bus.namespace.health().get(partition).state()).isEqualTo(PartitionHealth.State.FAILED);
    }

    private void reopen(int partition) {
        bus.get(bus.namespace.reopen(partition));
        bus.advance(LONG_ENOUGH);
    }

    @Nested
    class AMessage {

        @Test
        @Tag("W1")
        @Tag("N2")
        @Tag("N10")
        void goesToAnotherPartition() {
            long number = bus.send(FIRST, TestBus.text("a"));
            bus.send(FIRST, TestBus.text("b").durable(false));
            assertThat(textsOf(FIRST)).isEmpty();
            assertThat(textsOf(LAST)).containsExactlyInAnyOrder("a", "b");
            assertThat(all(LAST).stream().map(Delivery::enqueuedSequenceNumber)).contains(number);
            assertThat(bus.takeAll(LAST)).containsExactlyInAnyOrder("a", "b");
            bus = bus.crashed();
            assertThat(textsOf(LAST)).containsExactly("a");
        }

        @Test
        @Tag("P12")
        @Tag("P5")
        void liesWhereItsKeyPutsIt() {
            change("first", queue -> queue.forwardTo("spread"));
            for (int i = 0; i < 20; i++) {
                bus.send(FIRST, TestBus.text("m" + i).partitionKey("k" + i));
            }
            assertThat(textsOf(FIRST)).isEmpty();
            assertThat(all(SPREAD))
                    .hasSize(20)
                    .allSatisfy(delivery -> assertThat(delivery.sequenceNumber() >>> 48)
                            .isEqualTo(PartitionHash.partitionOf(
                                    String.valueOf(delivery.message().partitionKey()), PARTITIONS)));
        }

        @Test
        @Tag("W1")
        void ofASpreadQueueComesToOneThatIsNot() {
            bus.create(QueueDescription.builder("wide").partitioned(true).forwardTo("last"));
            for (int i = 0; i < 8; i++) {
                bus.send(EntityPath.queue("wide"), TestBus.text("m" + i));
            }
            assertThat(all(LAST)).hasSize(8);
        }

        @Test
        @Tag("G3")
        void keepsItsPlaceAmongThoseOfItsKey() {
            bus.syncs(false);
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 250; i++) {
                sent.add("m" + i);
                bus.namespace.send(FIRST, TestBus.text("m" + i).build());
                bus.run();
            }
            bus.syncs(true);
            bus.run();
            assertThat(textsOf(LAST)).containsExactlyElementsOf(sent);
        }

        @Test
        @Tag("U1")
        void isNoDuplicateOfOneThatComesWithIt() {
            queue("once", queue -> queue.homePartition(3).duplicateDetectionWindow(Duration.ofMinutes(1)));
            change("first", queue -> queue.forwardTo("once"));
            bus.syncs(false);
            for (String text : List.of("a", "again")) {
                bus.namespace.send(
                        FIRST, TestBus.text(text).applicationMessageId("id").build());
                bus.run();
            }
            bus.syncs(true);
            bus.run();
            assertThat(textsOf(EntityPath.queue("once"))).containsExactly("a");
            assertThat(textsOf(FIRST)).isEmpty();
        }

        @Test
        @Tag("W1")
        void waitsLockedWhileTheOtherPartitionIsOutAndGoesWhenItIsBack() {
            fail(2);
            send(FIRST, "a");
            assertThat(only(FIRST).state()).isEqualTo(MessageState.LOCKED);
            bus.advance(Duration.ofHours(1));
            assertThat(only(FIRST).state()).isEqualTo(MessageState.LOCKED);
            reopen(2);
            assertThat(textsOf(FIRST)).isEmpty();
            assertThat(only(LAST).deliveryCount()).isZero();
        }

        @Test
        @Tag("W1")
        void forAPartitionThatIsOutHoldsUpNoneForAnother() {
            change("first", queue -> queue.forwardTo("spread"));
            fail(2);
            for (int i = 0; i < 20; i++) {
                bus.send(FIRST, TestBus.text("m" + i).partitionKey("k" + i));
            }
            int there = all(SPREAD).size();
            assertThat(there).isGreaterThan(8);
            assertThat(all(FIRST)).hasSize(20 - there);
            bus = bus.killed();
            assertThat(textsOf(FIRST)).isEmpty();
            assertThat(all(SPREAD)).hasSize(20);
        }

        @Test
        @Tag("L13")
        void thatWaitsIsNoFailedDeliveryAfterARestart() {
            fail(2);
            send(FIRST, "a");
            bus = bus.killed();
            assertThat(textsOf(FIRST)).isEmpty();
            assertThat(only(LAST).deliveryCount()).isZero();
        }
    }

    @Nested
    class ADestination {

        @Test
        @Tag("D5")
        void thatRefusesHasItDeadLetteredInTheSource() {
            queue("small", queue -> queue.homePartition(3).maxMessageBytes(1024));
            change("first", queue -> queue.forwardTo("small"));
            send(FIRST, "a", "x".repeat(2000), "b");
            assertThat(textsOf(EntityPath.queue("small"))).containsExactly("a", "b");
            assertThat(reasonIn(FIRST)).isEqualTo("MessageSizeExceeded");
        }

        @Test
        @Tag("D5")
        void thatIsDeletedWhileItsPartitionIsOutRefuses() {
            fail(2);
            send(FIRST, "a");
            bus.get(bus.namespace.deleteQueue("last"));
            reopen(2);
            assertThat(reasonIn(FIRST)).isEqualTo("EntityNotFound");
        }

        @Test
        @Tag("D1")
        void thatRefusesADeadLetterLeavesItWhereItCanBeReceived() {
            change("first", queue -> queue.forwardTo(null).forwardDeadLetteredMessagesTo("last"));
            change("last", queue -> queue.status(EntityStatus.SEND_DISABLED));
            send(FIRST, "a", "b");
            deadLetter(FIRST);
            deadLetter(FIRST);
            bus.settle(bus.take(FIRST.deadLetterQueue()), Settlement.COMPLETE);
            assertThat(all(FIRST.deadLetterQueue())).hasSize(1);
            change("last", queue -> queue.status(EntityStatus.ACTIVE));
            assertThat(textsOf(FIRST.deadLetterQueue())).isEmpty();
            assertThat(only(LAST).message().properties()).containsEntry("DeadLetterSource", "first");
        }

        @Test
        @Tag("D5")
        @Tag("Q3")
        void thatWasFullGetsDeadLettersWhenThereIsRoomAlsoIfItsPartitionWasOutMeanwhile() {
            EntityPath small = queue(
                    "small",
                    queue -> queue.homePartition(2).maxSizeBytes(1 << 20).maxMessageBytes(1 << 20));
            change(
                    "first",
                    queue -> queue.forwardTo(null)
                            .forwardDeadLetteredMessagesTo("small")
                            .maxMessageBytes(1 << 20));
            for (int i = 0; i < 3; i++) {
                send(FIRST, "x".repeat(600_000));
                deadLetter(FIRST);
            }
            assertThat(all(FIRST.deadLetterQueue())).hasSize(2);
            fail(2);
            bus.advance(Duration.ofHours(1));
            reopen(2);
            for (int left = 2; left >= 0; left--) {
                assertThat(all(FIRST.deadLetterQueue())).hasSize(left);
                bus.settle(bus.take(small), Settlement.COMPLETE);
                bus.advance(Duration.ofMinutes(1));
            }
            assertThat(all(small)).isEmpty();
        }

        @Test
        @Tag("W1")
        void thatWasChangedInTheSourceGetsWhatNobodyWasOfferedYet() {
            fail(2);
            send(FIRST, "a", "b");
            change("first", queue -> queue.forwardTo("spread"));
            // The first was offered, and the other partition may have it; nobody knows.
            assertThat(textsOf(FIRST)).containsExactly("a");
            assertThat(textsOf(SPREAD)).containsExactly("b");
            reopen(2);
            assertThat(textsOf(LAST)).containsExactly("a");
            assertThat(textsOf(FIRST)).isEmpty();
        }
    }

    @Nested
    class ASource {

        @Test
        @Tag("W4")
        void thatIsDeletedTakesWhatWaitsWithIt() {
            fail(2);
            send(FIRST, "a");
            bus.get(bus.namespace.deleteQueue("first"));
            reopen(2);
            assertThat(textsOf(LAST)).isEmpty();
            bus = bus.restarted();
            assertThat(textsOf(LAST)).isEmpty();
            queue("first", "last");
            send(FIRST, "b");
            assertThat(textsOf(LAST)).containsExactly("b");
        }

        @Test
        @Tag("L7")
        void thatForwardsGivesNobodyTheLockOfWhatIsOnItsWay() {
            fail(2);
            send(FIRST, "a");
            change("first", queue -> queue.forwardTo(null));
            assertThat(bus.receive(FIRST)).isNull();
            assertThat(bus.get(bus.namespace.counters(FIRST)).locked()).isEqualTo(1);
            reopen(2);
            assertThat(textsOf(LAST)).containsExactly("a");
            send(FIRST, "b");
            Delivery taken = bus.take(FIRST);
            bus.settle(taken, new Settlement.Abandon(Map.of()));
            assertThat(textsOf(FIRST)).containsExactly("b");
        }
    }
}
