/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.SequenceNumbers;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One partition fails: what becomes of its work, that the others go on, and that it comes back with what it had. */
class PartitionFailureTest {
    private static final int PARTITIONS = 3;
    private static final int BAD = 1;
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    private static final Duration LOCK = Duration.ofSeconds(30);

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(PARTITIONS, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("spread").partitioned(true).lockDuration(LOCK));
        bus.create(QueueDescription.builder("orders").homePartition(BAD).lockDuration(LOCK));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private static Message to(int partition, String text) {
        String key = IntStream.range(0, 1000)
                .mapToObj(i -> "k" + i)
                .filter(k -> PartitionHash.partitionOf(k, PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
        return TestBus.text(text).partitionKey(key).build();
    }

    private CompletableFuture<Long> send(int partition, String text) {
        return bus.namespace.send(SPREAD, to(partition, text));
    }

    /** Makes the partition fail at something harmless. */
    private void failPartition() {
        bus.store().failNextAppend(BAD, Reason.IO);
        assertThat(bus.errorOf(send(BAD, "trigger"))).isEqualTo(ErrorCode.OutcomeUnknown);
        assertThat(health().state()).isEqualTo(State.FAILED);
    }

    private void failOthers() {
        for (int i = 0; i < PARTITIONS; i++) {
            if (i != BAD) {
                bus.store().failNextAppend(i, Reason.IO);
                bus.errorOf(send(i, "trigger"));
            }
        }
    }

    private PartitionHealth health() {
        return bus.namespace.health().get(BAD);
    }

    private void reopen() {
        assertThat(bus.get(bus.namespace.reopen(BAD)).state()).isEqualTo(State.SERVING);
    }

    @Nested
    class InFlight {

        @Test
        @Tag("P6")
        void hasAnUnknownOutcomeWhenASyncFails() {
            bus.get(send(BAD, "a"));
            Delivery delivery = bus.take(SPREAD);
            bus.syncs(false);
            CompletableFuture<Long> sent = send(BAD, "b");
            CompletableFuture<Void> settled = bus.namespace.settle(delivery.requireLockToken(), Settlement.COMPLETE);
            bus.run();
            bus.store().failNextSync(BAD, Reason.IO, 1);
            bus.syncs(true);
            assertThat(bus.errorOf(sent)).isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(bus.errorOf(settled)).isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(health().reason()).contains("sync failed");
        }

        @Test
        @Tag("P6")
        void isNotTriedElsewhereWithoutAKey() {
            for (int i = 0; i < PARTITIONS; i++) {
                bus.store().failNextAppend(i, Reason.IO);
            }
            assertThat(bus.errorOf(bus.namespace.send(SPREAD, TestBus.text("a").build())))
                    .isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(bus.namespace.health())
                    .filteredOn(h -> h.state() == State.FAILED)
                    .hasSize(1);
        }

        @Test
        @Tag("L1")
        void removalForAReceiverIsToldToItAsUnknown() {
            bus.get(send(BAD, "a"));
            bus.syncs(false);
            Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.receiveAndDelete());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            bus.store().failNextSync(BAD, Reason.IO, 0);
            bus.syncs(true);
            assertThat(bus.errorOf(request)).isEqualTo(ErrorCode.OutcomeUnknown);
            receiver.close();
            reopen();
            assertThat(bus.takeAll(SPREAD)).containsExactly("a");
        }

        /** A hand-out that never reached its receiver goes to another partition. */
        @Test
        @Tag("P8")
        void requestIsServedByAnotherPartition() {
            Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.peekLock());
            bus.get(send(BAD, "a"));
            bus.store().failNextAppend(BAD, Reason.IO);
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            assertThat(health().state()).isEqualTo(State.FAILED);
            assertThat(request).isNotDone();
            bus.get(send(0, "b"));
            assertThat(TestBus.textOf(bus.get(request))).isEqualTo("b");
            receiver.close();
        }
    }

    @Nested
    class WhileOut {

        @BeforeEach
        void fail() {
            bus.get(send(BAD, "kept"));
            failPartition();
        }

        @Test
        @Tag("P6")
        void keyedSendsFail() {
            assertThat(bus.errorOf(send(BAD, "x"))).isEqualTo(ErrorCode.PartitionUnavailable);
            assertThat(bus.errorOf(
                            bus.namespace.send(TestBus.ORDERS, TestBus.text("x").build())))
                    .isEqualTo(ErrorCode.PartitionUnavailable);
            bus.get(send(0, "x"));
        }

        @Test
        @Tag("P6")
        void unkeyedSendsGoElsewhere() {
            for (int i = 0; i < 12; i++) {
                assertThat(SequenceNumbers.partition(bus.send(SPREAD, TestBus.text("m" + i))))
                        .isNotEqualTo(BAD);
            }
        }

        @Test
        @Tag("P8")
        void receiversGetFromTheOthers() {
            Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            bus.get(send(2, "m"));
            assertThat(TestBus.textOf(bus.get(request))).isEqualTo("m");
            receiver.close();
        }

        @Test
        @Tag("N7")
        @Tag("D6")
        void peekAndCountersTellOfTheOthers() {
            bus.get(send(0, "a"));
            bus.get(send(2, "b"));
            assertThat(bus.get(bus.namespace.peek(SPREAD, 0, 10)).stream().map(TestBus::textOf))
                    .containsExactly("a", "b");
            assertThat(bus.get(bus.namespace.counters(EntityPath.queue("spread")))
                            .unavailablePartitions())
                    .isEqualTo(1);
            assertThat(bus.get(bus.namespace.counters(EntityPath.queue("spread")))
                            .active())
                    .isEqualTo(2);
        }

        @Test
        @Tag("P7")
        void unkeyedSendsWaitForAPartitionToComeBack() {
            failOthers();
            CompletableFuture<Long> sent =
                    bus.namespace.send(SPREAD, TestBus.text("late").build());
            CompletableFuture<Long> never =
                    bus.namespace.send(SPREAD, TestBus.text("never").build());
            bus.advance(Duration.ofSeconds(59));
            assertThat(sent).isNotDone();
            never.cancel(false);
            reopen();
            bus.advance(Duration.ofSeconds(1));
            assertThat(SequenceNumbers.partition(bus.get(sent))).isEqualTo(BAD);
        }

        @Test
        @Tag("P7")
        void unkeyedSendsGiveUpAtTheOperationTimeout() {
            failOthers();
            CompletableFuture<Long> sent =
                    bus.namespace.send(SPREAD, TestBus.text("late").build());
            bus.advance(Duration.ofSeconds(59));
            assertThat(sent).isNotDone();
            bus.advance(Duration.ofSeconds(2));
            assertThat(bus.errorOf(sent)).isEqualTo(ErrorCode.PartitionUnavailable);
        }

        @Test
        void closingEndsSendsThatWait() {
            failOthers();
            CompletableFuture<Long> sent =
                    bus.namespace.send(SPREAD, TestBus.text("late").build());
            bus.run();
            bus.close();
            assertThat(bus.errorOf(sent)).isEqualTo(ErrorCode.Closed);
        }

        @Test
        void whoeverWaitsAtADeletedQueueHearsOfIt() {
            Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            bus.get(bus.namespace.deleteQueue("orders"));
            assertThat(bus.errorOf(request)).isEqualTo(ErrorCode.EntityNotFound);
        }
    }

    @Nested
    class Reopening {

        @Test
        void bringsBackWhatWasAcknowledged() {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                bus.get(send(BAD, "m" + i));
                sent.add("m" + i);
            }
            failPartition();
            reopen();
            assertThat(bus.takeAll(SPREAD)).containsExactlyElementsOf(sent);
        }

        @Test
        @Tag("L7")
        @Tag("L13")
        void losesLocksAndCountsDeliveries() {
            bus.get(send(BAD, "a"));
            Delivery delivery = bus.take(SPREAD);
            failPartition();
            reopen();
            assertThat(bus.errorOf(bus.namespace.settle(delivery.requireLockToken(), Settlement.COMPLETE)))
                    .isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.errorOf(bus.namespace.renew(delivery.requireLockToken())))
                    .isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.take(SPREAD).deliveryCount()).isEqualTo(1);
        }

        @Test
        void servesReceiversThatWaited() {
            bus.get(send(BAD, "a"));
            failPartition();
            Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            assertThat(request).isNotDone();
            reopen();
            assertThat(TestBus.textOf(bus.get(request))).isEqualTo("a");
            receiver.close();
        }

        /** A timer that ran out while the partition was out must not be the last one. */
        @Test
        @Tag("L6")
        void letsLocksRunOutAgain() {
            bus.get(send(BAD, "a"));
            bus.take(SPREAD);
            failPartition();
            bus.advance(LOCK.multipliedBy(2));
            reopen();
            assertThat(bus.take(SPREAD).deliveryCount()).isEqualTo(1);
            bus.advance(LOCK.plusMillis(10));
            assertThat(bus.take(SPREAD).deliveryCount()).isEqualTo(2);
        }

        @Test
        @Tag("W4")
        void catchesUpWithDefinitions() {
            bus.get(send(BAD, "a"));
            failPartition();
            bus.get(bus.namespace.updateQueue(QueueDescription.builder("spread")
                    .partitioned(true)
                    .lockDuration(Duration.ofSeconds(2))
                    .build()));
            bus.create(QueueDescription.builder("new").partitioned(true));
            reopen();
            bus.take(SPREAD);
            bus.advance(Duration.ofMillis(2010));
            assertThat(bus.take(SPREAD).deliveryCount()).isEqualTo(1);
            EntityPath created = EntityPath.queue("new");
            bus.get(bus.namespace.send(created, to(BAD, "b")));
            assertThat(bus.takeAll(created)).containsExactly("b");
        }

        @Test
        @Tag("W4")
        void emptiesWhatWasDeletedMeanwhile() {
            for (int i = 0; i < 1200; i++) {
                send(BAD, "m" + i);
            }
            bus.run();
            failPartition();
            bus.get(bus.namespace.deleteQueue("spread"));
            reopen();
            bus.run();
            assertThat(health().findings()).isEmpty();
            bus = bus.crashed();
            assertThat(health().findings()).isEmpty();
            bus.create(QueueDescription.builder("spread").partitioned(true));
            assertThat(bus.receive(SPREAD)).isNull();
        }

        @Test
        void ofAPartitionThatServesChangesNothing() {
            bus.get(send(BAD, "a"));
            Delivery delivery = bus.take(SPREAD);
            reopen();
            bus.settle(delivery, Settlement.COMPLETE);
        }

        @Test
        void canBeDoneAgainAndAgain() {
            for (int i = 0; i < 5; i++) {
                bus.get(send(BAD, "m" + i));
                failPartition();
                reopen();
            }
            assertThat(bus.takeAll(SPREAD)).containsExactly("m0", "m1", "m2", "m3", "m4");
        }

        @Test
        @Tag("N1")
        void usesNoNumberTwice() {
            long last = bus.get(send(BAD, "a"));
            bus.settle(bus.take(SPREAD), Settlement.COMPLETE);
            failPartition();
            reopen();
            assertThat(bus.get(send(BAD, "b"))).isGreaterThan(last);
        }
    }
}
