/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the status of an entity bars, and what it does not: rule W3. */
@Tag("W3")
class StatusRulesTest extends SpreadFixture {
    private static final EntityPath ORDERS = TestBus.ORDERS;
    private static final EntityPath NEWS = EntityPath.topic("news");
    private static final EntityPath READER = EntityPath.subscription("news", "reader");

    private void status(EntityPath queue, EntityStatus status) {
        var description = bus.get(bus.namespace.queue(queue.name()));
        bus.get(bus.namespace.updateQueue(description.toBuilder().status(status).build()));
    }

    private void topicStatus(EntityStatus status) {
        var description = bus.get(bus.namespace.topic("news"));
        bus.get(bus.namespace.updateTopic(description.toBuilder().status(status).build()));
    }

    private void createNews(EntityStatus subscription) {
        bus.get(bus.namespace.createTopic(TopicDescription.builder("news").build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("news", "reader")
                .status(subscription)
                .build()));
    }

    private static Message message() {
        return TestBus.text("m").build();
    }

    @Nested
    class Sending {

        @ParameterizedTest
        @EnumSource(EntityStatus.class)
        void isAllowedOrBarredByTheStatus(EntityStatus status) {
            status(ORDERS, status);
            status(SPREAD, status);
            for (EntityPath queue : List.of(ORDERS, SPREAD)) {
                if (status.allowsSend()) {
                    bus.send(queue, TestBus.text("m"));
                } else {
                    BrokerException refused = bus.failure(bus.namespace.send(queue, message()));
                    assertThat(refused.code()).isEqualTo(ErrorCode.EntityDisabled);
                    assertThat(refused).hasMessageContaining(queue.name()).hasMessageContaining("ACTIVE");
                }
                long expected = status.allowsSend() ? 1 : 0;
                assertThat(bus.get(bus.namespace.counters(queue)).active()).isEqualTo(expected);
            }
        }

        @Test
        void isBarredToATopicAndItsSubscriptionsStayEmpty() {
            createNews(EntityStatus.ACTIVE);
            topicStatus(EntityStatus.SEND_DISABLED);
            assertThat(bus.errorOf(bus.namespace.send(NEWS, message()))).isEqualTo(ErrorCode.EntityDisabled);
            assertThat(bus.receive(READER)).isNull();
        }

        @ParameterizedTest
        @EnumSource(EntityStatus.class)
        void ofATopicReachesADisabledSubscription(EntityStatus status) {
            createNews(status);
            bus.send(NEWS, TestBus.text("m"));
            assertThat(bus.get(bus.namespace.counters(READER)).active()).isEqualTo(1);
        }

        @Test
        void isRefusedWhenATransactionStagesIt() {
            status(ORDERS, EntityStatus.SEND_DISABLED);
            assertThatThrownBy(() -> bus.namespace.partitionOf(ORDERS, message()))
                    .isInstanceOf(BrokerException.class)
                    .extracting(e -> ((BrokerException) e).code())
                    .isEqualTo(ErrorCode.EntityDisabled);
        }

        @Test
        @Tag("X6")
        void thatWasStagedBeforeFailsTheCommitAndNothingIsDone() {
            bus.create(QueueDescription.builder("other"));
            bus.send("held");
            Delivery held = bus.take();
            status(ORDERS, EntityStatus.SEND_DISABLED);
            PartitionCommit work = new PartitionCommit(
                    0,
                    List.of(
                            new OutgoingMessage(EntityPath.queue("other"), message()),
                            new OutgoingMessage(ORDERS, message())),
                    List.of(held.requireLockToken()));
            assertThat(bus.errorOf(bus.namespace.commit(work))).isEqualTo(ErrorCode.EntityDisabled);
            assertThat(bus.get(bus.namespace.counters(EntityPath.queue("other")))
                            .active())
                    .isZero();
            bus.settle(held, Settlement.COMPLETE);
        }
    }

    @Nested
    class Receiving {

        @ParameterizedTest
        @EnumSource(EntityStatus.class)
        void isAllowedOrBarredByTheStatus(EntityStatus status) {
            for (EntityPath queue : List.of(ORDERS, SPREAD)) {
                bus.send(queue, TestBus.text("m"));
                status(queue, status);
                try (Receiver receiver = bus.namespace.openReceiver(queue, ReceiverOptions.peekLock())) {
                    CompletableFuture<Delivery> request = receiver.receive();
                    if (status.allowsReceive()) {
                        assertThat(bus.get(request).sequenceNumber()).isPositive();
                    } else {
                        assertThat(bus.errorOf(request)).isEqualTo(ErrorCode.EntityDisabled);
                        assertThat(bus.errorOf(receiver.receiveNow(0))).isEqualTo(ErrorCode.EntityDisabled);
                    }
                }
            }
        }

        @Test
        void thatWaitsEndsAndTheSameReceiverGoesOnLater() {
            for (EntityPath queue : List.of(ORDERS, SPREAD)) {
                try (Receiver receiver = bus.namespace.openReceiver(queue, ReceiverOptions.peekLock())) {
                    CompletableFuture<Delivery> waiting = receiver.receive();
                    bus.run();
                    status(queue, EntityStatus.DISABLED);
                    assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.EntityDisabled);
                    status(queue, EntityStatus.RECEIVE_DISABLED);
                    bus.send(queue, TestBus.text("later"));
                    assertThat(bus.errorOf(receiver.receive())).isEqualTo(ErrorCode.EntityDisabled);
                    status(queue, EntityStatus.ACTIVE);
                    assertThat(TestBus.textOf(bus.get(receiver.receive()))).isEqualTo("later");
                }
            }
        }

        @Test
        void ofADeadLetterQueueIsBarredWithItsQueue() {
            bus.send("m");
            bus.settle(bus.take(), new Settlement.DeadLetter("r", "d", Map.of()));
            status(ORDERS, EntityStatus.RECEIVE_DISABLED);
            EntityPath dead = ORDERS.deadLetterQueue();
            try (Receiver receiver = bus.namespace.openReceiver(dead, ReceiverOptions.peekLock())) {
                assertThat(bus.errorOf(receiver.receive())).isEqualTo(ErrorCode.EntityDisabled);
                status(ORDERS, EntityStatus.ACTIVE);
                assertThat(TestBus.textOf(bus.get(receiver.receive()))).isEqualTo("m");
            }
        }

        @ParameterizedTest
        @EnumSource(EntityStatus.class)
        @Tag("F2")
        void ofDeferredMessagesByNumberIsBarredToo(EntityStatus status) {
            List<Long> numbers = new ArrayList<>();
            for (int partition : new int[] {1, 2}) {
                numbers.add(sendTo(partition, "m"));
                bus.settle(bus.take(SPREAD), new Settlement.Defer(Map.of()));
            }
            status(SPREAD, status);
            for (List<Long> some : List.of(numbers.subList(0, 1), numbers)) {
                var received = bus.namespace.receiveDeferred(SPREAD, some, ReceiverOptions.peekLock());
                if (status.allowsReceive()) {
                    bus.get(received).forEach(delivery -> bus.settle(delivery, Settlement.RELEASE));
                } else {
                    assertThat(bus.errorOf(received)).isEqualTo(ErrorCode.EntityDisabled);
                }
            }
        }

        @Test
        void ofASubscriptionIsBarredWithItsTopicAlsoForWhoWaits() {
            createNews(EntityStatus.ACTIVE);
            try (Receiver receiver = bus.namespace.openReceiver(READER, ReceiverOptions.peekLock())) {
                CompletableFuture<Delivery> waiting = receiver.receive();
                bus.run();
                topicStatus(EntityStatus.RECEIVE_DISABLED);
                assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.EntityDisabled);
                bus.send(NEWS, TestBus.text("m"));
                assertThat(bus.errorOf(receiver.receive())).isEqualTo(ErrorCode.EntityDisabled);
                topicStatus(EntityStatus.ACTIVE);
                assertThat(TestBus.textOf(bus.get(receiver.receive()))).isEqualTo("m");
            }
        }
    }

    @Nested
    class APartitionThatIsOut {

        @Test
        void learnsOfTheStatusBeforeItServesAgain() {
            sendTo(1, "m");
            try (Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.peekLock())) {
                bus.store().failNextAppend(1, Reason.IO);
                bus.errorOf(bus.namespace.send(
                        SPREAD, TestBus.text("fails").partitionKey(keyOf(1)).build()));
                CompletableFuture<Delivery> waiting = receiver.receive();
                status(SPREAD, EntityStatus.DISABLED);
                assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.EntityDisabled);
                bus.get(bus.namespace.reopen(1));
                assertThat(bus.errorOf(receiver.receive())).isEqualTo(ErrorCode.EntityDisabled);
                status(SPREAD, EntityStatus.ACTIVE);
                assertThat(TestBus.textOf(bus.get(receiver.receive()))).isEqualTo("m");
            }
        }
    }

    @Nested
    class EverythingElse {

        @Test
        void goesOnWithWhatIsLocked() {
            bus.send("completed");
            bus.send("given back");
            Delivery completed = bus.take();
            Delivery back = bus.take();
            status(ORDERS, EntityStatus.DISABLED);
            bus.get(bus.namespace.renew(completed.requireLockToken()));
            bus.settle(completed, Settlement.COMPLETE);
            bus.settle(back, Settlement.ABANDON);
            assertThat(bus.counters().active()).isEqualTo(1);
            status(ORDERS, EntityStatus.ACTIVE);
            assertThat(bus.takeAll(ORDERS)).containsExactly("given back");
        }

        @Test
        void canBeLookedAt() {
            bus.send("m");
            status(ORDERS, EntityStatus.DISABLED);
            assertThat(bus.get(bus.namespace.peek(ORDERS, 0, 9))).hasSize(1);
        }

        @Test
        @Tag("N4")
        @Tag("T6")
        void happensWhenItsTimeComes() {
            bus.send(ORDERS, TestBus.text("due").deliveryDelayMs(10_000));
            bus.send(ORDERS, TestBus.text("over").timeToLiveMs(10_000));
            status(ORDERS, EntityStatus.DISABLED);
            bus.advance(Duration.ofSeconds(11));
            assertThat(bus.get(bus.namespace.peek(ORDERS, 0, 9)))
                    .extracting(TestBus::textOf)
                    .containsExactly("due");
            assertThat(bus.counters().active()).isEqualTo(1);
        }
    }

    @Nested
    class ARestart {

        @Test
        void keepsTheStatusAndTheMessages() {
            bus.send("m");
            bus.send(SPREAD, TestBus.text("m"));
            status(ORDERS, EntityStatus.DISABLED);
            status(SPREAD, EntityStatus.RECEIVE_DISABLED);
            bus = bus.restarted();
            assertThat(bus.errorOf(bus.namespace.send(ORDERS, message()))).isEqualTo(ErrorCode.EntityDisabled);
            bus.send(SPREAD, TestBus.text("m"));
            for (EntityPath queue : List.of(ORDERS, SPREAD)) {
                try (Receiver receiver = bus.namespace.openReceiver(queue, ReceiverOptions.peekLock())) {
                    assertThat(bus.errorOf(receiver.receive())).isEqualTo(ErrorCode.EntityDisabled);
                }
                status(queue, EntityStatus.ACTIVE);
            }
            assertThat(bus.takeAll(ORDERS)).hasSize(1);
            assertThat(bus.takeAll(SPREAD)).hasSize(2);
        }
    }
}
