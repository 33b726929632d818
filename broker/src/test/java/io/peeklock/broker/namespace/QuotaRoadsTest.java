/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes and quotas hold on every road into the bus, and whatever becomes of a message that is in. */
class QuotaRoadsTest {
    private static final EntityPath QUEUE = TestBus.ORDERS;

    private TestBus bus = TestBus.simulated(2, TestBus.config(Profile.JMS));

    @BeforeEach
    void open() {
        open(false);
    }

    private void open(boolean partitioned) {
        bus.close();
        bus = TestBus.simulated(2, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("orders").partitioned(partitioned).maxSizeBytes(1 << 20));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    /** Ways to put a message in. */
    enum Road {
        SEND,
        SCHEDULE,
        COMMIT,
        COMMIT_SCHEDULED
    }

    private CompletableFuture<?> put(Road road, EntityPath to, Message message) {
        Instant later = Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs() + 60_000);
        return switch (road) {
            case SEND -> bus.namespace.send(to, message);
            case SCHEDULE -> bus.namespace.schedule(to, message, later);
            case COMMIT ->
                bus.namespace.commit(new PartitionCommit(0, List.of(new OutgoingMessage(to, message)), List.of()));
            case COMMIT_SCHEDULED -> {
                long number = bus.get(bus.namespace.reserveNumber(to, 0));
                OutgoingMessage scheduled = OutgoingMessage.scheduled(to, message, later, number);
                yield bus.namespace.commit(new PartitionCommit(0, List.of(scheduled), List.of()));
            }
        };
    }

    private static Message ofBytes(int bytes) {
        return Message.builder().body(BodyKind.BYTES, new byte[bytes]).build();
    }

    /** Of one key, so that it lies where the others of these do. */
    private static Message keyed(int bytes) {
        return Message.builder()
                .partitionKey("k")
                .body(BodyKind.BYTES, new byte[bytes])
                .build();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("Q1")
    @Tag("Q2")
    @Tag("W6")
    void refuseWhatIsTooLarge(Road road) {
        bus.create(QueueDescription.builder("brief").temporary(true));
        bus.get(bus.namespace.createTopic(TopicDescription.of("news")));
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder("brief news").temporary(true).build()));
        Message wide = Message.builder().property("p", "x".repeat(64 << 10)).build();
        for (EntityPath to :
                List.of(QUEUE, EntityPath.queue("brief"), EntityPath.topic("news"), EntityPath.topic("brief news"))) {
            assertThat(bus.errorOf(put(road, to, ofBytes(256 << 10)))).isEqualTo(ErrorCode.MessageSizeExceeded);
            assertThat(bus.errorOf(put(road, to, wide))).isEqualTo(ErrorCode.MessageSizeExceeded);
            bus.get(put(road, to, ofBytes(1 << 10)));
        }
    }

    /** Which a transaction asks when a message is staged: its commit would be refused too late. */
    @Test
    @Tag("Q1")
    @Tag("Q2")
    @Tag("X6")
    void refuseWhatIsTooLargeBeforeItIsSent() {
        Message wide = Message.builder().property("p", "x".repeat(64 << 10)).build();
        for (Message message : List.of(ofBytes(256 << 10), wide)) {
            assertThatThrownBy(() -> bus.namespace.partitionOf(QUEUE, message))
                    .isInstanceOfSatisfying(
                            BrokerException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.MessageSizeExceeded));
        }
        assertThat(bus.namespace.partitionOf(QUEUE, ofBytes(1 << 10))).isZero();
    }

    /** Also where a message of that size would fit alone. */
    @Test
    @Tag("Q3")
    void refuseWhatDoesNotFitTogether() {
        List<OutgoingMessage> five = Collections.nCopies(5, new OutgoingMessage(QUEUE, ofBytes(250 << 10)));
        assertThat(bus.errorOf(bus.namespace.commit(new PartitionCommit(0, five, List.of()))))
                .isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(bus.counters().sizeBytes()).isZero();
        bus.get(bus.namespace.commit(new PartitionCommit(0, five.subList(0, 4), List.of())));
    }

    /** Also in a queue that is full: what comes takes the room of what goes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("Q1")
    @Tag("Q2")
    @Tag("Q3")
    void refuseAnEditedDeadLetterOnlyIfItIsLarger(boolean partitioned) {
        open(partitioned);
        for (int i = 0; i < 4; i++) {
            bus.get(bus.namespace.send(QUEUE, keyed(250 << 10)));
        }
        bus.settle(bus.take(), new Settlement.DeadLetter(null, null, Map.of()));
        EntityPath letters = QUEUE.deadLetterQueue();
        long dead = bus.get(bus.namespace.peek(letters, 0, 1)).get(0).sequenceNumber();
        assertThat(bus.errorOf(bus.namespace.resubmit(letters, dead, keyed(256 << 10))))
                .isEqualTo(ErrorCode.MessageSizeExceeded);
        Message wide = Message.builder()
                .partitionKey("k")
                .property("p", "x".repeat(64 << 10))
                .build();
        assertThat(bus.errorOf(bus.namespace.resubmit(letters, dead, wide))).isEqualTo(ErrorCode.MessageSizeExceeded);
        bus.get(bus.namespace.send(QUEUE, keyed(20 << 10)));
        assertThat(bus.errorOf(bus.namespace.resubmit(letters, dead, keyed(255 << 10))))
                .isEqualTo(ErrorCode.QuotaExceeded);
        bus.get(bus.namespace.resubmit(letters, dead, keyed(250 << 10)));
        assertThat(bus.counters().deadLettered()).isZero();
    }

    /** Ways to give back or set aside a message, and to change its properties by that. */
    private static List<Settlement> changing(Map<String, Object> properties) {
        return List.of(
                new Settlement.Abandon(properties),
                new Settlement.Defer(properties),
                new Settlement.DeadLetter(null, null, properties));
    }

    @Test
    @Tag("Q2")
    @Tag("L11")
    void refusePropertiesThatGrowTooLargeOnTheWay() {
        bus.send(QUEUE, TestBus.text("m"));
        Delivery held = bus.take();
        for (Settlement settlement : changing(Map.of("p", "x".repeat(64 << 10)))) {
            assertThat(bus.errorOf(bus.namespace.settle(held.requireLockToken(), settlement)))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
        }
        Settlement wordy = new Settlement.DeadLetter("r".repeat(2 << 10), "d".repeat(64 << 10), Map.of());
        assertThat(bus.errorOf(bus.namespace.settle(held.requireLockToken(), wordy)))
                .isEqualTo(ErrorCode.MessageSizeExceeded);
        bus.settle(held, Settlement.COMPLETE);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("Q3")
    void refuseWhatDoesNotFit(Road road) {
        for (int i = 0; i < 4; i++) {
            bus.get(put(road, QUEUE, ofBytes(250 << 10)));
        }
        for (Road other : Road.values()) {
            assertThat(bus.errorOf(put(other, QUEUE, ofBytes(250 << 10)))).isEqualTo(ErrorCode.QuotaExceeded);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, DEFER", "false, DEFER", "true, DEAD_LETTER", "false, DEAD_LETTER"})
    @Tag("Q3")
    void countWhatIsDeferredOrDeadLettered(boolean partitioned, String what) {
        open(partitioned);
        Settlement settlement =
                what.equals("DEFER") ? Settlement.DEFER : new Settlement.DeadLetter(null, null, Map.of());
        Message keyed = keyed(250 << 10);
        for (int i = 0; i < 4; i++) {
            bus.get(bus.namespace.send(QUEUE, keyed));
            bus.settle(bus.take(), settlement);
        }
        assertThat(bus.errorOf(bus.namespace.send(QUEUE, keyed))).isEqualTo(ErrorCode.QuotaExceeded);
        bus = bus.crashed();
        assertThat(bus.errorOf(bus.namespace.send(QUEUE, keyed))).isEqualTo(ErrorCode.QuotaExceeded);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("Q3")
    @Tag("W6")
    void refuseWhatDoesNotFitInATemporaryDestination(Road road) {
        bus.create(QueueDescription.builder("brief").temporary(true).maxSizeBytes(1 << 20));
        bus.get(bus.namespace.createTopic(TopicDescription.builder("brief news")
                .temporary(true)
                .maxSizeBytes(1 << 20)
                .build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("brief news", "reader")
                .temporary(true)
                .build()));
        for (EntityPath to : List.of(EntityPath.queue("brief"), EntityPath.topic("brief news"))) {
            for (int i = 0; i < 4; i++) {
                bus.get(put(road, to, ofBytes(250 << 10)));
            }
            assertThat(bus.errorOf(put(road, to, ofBytes(250 << 10))))
                    .as("%s", to)
                    .isEqualTo(ErrorCode.QuotaExceeded);
        }
    }
}
