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
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A dead letter of a partitioned entity gets a key that lies in another partition. */
@ParameterizedClass(name = "{0}")
@EnumSource(names = {"SPREAD_QUEUE", "SPREAD_SUBSCRIPTION"})
@Tag("P5")
class ResubmitElsewhereTest extends BulkFixture {
    private static final String OTHER_KEY = "k0";
    private static final int PARTITION = PartitionHash.partitionOf("k", PARTITIONS);
    private static final int OTHER_PARTITION = PartitionHash.partitionOf(OTHER_KEY, PARTITIONS);

    ResubmitElsewhereTest(Kind kind) {
        super(kind);
    }

    private static Message mended(Delivery dead) {
        return dead.edit().partitionKey(OTHER_KEY).property("mended", true).build();
    }

    private CompletableFuture<Long> resubmitting(Delivery dead) {
        return bus.namespace.resubmit(deadLetters(), dead.sequenceNumber(), mended(dead));
    }

    private Delivery deadLetter(String text) {
        dead(text);
        return onlyOne(deadLetters());
    }

    private void fail(int partition, String key) {
        bus.store().failNextAppend(partition, Reason.IO);
        bus.failure(bus.namespace.send(
                destination, TestBus.text("lost").partitionKey(key).build()));
        assertThat(bus.namespace.health().get(partition).state()).isEqualTo(PartitionHealth.State.FAILED);
    }

    private void reopen(int partition) {
        bus.get(bus.namespace.reopen(partition));
        bus.advance(Duration.ofMinutes(1));
    }

    @Test
    @Tag("N2")
    void theEditedOneGoesThereUnderTheNumberThatIsTold() {
        assertThat(PARTITION).isNotEqualTo(OTHER_PARTITION);
        Delivery dead = deadLetter("a");
        long number = bus.get(resubmitting(dead));
        assertThat(number >>> 48).isEqualTo(OTHER_PARTITION);
        assertThat(texts(deadLetters())).isEmpty();
        Delivery again = bus.take(path);
        assertThat(again.sequenceNumber()).isEqualTo(number);
        assertThat(again.enqueuedSequenceNumber()).isEqualTo(dead.enqueuedSequenceNumber());
        assertThat(again.message().properties()).isEqualTo(Map.of("mended", true));
        assertThat(again.deliveryCount()).isZero();
        assertThat(again.deadLetterReason()).isNull();
        bus.settle(again, Settlement.COMPLETE);
        assertThat(bus.errorOf(resubmitting(dead))).isEqualTo(ErrorCode.MessageNotFound);
        bus = bus.crashed();
        assertThat(counters().active() + counters().deadLettered()).isZero();
    }

    /** Whenever the power goes: the dead letter as it was, or the edited message. */
    @Test
    @Tag("L13")
    void oneOfTheTwoIsThereAfterAPowerCut() {
        Delivery dead = deadLetter("a");
        int syncs = 0;
        while (texts(path).isEmpty()) {
            assertThat(onlyOne(deadLetters())).isEqualTo(dead);
            assertThat(syncs).isLessThan(20);
            bus.syncs(false);
            resubmitting(dead);
            bus.run();
            for (int i = 0; i < syncs; i++) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    bus.store().sync(partition, 1);
                }
                bus.runtime.runUntilIdle();
            }
            bus = bus.crashed();
            bus.advance(Duration.ofMinutes(1));
            syncs++;
        }
        assertThat(syncs).isGreaterThan(2);
        assertThat(texts(deadLetters())).isEmpty();
        assertThat(onlyOne(path).message().properties()).isEqualTo(Map.of("mended", true));
    }

    @Test
    @Tag("P8")
    void itWaitsForAPartitionThatGoesOutMeanwhile() {
        Delivery dead = deadLetter("a");
        bus.syncs(false);
        CompletableFuture<Long> waiting = resubmitting(dead);
        bus.runtime.runUntilIdle();
        // The number is reserved there, and then nothing goes there any more.
        bus.store().sync(OTHER_PARTITION, 1);
        bus.runtime.runUntilIdle();
        bus.store().failNextAppend(OTHER_PARTITION, Reason.IO);
        bus.syncs(true);
        bus.advance(Duration.ofHours(1));
        assertThat(waiting).isNotDone();
        assertThat(onlyOne(deadLetters()).state()).isEqualTo(MessageState.LOCKED);
        assertThat(bus.receive(deadLetters())).isNull();
        reopen(OTHER_PARTITION);
        assertThat(bus.get(waiting) >>> 48).isEqualTo(OTHER_PARTITION);
        assertThat(texts(deadLetters())).isEmpty();
        assertThat(texts(path)).containsExactly("a");
    }

    /** It does not know any more what was edited, but the other partition knows whether that has come. */
    @Test
    @Tag("P8")
    void theDeadLetterStaysIfItsPartitionGoesOutBefore() {
        Delivery dead = deadLetter("a");
        fail(OTHER_PARTITION, OTHER_KEY);
        assertThat(bus.errorOf(resubmitting(dead))).isEqualTo(ErrorCode.PartitionUnavailable);
        reopen(OTHER_PARTITION);
        bus.syncs(false);
        CompletableFuture<Long> unheard = resubmitting(dead);
        bus.run();
        bus.store().sync(OTHER_PARTITION, 1);
        bus.store().failNextSync(PARTITION, Reason.IO, 1);
        bus.runtime.runUntilIdle();
        bus.syncs(true);
        assertThat(bus.errorOf(unheard)).isEqualTo(ErrorCode.OutcomeUnknown);
        reopen(PARTITION);
        assertThat(onlyOne(deadLetters())).isEqualTo(dead);
        assertThat(texts(path)).isEmpty();
        bus.get(resubmitting(dead));
        assertThat(texts(path)).containsExactly("a");
    }

    /** The other partition fails when it has it on disk, and before it answers. */
    @Test
    @Tag("N10")
    void aDurableOneForAVolatileDeadLetterComesOnce() {
        bus.send(destination, keyed("a").durable(false));
        bus.settle(bus.take(path), because("Bad"));
        Delivery dead = onlyOne(deadLetters());
        bus.syncs(false);
        CompletableFuture<Long> waiting = bus.namespace.resubmit(
                deadLetters(),
                dead.sequenceNumber(),
                mended(dead).toBuilder().durable(true).build());
        bus.runtime.runUntilIdle();
        bus.store().sync(OTHER_PARTITION, 1);
        bus.runtime.runUntilIdle();
        bus.store().sync(PARTITION, 1);
        bus.runtime.runUntilIdle();
        bus.store().failNextSync(OTHER_PARTITION, Reason.IO, 1);
        bus.store().sync(OTHER_PARTITION, 1);
        bus.runtime.runUntilIdle();
        assertThat(waiting).isNotDone();
        bus.syncs(true);
        reopen(OTHER_PARTITION);
        assertThat(bus.get(waiting) >>> 48).isEqualTo(OTHER_PARTITION);
        assertThat(texts(deadLetters())).isEmpty();
        assertThat(texts(path)).containsExactly("a");
    }

    @Test
    @Tag("Q3")
    void itIsRefusedAtOnceWhereTheDiskHasNoRoom() {
        Delivery dead = deadLetter("a");
        bus.store().setUsableBytes(1 << 20);
        bus.advance(Duration.ofSeconds(1));
        assertThat(bus.errorOf(resubmitting(dead))).isEqualTo(ErrorCode.QuotaExceeded);
        bus.store().setUsableBytes(Long.MAX_VALUE);
        bus.advance(Duration.ofSeconds(1));
        assertThat(onlyOne(deadLetters())).isEqualTo(dead);
        bus.get(resubmitting(dead));
        assertThat(texts(path)).containsExactly("a");
    }

    @Test
    @Tag("U1")
    void itIsNoDuplicateAndKnownThereFromNowOn() {
        if (!kind.isQueue()) {
            return;
        }
        EntityPath once = EntityPath.queue("once");
        bus.create(queue().name("once").duplicateDetectionWindow(Duration.ofHours(1)));
        bus.send(once, keyed("a").applicationMessageId("id"));
        bus.settle(bus.take(once), because("Bad"));
        bus.send(once, TestBus.text("seen").partitionKey(OTHER_KEY).applicationMessageId("id"));
        bus.advance(Duration.ofMinutes(50));
        Delivery dead = onlyOne(once.deadLetterQueue());
        bus.get(bus.namespace.resubmit(dead.entity(), dead.sequenceNumber(), mended(dead)));
        assertThat(texts(once)).containsExactly("seen", "a");
        bus = bus.crashed();
        bus.advance(Duration.ofMinutes(50));
        bus.send(once, TestBus.text("dropped").partitionKey(OTHER_KEY).applicationMessageId("id"));
        assertThat(texts(once)).containsExactly("seen", "a");
    }

    @Test
    @Tag("Q3")
    void whatThatPartitionHasNoRoomForStaysAsItWas() {
        if (!kind.isQueue()) {
            return;
        }
        EntityPath small = EntityPath.queue("small");
        bus.create(queue().name("small").maxSizeBytes(1 << 20));
        bus.send(small, keyed("y".repeat(200_000)));
        bus.settle(bus.take(small), because("Bad"));
        for (int i = 0; i < 5; i++) {
            bus.send(small, TestBus.text("x".repeat(200_000)).partitionKey(OTHER_KEY));
        }
        Delivery dead = onlyOne(small.deadLetterQueue());
        assertThat(bus.errorOf(bus.namespace.resubmit(dead.entity(), dead.sequenceNumber(), mended(dead))))
                .isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(onlyOne(small.deadLetterQueue())).isEqualTo(dead);
    }
}
