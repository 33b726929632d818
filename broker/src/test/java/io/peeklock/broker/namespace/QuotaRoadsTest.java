/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
        Message keyed = Message.builder()
                .partitionKey("k")
                .body(BodyKind.BYTES, new byte[250 << 10])
                .build();
        for (int i = 0; i < 4; i++) {
            bus.get(bus.namespace.send(QUEUE, keyed));
            bus.settle(bus.take(), settlement);
        }
        assertThat(bus.errorOf(bus.namespace.send(QUEUE, keyed))).isEqualTo(ErrorCode.QuotaExceeded);
        bus = bus.crashed();
        assertThat(bus.errorOf(bus.namespace.send(QUEUE, keyed))).isEqualTo(ErrorCode.QuotaExceeded);
    }
}
