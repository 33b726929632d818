/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.partition.SequenceNumbers;
import io.peeklock.broker.routing.PartitionHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Partitioned queues: rules P1 to P8, P11. */
class PartitionRulesTest extends SpreadFixture {

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
                bus.send(SPREAD, TestBus.text("x").body(BodyKind.BYTES, body).partitionKey(keyOf(1)));
            }
            var keyed = TestBus.text("x").body(BodyKind.BYTES, body);
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

        @Test
        @Tag("P8")
        @Tag("D6")
        void areCountedTogether() {
            int bytes = TestBus.text("m0").build().sizeBytes();
            for (int i = 0; i < 8; i++) {
                bus.send(SPREAD, TestBus.text("m" + i));
            }
            for (int i = 0; i < 2; i++) {
                bus.settle(bus.take(SPREAD), new Settlement.DeadLetter("why", null, Map.of()));
            }
            for (int i = 0; i < 3; i++) {
                bus.take(SPREAD);
            }
            bus.settle(bus.take(SPREAD), Settlement.COMPLETE);
            assertThat(bus.get(bus.namespace.counters(EntityPath.queue("spread"))))
                    .isEqualTo(new EntityCounters(2, 3, 0, 0, 2, 7L * bytes, 0));
            List<String> dead = bus.takeAll(SPREAD.deadLetterQueue());
            assertThat(dead).hasSize(2);
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
            assertThat(bus.errorOf(receiver.receive(PARTITIONS))).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(receiver.receiveNow(100))).isEqualTo(ErrorCode.InvalidOperation);
            receiver.close();
            Receiver home = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
            assertThat(bus.errorOf(home.receive(1))).isEqualTo(ErrorCode.InvalidOperation);
            home.close();
        }
    }
}
