/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Received messages that a prepared part keeps locked. */
@Tag("X5")
class PreparedLocksTest extends PartsFixture {
    private static final Duration LONG = Duration.ofDays(3);

    private List<Delivery> received(long entity, int count) {
        for (int i = 0; i < count; i++) {
            send(entity, message("m" + i));
        }
        return receive(entity, count);
    }

    @Nested
    class Prepared {

        @ParameterizedTest
        @ValueSource(longs = {QUEUE, SPLIT})
        @Tag("X2")
        @Tag("L13")
        void haveNoEndAndSurviveWithTheirCount(long entity) {
            List<Delivery> received = received(entity, 2);
            UUID part = prepared(settles(Settlement.COMPLETE, received));
            assertAreLocked(entity);
            powerCut();
            assertAreLocked(entity);
            assertThat(peek(entity)).extracting(Delivery::deliveryCount).containsOnly(0);
            commit(part);
            assertThat(counters(entity).sizeBytes()).isZero();
        }

        private void assertAreLocked(long entity) {
            runtime.advance(LONG);
            assertThat(receive(entity, 5)).isEmpty();
            assertThat(counters(entity).locked()).isEqualTo(2);
            assertThat(counters(entity).active()).isZero();
        }

        @Test
        @Tag("L7")
        void areNobodysWhoReceivedThem() {
            List<Delivery> received = received(QUEUE, 1);
            UUID part = prepared(settles(Settlement.COMPLETE, received));
            LockToken token = received.get(0).requireLockToken();
            assertThat(failure(partition.settle(token, Settlement.ABANDON))).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(failure(partition.renew(token))).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(failure(partition.commit(settles(Settlement.COMPLETE, received), false)))
                    .isEqualTo(ErrorCode.MessageLockLost);
            commit(part);
        }

        @Test
        @Tag("T4")
        void mayBeCompletedAfterTheirExpiry() {
            send(QUEUE, builder("a").timeToLiveMs(1000).build());
            UUID part = prepared(settles(Settlement.COMPLETE, receive(QUEUE, 1)));
            runtime.advance(LONG);
            assertThat(counters(QUEUE).locked()).isEqualTo(1);
            commit(part);
            assertThat(counters(QUEUE).sizeBytes()).isZero();
        }

        @Test
        @Tag("N10")
        void thatAreVolatileGoWithTheProcess() {
            send(QUEUE, builder("a").durable(false).build());
            UUID part = prepared(settles(Settlement.COMPLETE, receive(QUEUE, 1)));
            powerCut();
            commit(part);
            assertThat(counters(QUEUE).sizeBytes()).isZero();
        }
    }

    @Nested
    class Refused {

        /** The transaction goes on with its locks, or abandons them itself. */
        @Test
        void leavesEveryLockAsItWas() {
            List<Delivery> received = received(QUEUE, 2);
            get(partition.settle(received.get(0).requireLockToken(), Settlement.ABANDON));
            CompletableFuture<Void> refused = partition.prepare(
                    new PreparedPart(new UUID(1, 1), 0, XID, List.of()), settles(Settlement.COMPLETE, received));
            assertThat(failure(refused)).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(get(partition.parts())).isEmpty();
            get(partition.settle(received.get(1).requireLockToken(), Settlement.COMPLETE));
            assertThat(texts(receive(QUEUE, 5))).containsExactly("m0");
        }

        @Test
        void ofAnIdThatIsHereChangesNothing() {
            UUID part = prepared(settles(Settlement.COMPLETE, received(QUEUE, 1)));
            CompletableFuture<Void> again =
                    partition.prepare(new PreparedPart(part, 0, XID, List.of()), sends(QUEUE, message("b")));
            assertThat(failure(again)).isEqualTo(ErrorCode.InvalidOperation);
            commit(part);
            assertThat(counters(QUEUE).sizeBytes()).isZero();
        }
    }

    @Nested
    @Tag("X1")
    class Committed {

        private UUID preparedAndRestarted(Settlement settlement) {
            UUID part = prepared(settles(settlement, received(QUEUE, 1)));
            powerCut();
            commit(part);
            powerCut();
            return part;
        }

        @Test
        @Tag("F1")
        void areDeferred() {
            preparedAndRestarted(new Settlement.Defer(Map.of("p", 1)));
            assertThat(counters(QUEUE).deferred()).isEqualTo(1);
            assertThat(peek(QUEUE).get(0).modifiedProperties()).containsEntry("p", 1);
        }

        @Test
        @Tag("D2")
        void areDeadLettered() {
            preparedAndRestarted(new Settlement.DeadLetter("why", null, Map.of("p", "v")));
            Delivery letter = receive(QUEUE, true, 1).get(0);
            assertThat(letter.deadLetterReason()).isEqualTo("why");
            assertThat(letter.deadLetterDescription()).isNull();
            assertThat(letter.modifiedProperties()).containsEntry("p", "v");
        }

        @Test
        @Tag("L6")
        void areAbandonedWithADelay() {
            preparedAndRestarted(new Settlement.Abandon(Map.of(), 60_000));
            assertThat(receive(QUEUE, 1)).isEmpty();
            runtime.advance(Duration.ofSeconds(61));
            assertThat(receive(QUEUE, 1)).extracting(Delivery::deliveryCount).containsExactly(1);
        }

        @Test
        @Tag("L10")
        void areReleasedUncounted() {
            preparedAndRestarted(Settlement.RELEASE);
            assertThat(receive(QUEUE, 1)).extracting(Delivery::deliveryCount).containsExactly(0);
        }

        @Test
        @Tag("F5")
        void thatWereReceivedByNumberAreGone() {
            Delivery received = received(QUEUE, 1).get(0);
            get(partition.settle(received.requireLockToken(), Settlement.DEFER));
            List<Delivery> deferred = get(partition.receiveDeferred(
                    QUEUE, false, List.of(received.sequenceNumber()), ReceiveMode.PEEK_LOCK, 0, null));
            UUID part = prepared(settles(Settlement.COMPLETE, deferred));
            powerCut();
            assertThat(counters(QUEUE).locked()).isEqualTo(1);
            commit(part);
            assertThat(counters(QUEUE).sizeBytes()).isZero();
        }
    }

    @Nested
    @Tag("L6")
    class RolledBack {

        @ParameterizedTest
        @ValueSource(longs = {QUEUE, SPLIT})
        @Tag("X1")
        void comeBackInOrderCountedOnce(long entity) {
            UUID part = prepared(settles(Settlement.COMPLETE, received(entity, 3)));
            send(entity, message("later"));
            powerCut();
            rollback(part);
            powerCut();
            List<Delivery> again = receive(entity, 9);
            assertThat(texts(again)).containsExactly("m0", "m1", "m2", "later");
            assertThat(again).extracting(Delivery::deliveryCount).containsExactly(1, 1, 1, 0);
        }

        @Test
        @Tag("L12")
        void goToTheDeadLetterQueueAtTheirLimit() {
            Partition.Entity once = new Partition.Entity(
                    new EntityDefinition(
                            QUEUE, 2, queue("q").maxDeliveryCount(1).build()),
                    entities.get(QUEUE).flags());
            entities.put(QUEUE, once);
            get(partition.define(once));
            UUID part = prepared(settles(Settlement.COMPLETE, received(QUEUE, 1)));
            powerCut();
            rollback(part);
            assertThat(receive(QUEUE, true, 1)).hasSize(1);
        }

        @Test
        @Tag("L10")
        void areCountedWhateverWasToBecomeOfThem() {
            UUID part = prepared(settles(Settlement.RELEASE, received(QUEUE, 1)));
            rollback(part);
            assertThat(receive(QUEUE, 1)).extracting(Delivery::deliveryCount).containsExactly(1);
        }

        /** Nobody sees a part of what a crash could take back as a whole. */
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        @Tag("X1")
        @Tag("N10")
        void comeBackWithTheRestAlsoIfTheyAreVolatile(boolean commit) {
            send(QUEUE, builder("volatile").durable(false).build());
            send(QUEUE, message("durable"));
            UUID part = prepared(settles(Settlement.ABANDON, receive(QUEUE, 2)));
            TestSubscriber waiting = subscriber(QUEUE, false, 2);
            partition.endPart(part, commit);
            runtime.runUntilIdle();
            assertThat(waiting.received).isEmpty();
            run();
            assertThat(texts(waiting.received)).containsExactly("volatile", "durable");
        }
    }
}
