/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.SequenceNumbers;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules P6 and P7 hold for what is scheduled and for what is published too, while partition 1 is out. */
class SpreadSendRoadsTest extends SpreadFixture {
    private static final EntityPath NEWS = EntityPath.topic("news");
    private static final int BAD = 1;

    /** Ways to put a message into a spread entity. */
    enum Road {
        SEND,
        SCHEDULE,
        PUBLISH,
        SCHEDULE_TO_A_TOPIC
    }

    @BeforeEach
    void publishAndFail() {
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder("news").partitioned(true).build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "reader")));
        fail(BAD);
    }

    private void fail(int partition) {
        bus.store().failNextAppend(partition, Reason.IO);
        assertThat(bus.errorOf(bus.namespace.send(
                        SPREAD,
                        TestBus.text("trigger").partitionKey(keyOf(partition)).build())))
                .isEqualTo(ErrorCode.OutcomeUnknown);
    }

    private CompletableFuture<Long> put(Road road, Message.Builder message) {
        Instant later = Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs() + 3_600_000);
        return switch (road) {
            case SEND -> bus.namespace.send(SPREAD, message.build());
            case SCHEDULE -> bus.namespace.schedule(SPREAD, message.build(), later);
            case PUBLISH -> bus.namespace.send(NEWS, message.build());
            case SCHEDULE_TO_A_TOPIC -> bus.namespace.schedule(NEWS, message.build(), later);
        };
    }

    @ParameterizedTest
    @EnumSource
    @Tag("P6")
    void withoutAKeyTheOthersTakeItAndWithOneItFails(Road road) {
        for (int i = 0; i < 2 * PARTITIONS; i++) {
            assertThat(SequenceNumbers.partition(bus.get(put(road, TestBus.text("m")))))
                    .isNotEqualTo(BAD);
        }
        for (Message.Builder keyed : new Message.Builder[] {
            TestBus.text("m").partitionKey(keyOf(BAD)), TestBus.text("m").sessionId(keyOf(BAD))
        }) {
            assertThat(bus.errorOf(put(road, keyed))).isEqualTo(ErrorCode.PartitionUnavailable);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("P7")
    void withoutAKeyItIsTriedUntilTheOperationTimeout(Road road) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            if (partition != BAD) {
                fail(partition);
            }
        }
        CompletableFuture<Long> late = put(road, TestBus.text("late"));
        bus.advance(Duration.ofSeconds(59));
        assertThat(late).isNotDone();
        bus.get(bus.namespace.reopen(2));
        bus.advance(Duration.ofMillis(500));
        assertThat(SequenceNumbers.partition(bus.get(late))).isEqualTo(2);
        fail(2);
        CompletableFuture<Long> never = put(road, TestBus.text("never"));
        bus.advance(Duration.ofSeconds(61));
        assertThat(bus.errorOf(never)).isEqualTo(ErrorCode.PartitionUnavailable);
    }
}
