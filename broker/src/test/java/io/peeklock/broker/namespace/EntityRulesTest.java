/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.SequenceNumbers;
import io.peeklock.broker.routing.PartitionHash;
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

/** Peek, priority, partitions, quotas and names: rules N6, N7, N9, P1 to P8, Q1 to Q4, W5. */
class EntityRulesTest {
    private static final int PARTITIONS = 4;
    private static final EntityPath SPREAD = EntityPath.queue("spread");

    private TestBus bus;

    @BeforeEach
    void open() {
        open(TestBus.config(Profile.JMS));
    }

    private void open(NamespaceConfig config) {
        bus = TestBus.simulated(PARTITIONS, config);
        if (config.profile() == Profile.JMS) {
            bus.create(QueueDescription.builder("orders").maxSizeBytes(1 << 20));
            bus.create(QueueDescription.builder("spread").partitioned(true).maxSizeBytes(1 << 20));
        }
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private static List<String> texts(List<Delivery> deliveries) {
        return deliveries.stream().map(TestBus::textOf).toList();
    }

    private static String keyOf(int partition) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> "k" + i)
                .filter(key -> PartitionHash.partitionOf(key, PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    private long sendTo(int partition, String text) {
        return bus.send(SPREAD, TestBus.text(text).partitionKey(keyOf(partition)));
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
                    io.peeklock.broker.ReceiveMode.PEEK_LOCK,
                    (message, redeliveries, changes) -> message.priority() != 1,
                    Duration.ZERO);
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
                            io.peeklock.broker.ReceiveMode.PEEK_LOCK,
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
                    io.peeklock.broker.ReceiveMode.PEEK_LOCK,
                    (message, redeliveries, changes) -> {
                        throw new IllegalStateException("broken");
                    },
                    Duration.ZERO);
            assertThat(bus.receive(TestBus.ORDERS, broken)).isNull();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }
    }

    @Nested
    class Partitions {

        @Test
        @Tag("P1")
        void holdAFragmentEachOrTheWhole() {
            for (int i = 0; i < 8; i++) {
                bus.send(SPREAD, TestBus.text("m" + i));
            }
            assertThat(bus.get(bus.namespace.peek(SPREAD, 0, 250)))
                    .extracting(delivery -> SequenceNumbers.partition(delivery.sequenceNumber()))
                    .containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
            bus.create(QueueDescription.builder("home").homePartition(3));
            bus.send(EntityPath.queue("home"), TestBus.text("x"));
            assertThat(bus.take(EntityPath.queue("home")).requireLockToken().partition())
                    .isEqualTo(3);
            assertThat(bus.errorOf(bus.namespace.createQueue(QueueDescription.builder("far")
                            .homePartition(PARTITIONS)
                            .build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(bus.namespace.updateQueue(QueueDescription.of("spread"))))
                    .isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        @Tag("P2")
        @Tag("P6")
        void areFullEachForItself() {
            byte[] body = new byte[200_000];
            for (int i = 0; i < 5; i++) {
                bus.send(
                        SPREAD,
                        TestBus.text("x")
                                .body(io.peeklock.broker.message.BodyKind.BYTES, body)
                                .partitionKey(keyOf(1)));
            }
            var keyed = TestBus.text("x").body(io.peeklock.broker.message.BodyKind.BYTES, body);
            assertThat(bus.errorOf(bus.namespace.send(
                            SPREAD, keyed.partitionKey(keyOf(1)).build())))
                    .isEqualTo(ErrorCode.QuotaExceeded);
            keyed.partitionKey(null);
            for (int i = 0; i < 15; i++) {
                assertThat(SequenceNumbers.partition(bus.send(SPREAD, keyed))).isNotEqualTo(1);
            }
            assertThat(bus.errorOf(bus.namespace.send(SPREAD, keyed.build()))).isEqualTo(ErrorCode.QuotaExceeded);
        }

        @Test
        @Tag("P3")
        @Tag("P5")
        void areChosenBySessionIdElseByPartitionKey() {
            for (int i = 0; i < 20; i++) {
                String key = "key" + i;
                int partition = PartitionHash.partitionOf(key, PARTITIONS);
                assertThat(SequenceNumbers.partition(
                                bus.send(SPREAD, TestBus.text("m").partitionKey(key))))
                        .isEqualTo(partition);
                assertThat(SequenceNumbers.partition(
                                bus.send(SPREAD, TestBus.text("m").sessionId(key))))
                        .isEqualTo(partition);
                assertThat(bus.namespace.partitionOf(
                                SPREAD, TestBus.text("m").sessionId(key).build()))
                        .isEqualTo(partition);
            }
            assertThat(bus.namespace.partitionOf(SPREAD, TestBus.text("m").build()))
                    .isEqualTo(-1);
            assertThat(bus.namespace.partitionOf(
                            TestBus.ORDERS, TestBus.text("m").build()))
                    .isZero();
        }

        @Test
        @Tag("P4")
        void keysMustNotContradictEachOther() {
            BrokerException error = catchThrowableOfType(
                    BrokerException.class,
                    () -> TestBus.text("m").sessionId("a").partitionKey("b").build());
            assertThat(error.code()).isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        @Tag("P8")
        void areOneQueueForReceivers() {
            Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.peekLock());
            for (int partition = 0; partition < PARTITIONS; partition++) {
                CompletableFuture<Delivery> request = receiver.receive();
                bus.run();
                sendTo(partition, "m" + partition);
                Delivery delivery = bus.get(request);
                assertThat(TestBus.textOf(delivery)).isEqualTo("m" + partition);
                assertThat(bus.get(bus.namespace.renew(delivery.requireLockToken())))
                        .isPositive();
                bus.settle(delivery, Settlement.COMPLETE);
            }
            receiver.close();
        }

        /** One request is served by another partition's answer; the others must not be forgotten. */
        @Test
        @Tag("P8")
        void serveEveryRequestOfAReceiver() {
            for (int i = 0; i < 40; i++) {
                sendTo(i % PARTITIONS, "m" + i);
            }
            Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.peekLock());
            List<CompletableFuture<Delivery>> requests = new ArrayList<>();
            bus.runtime.callFromApplication(true);
            for (int i = 0; i < 40; i++) {
                requests.add(receiver.receive());
            }
            bus.run();
            assertThat(requests).allMatch(CompletableFuture::isDone);
            receiver.close();
        }

        @Test
        @Tag("P11")
        void canBeAskedAlone() {
            sendTo(1, "one");
            sendTo(2, "two");
            Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.peekLock());
            assertThat(TestBus.textOf(bus.get(receiver.receive(2)))).isEqualTo("two");
            CompletableFuture<Delivery> second = receiver.receive(2);
            bus.run();
            assertThat(second).isNotDone();
            assertThat(bus.get(receiver.receiveNow(1))).isNotNull();
            CompletableFuture<Delivery> nothing = receiver.receiveNow(-1);
            bus.run();
            assertThat(nothing).isCancelled();
            receiver.close();
        }
    }

    @Nested
    class Quota {

        @Test
        @Tag("Q1")
        void ofAMessageIs256KilobytesByDefault() {
            int frame = TestBus.text("").build().sizeBytes();
            byte[] body = new byte[256 * 1024 - frame];
            bus.send(TestBus.ORDERS, TestBus.text("").body(io.peeklock.broker.message.BodyKind.BYTES, body));
            byte[] more = new byte[body.length + 100];
            assertThat(bus.errorOf(bus.namespace.send(
                            TestBus.ORDERS,
                            TestBus.text("")
                                    .body(io.peeklock.broker.message.BodyKind.BYTES, more)
                                    .build())))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
            assertThat(bus.counters().active()).isEqualTo(1);
        }

        @Test
        @Tag("Q2")
        void ofPropertiesIs64Kilobytes() {
            bus.send(TestBus.ORDERS, TestBus.text("").property("p", "x".repeat(60_000)));
            assertThat(bus.errorOf(bus.namespace.send(
                            TestBus.ORDERS,
                            TestBus.text("").property("p", "x".repeat(66_000)).build())))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
            Delivery delivery = bus.take();
            assertThat(bus.errorOf(bus.namespace.settle(
                            delivery.requireLockToken(),
                            new Settlement.Abandon(java.util.Map.of("p", "x".repeat(66_000))))))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
            bus.settle(delivery, Settlement.COMPLETE);
        }

        @Test
        @Tag("Q3")
        void ofAQueueStoresNothingMore() {
            byte[] body = new byte[200_000];
            for (int i = 0; i < 5; i++) {
                bus.send(TestBus.ORDERS, TestBus.text("").body(io.peeklock.broker.message.BodyKind.BYTES, body));
            }
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, java.util.Map.of()));
            EntityCounters before = bus.counters();
            var another = TestBus.text("")
                    .body(io.peeklock.broker.message.BodyKind.BYTES, body)
                    .build();
            assertThat(bus.errorOf(bus.namespace.send(TestBus.ORDERS, another))).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(bus.counters()).isEqualTo(before);
            bus.settle(bus.take(TestBus.ORDERS.deadLetterQueue()), Settlement.COMPLETE);
            bus.get(bus.namespace.send(TestBus.ORDERS, another));
        }

        @Test
        @Tag("Q3")
        void ofTheDiskIsKeptFreeAndSettlingGoesOn() {
            bus.send("a");
            bus.store().setUsableBytes(1 << 20);
            bus.advance(Duration.ofSeconds(1));
            assertThat(bus.errorOf(
                            bus.namespace.send(TestBus.ORDERS, TestBus.text("b").build())))
                    .isEqualTo(ErrorCode.QuotaExceeded);
            bus.settle(bus.take(), Settlement.COMPLETE);
            bus.store().setUsableBytes(Long.MAX_VALUE);
            bus.advance(Duration.ofSeconds(1));
            bus.send("c");
        }

        @Test
        @Tag("Q3")
        void ofTheIndexIsTheNamespaces() {
            close();
            open(new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, 1 << 20, 2000));
            for (int i = 0; i < 10; i++) {
                bus.send("m");
            }
            assertThat(bus.errorOf(
                            bus.namespace.send(TestBus.ORDERS, TestBus.text("b").build())))
                    .isEqualTo(ErrorCode.QuotaExceeded);
            bus.settle(bus.take(), Settlement.COMPLETE);
            bus.send("c");
        }

        @Test
        @Tag("Q4")
        void ofNamesAndIds() {
            assertThat(catchThrowableOfType(BrokerException.class, () -> EntityPath.queue("x".repeat(261)))
                            .code())
                    .isEqualTo(ErrorCode.InvalidOperation);
            bus.create(QueueDescription.builder("y".repeat(260)));
            for (String id : new String[] {"a".repeat(129)}) {
                assertThat(catchThrowableOfType(
                                        BrokerException.class,
                                        () -> TestBus.text("").partitionKey(id).build())
                                .code())
                        .isEqualTo(ErrorCode.InvalidOperation);
            }
            bus.send(SPREAD, TestBus.text("").sessionId("a".repeat(128)));
        }
    }

    @Nested
    class Names {

        @Test
        @Tag("W5")
        void areCreatedOnFirstUse() {
            EntityPath path = EntityPath.queue("new");
            assertThat(bus.errorOf(bus.namespace.resolve(path, false))).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.resolve(path.deadLetterQueue(), true)))
                    .isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.get(bus.namespace.resolve(path, true)).partitioned()).isFalse();
            bus.send(path, TestBus.text("a"));
            assertThat(bus.get(bus.namespace.resolve(path.deadLetterQueue(), false))
                            .name())
                    .isEqualTo("new");
            bus = bus.restarted();
            assertThat(bus.takeAll(path)).containsExactly("a");
        }

        @Test
        @Tag("W5")
        void areCreatedPartitionedIfTheNamespaceSaysSo() {
            close();
            open(new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, true, 1 << 20, 1 << 20));
            assertThat(bus.get(bus.namespace.resolve(EntityPath.queue("new"), true))
                            .partitioned())
                    .isTrue();
        }

        @Test
        @Tag("W5")
        void areNotCreatedIfTheNamespaceForbidsIt() {
            close();
            open(new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), false, false, 1 << 20, 1 << 20));
            assertThat(bus.errorOf(bus.namespace.resolve(EntityPath.queue("new"), true)))
                    .isEqualTo(ErrorCode.EntityNotFound);
        }

        @Test
        @Tag("W5")
        void areCaseSensitiveInProfileJmsAlone() {
            bus.create(QueueDescription.builder("Orders"));
            bus.send(EntityPath.queue("Orders"), TestBus.text("big"));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            close();
            open(TestBus.config(Profile.AZURE));
            bus.create(QueueDescription.builder("Orders"));
            bus.send("small");
            assertThat(bus.takeAll(EntityPath.queue("ORDERS"))).containsExactly("small");
            assertThat(bus.errorOf(bus.namespace.createQueue(QueueDescription.of("orders"))))
                    .isEqualTo(ErrorCode.EntityAlreadyExists);
        }

        @Test
        @Tag("W4")
        void ofDeletedQueuesAreFoundNoMore() {
            bus.send("a");
            Delivery delivery = bus.take();
            Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> waiting = receiver.receive();
            bus.get(bus.namespace.deleteQueue("orders"));
            assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(receiver.receive())).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.settle(delivery.requireLockToken(), Settlement.COMPLETE)))
                    .isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.errorOf(
                            bus.namespace.send(TestBus.ORDERS, TestBus.text("b").build())))
                    .isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.deleteQueue("orders"))).isEqualTo(ErrorCode.EntityNotFound);
            bus.create(QueueDescription.builder("orders"));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
        }

        /** Its messages go in pieces; a kill in between must not make them riddles. */
        @Test
        @Tag("W4")
        void ofDeletedQueuesLeaveNothingBehindAfterAKill() {
            for (int i = 0; i < 1500; i++) {
                bus.namespace.send(TestBus.ORDERS, TestBus.text("m").build());
            }
            bus.run();
            bus.syncs(false);
            bus.namespace.deleteQueue("orders");
            bus.run();
            for (int i = 0; i < 3; i++) {
                bus.store().sync(-1, 1);
                bus.runtime.runUntilIdle();
                bus.store().sync(0, 1);
                bus.runtime.runUntilIdle();
            }
            bus = bus.crashed();
            assertThat(bus.namespace.health())
                    .allMatch(health -> health.findings().isEmpty());
            bus = bus.crashed();
            assertThat(bus.namespace.health())
                    .allMatch(health -> health.findings().isEmpty());
            assertThat(bus.get(bus.namespace.queues()))
                    .extracting(QueueDescription::name)
                    .containsExactly("spread");
        }
    }
}
