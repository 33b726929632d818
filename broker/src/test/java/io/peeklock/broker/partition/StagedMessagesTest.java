/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.message.Origin;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that a prepared part will send. */
@Tag("X5")
class StagedMessagesTest extends PartsFixture {
    /** Five fill a queue of a megabyte. */
    private static final Message LARGE = message("x".repeat(200_000));

    @Nested
    class Prepared {

        @ParameterizedTest
        @ValueSource(longs = {QUEUE, SPLIT})
        void areInvisibleAlsoAfterARestart(long entity) {
            UUID part = prepared(sends(entity, message("a"), message("b")));
            assertNothingIsSeen(entity);
            powerCut();
            assertNothingIsSeen(entity);
            commit(part);
            assertThat(texts(receive(entity, 5))).containsExactly("a", "b");
        }

        private void assertNothingIsSeen(long entity) {
            assertThat(receive(entity, 5)).isEmpty();
            assertThat(peek(entity)).isEmpty();
            assertThat(counters(entity).active()).isZero();
            EntityStatistics statistics = get(partition.measure(entity));
            assertThat(statistics.queue().total().messages()).isZero();
            assertThat(statistics.sessionStateBytes()).isZero();
            assertThat(statistics.preparedBytes())
                    .isPositive()
                    .isEqualTo(statistics.sizeBytes())
                    .isEqualTo(counters(entity).sizeBytes());
            assertThat(get(partition.measure()).messages()).isZero();
        }

        /** What is large is in records of its own. */
        @Test
        void surviveAsWholesIfTheyAreLarge() {
            String large = "x".repeat(200_000);
            UUID part = prepared(sends(QUEUE, message(large)));
            powerCut();
            commit(part);
            powerCut();
            assertThat(texts(receive(QUEUE, 1))).containsExactly(large);
        }

        @Test
        @Tag("X6")
        void haveTheirRoomReserved() {
            define(queue("q").maxSizeBytes(1 << 20).build(), 2);
            UUID part = prepared(sends(QUEUE, LARGE, LARGE, LARGE, LARGE, LARGE));
            assertThat(failure(partition.send(QUEUE, LARGE))).isEqualTo(ErrorCode.QuotaExceeded);
            powerCut();
            assertThat(failure(partition.send(QUEUE, LARGE))).isEqualTo(ErrorCode.QuotaExceeded);
            commit(part);
            assertThat(receive(QUEUE, 9)).hasSize(5);
        }

        @Test
        @Tag("X6")
        void areRefusedBeforeWhereThereIsNoRoomOrNobodyMaySend() {
            define(queue("q").status(EntityStatus.SEND_DISABLED).build(), 2);
            CompletableFuture<Void> refused =
                    partition.prepare(new PreparedPart(new UUID(1, 1), 0, XID, List.of()), sends(QUEUE, message("a")));
            assertThat(failure(refused)).isEqualTo(ErrorCode.EntityDisabled);
            assertThat(get(partition.parts())).isEmpty();
            assertThat(counters(QUEUE).sizeBytes()).isZero();
        }
    }

    private void define(QueueDescription queue, int version) {
        Partition.Entity changed = new Partition.Entity(
                new EntityDefinition(QUEUE, version, queue), entities.get(QUEUE).flags());
        entities.put(QUEUE, changed);
        get(partition.define(changed));
    }

    @Nested
    class Committed {

        @ParameterizedTest
        @ValueSource(longs = {QUEUE, SPLIT})
        @Tag("X6")
        @Tag("N1")
        @Tag("N2")
        void haveTheirPlacesFromTheCommit(long entity) {
            UUID part = prepared(sends(entity, message("staged")));
            send(entity, message("sent"));
            commit(part);
            powerCut();
            List<Delivery> received = receive(entity, 5);
            assertThat(texts(received)).containsExactly("sent", "staged");
            Delivery staged = received.get(1);
            assertThat(staged.sequenceNumber()).isGreaterThan(received.get(0).sequenceNumber());
            assertThat(staged.enqueuedSequenceNumber()).isEqualTo(staged.sequenceNumber());
            assertThat(send(entity, message("later"))).isGreaterThan(staged.sequenceNumber());
        }

        /** The commit must not fail any more. */
        @Test
        @Tag("X6")
        void goInWhateverHasBecomeOfTheirEntity() {
            UUID part = prepared(sends(QUEUE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE));
            define(
                    queue("q")
                            .status(EntityStatus.SEND_DISABLED)
                            .maxSizeBytes(1 << 20)
                            .build(),
                    2);
            commit(part);
            assertThat(receive(QUEUE, 9)).hasSize(6);
        }

        @Test
        @Tag("T1")
        void liveFromTheCommitWhereTheClientSaysNothing() {
            UUID part = prepared(sends(QUEUE, builder("a").timeToLiveMs(10_000).build()));
            runtime.advance(Duration.ofMinutes(1));
            powerCut();
            commit(part);
            runtime.advance(Duration.ofSeconds(9));
            assertThat(peek(QUEUE)).hasSize(1);
            runtime.advance(Duration.ofSeconds(2));
            assertThat(receive(QUEUE, 1)).isEmpty();
        }

        @Test
        @Tag("T1")
        void liveFromTheClientsSendAsAnySendDoes() {
            long sentMs = runtime.clock().wallTimeMs();
            UUID part = prepared(sends(
                    QUEUE,
                    builder("a").timeToLiveMs(10_000).creationTimeMs(sentMs).build()));
            runtime.advance(Duration.ofMinutes(1));
            commit(part);
            assertThat(receive(QUEUE, 1)).isEmpty();
        }

        @Test
        @Tag("N10")
        void comeTogetherIfSomeAreVolatile() {
            UUID part = prepared(sends(QUEUE, builder("volatile").durable(false).build(), message("durable")));
            commit(part);
            assertThat(texts(receive(QUEUE, 5))).containsExactlyInAnyOrder("volatile", "durable");
        }

        @Test
        @Tag("N10")
        void losesOnlyWhatIsVolatileWhenTheProcessEnds() {
            UUID part = prepared(sends(QUEUE, builder("volatile").durable(false).build(), message("durable")));
            powerCut();
            assertThat(get(partition.parts())).extracting(PartInfo::sends).containsExactly(1);
            commit(part);
            assertThat(texts(receive(QUEUE, 5))).containsExactly("durable");
        }

        @Test
        void areOnDiskBeforeAnybodyGetsThem() {
            UUID part = prepared(sends(QUEUE, builder("volatile").durable(false).build(), message("durable")));
            TestSubscriber waiting = subscriber(QUEUE, false, 2);
            CompletableFuture<Boolean> committed = partition.endPart(part, true);
            runtime.runUntilIdle();
            assertThat(waiting.received).isEmpty();
            assertThat(committed).isNotDone();
            run();
            assertThat(waiting.received).hasSize(2);
        }
    }

    @Nested
    class ToATopic {

        @Test
        @Tag("N2")
        void goToThoseWhoWantThemWhenTheyArePrepared() {
            UUID part = prepared(sends(TOPIC, message("a")));
            powerCut();
            assertThat(List.of(counters(FIRST).active(), counters(SECOND).active()))
                    .containsExactly(0L, 0L);
            commit(part);
            powerCut();
            Delivery first = receive(FIRST, 5).get(0);
            Delivery second = receive(SECOND, 5).get(0);
            assertThat(texts(List.of(first, second))).containsExactly("a", "a");
            assertThat(first.enqueuedSequenceNumber()).isEqualTo(second.enqueuedSequenceNumber());
        }

        /** A load that finds no record of the topic thinks that it was lost, and leaves a gap of millions. */
        @Test
        @Tag("N1")
        void areNumberedAsIfNothingWasLost() {
            UUID part = prepared(sends(TOPIC, message("a")));
            powerCut();
            commit(part);
            assertThat(receive(FIRST, 1).get(0).enqueuedSequenceNumber()).isLessThan(3L * Fragment.NUMBER_BLOCK);
        }

        @Test
        @Tag("W4")
        void losesTheCopyOfASubscriptionThatIsDeleted() {
            UUID part = prepared(sends(TOPIC, message("a")));
            entities.remove(FIRST);
            get(partition.drop(FIRST));
            powerCut();
            commit(part);
            assertThat(receive(SECOND, 5)).hasSize(1);
        }

        @Test
        @Tag("T8")
        void waitInItUnderTheBusRules() {
            close();
            profile = Profile.AZURE;
            start();
            UUID part =
                    prepared(sends(TOPIC, builder("a").deliveryDelayMs(60_000).build()));
            powerCut();
            commit(part);
            assertThat(peek(FIRST)).isEmpty();
            runtime.advance(Duration.ofSeconds(61));
            assertThat(receive(FIRST, 1)).hasSize(1);
        }

        @Test
        @Tag("R4")
        void areStillNotForTheirOwnConnectionWhenTheirTimeComes() {
            close();
            profile = Profile.AZURE;
            SubscriptionFilter noLocal = new SubscriptionFilter(null, "me", null);
            define(SubscriptionDescription.builder("news", "first")
                    .filter(noLocal)
                    .build());
            start();
            UUID part = prepared(sends(
                    TOPIC,
                    builder("a")
                            .deliveryDelayMs(60_000)
                            .origin(new Origin("me", null))
                            .build()));
            powerCut();
            commit(part);
            powerCut();
            runtime.advance(Duration.ofSeconds(61));
            assertThat(receive(SECOND, 1)).hasSize(1);
            assertThat(receive(FIRST, 1)).isEmpty();
        }

        private void define(SubscriptionDescription subscription) {
            EntityDefinition topic = entities.get(TOPIC).definition();
            Partition.Entity changed = new Partition.Entity(
                    new EntityDefinition(FIRST, 2, subscription, topic),
                    entities.get(FIRST).flags());
            entities.put(FIRST, changed);
        }
    }

    @Nested
    class RolledBack {

        @ParameterizedTest
        @ValueSource(longs = {QUEUE, SPLIT, TOPIC})
        void haveNeverBeenThere(long entity) {
            UUID part = prepared(sends(entity, message("a"), message("x".repeat(200_000))));
            powerCut();
            rollback(part);
            assertThat(counters(entity == TOPIC ? FIRST : entity).sizeBytes()).isZero();
            powerCut();
            assertThat(get(partition.parts())).isEmpty();
            assertThat(receive(entity == TOPIC ? FIRST : entity, 1)).isEmpty();
        }
    }
}
