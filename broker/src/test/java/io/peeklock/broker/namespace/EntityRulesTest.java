/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Quotas and names: rules Q1 to Q4, W4, W5. */
class EntityRulesTest extends SpreadFixture {

    @Nested
    class Quota {

        private Message ofBytes(int bytes) {
            int frame = ofBody(bytes).sizeBytes() - bytes;
            return ofBody(bytes - frame);
        }

        private Message ofBody(int bytes) {
            return TestBus.text("").body(BodyKind.BYTES, new byte[bytes]).build();
        }

        @Test
        @Tag("Q1")
        void ofAMessageIs256KilobytesByDefault() {
            Message largest = ofBytes(256 * 1024);
            assertThat(largest.sizeBytes()).isEqualTo(256 * 1024);
            bus.get(bus.namespace.send(TestBus.ORDERS, largest));
            assertThat(bus.errorOf(bus.namespace.send(TestBus.ORDERS, ofBytes(256 * 1024 + 1))))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
            assertThat(bus.counters().active()).isEqualTo(1);
        }

        @Test
        @Tag("Q2")
        void ofPropertiesIs64Kilobytes() {
            int other =
                    TestBus.text("").property("p", "x".repeat(60_000)).build().propertiesBytes() - 60_000;
            String most = "x".repeat(64 * 1024 - other);
            bus.send(TestBus.ORDERS, TestBus.text("").property("p", most));
            assertThat(bus.errorOf(bus.namespace.send(
                            TestBus.ORDERS,
                            TestBus.text("").property("p", most + "x").build())))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
            Delivery delivery = bus.take();
            assertThat(bus.errorOf(bus.namespace.settle(
                            delivery.requireLockToken(), new Settlement.Abandon(Map.of("p", "x".repeat(66_000))))))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
            bus.settle(delivery, Settlement.COMPLETE);
        }

        /** They are in no journal, and in the queue all the same. */
        @Test
        @Tag("Q3")
        @Tag("N10")
        void ofAQueueCountsNonPersistentMessages() {
            Message message = TestBus.text("")
                    .body(BodyKind.BYTES, new byte[200_000])
                    .durable(false)
                    .build();
            for (int i = 0; i < 5; i++) {
                bus.get(bus.namespace.send(TestBus.ORDERS, message));
            }
            assertThat(bus.errorOf(bus.namespace.send(TestBus.ORDERS, message))).isEqualTo(ErrorCode.QuotaExceeded);
            bus.settle(bus.take(), Settlement.COMPLETE);
            bus.get(bus.namespace.send(TestBus.ORDERS, message));
        }

        @Test
        @Tag("Q3")
        void ofAQueueStoresNothingMore() {
            byte[] body = new byte[200_000];
            for (int i = 0; i < 5; i++) {
                bus.send(TestBus.ORDERS, TestBus.text("").body(BodyKind.BYTES, body));
            }
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            EntityCounters before = bus.counters();
            var another = TestBus.text("").body(BodyKind.BYTES, body).build();
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
        void ofTheDiskHasNoRoomForANewQueueButForDeletingOne() {
            bus.store().setUsableBytes(1 << 20);
            QueueDescription another = QueueDescription.of("another");
            assertThat(bus.errorOf(bus.namespace.createQueue(another))).isEqualTo(ErrorCode.QuotaExceeded);
            bus.get(bus.namespace.deleteQueue("orders"));
            bus.store().setUsableBytes(Long.MAX_VALUE);
            bus.get(bus.namespace.createQueue(another));
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
            assertThat(bus.get(bus.namespace.resolve(path.deadLetterQueue(), false)))
                    .isEqualTo(bus.get(bus.namespace.resolve(path, false)));
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
            bus.store().sync(-1, 1);
            bus.runtime.runUntilIdle();
            assertThat(bus.store().waiting(0)).isGreaterThan(1);
            bus.store().sync(0, 1);
            bus.runtime.runUntilIdle();
            bus.runtime.crash();
            SimulatedJournalStore left = bus.store().crash();
            left.compact(0, 1);
            bus = new TestBus(left, bus.namespace.config(), bus.runtime.after());
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
