/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Contents in the swap come into memory some at a time, in front of those who receive them. */
final class ReadAheadTest extends OnePartition {
    private static final int BODY_BYTES = 1000;
    private static final int BODY_MEMORY = 80_000;
    /** What may be read ahead: an eighth of the memory for bodies. */
    private static final int COPIES = BODY_MEMORY / 8;
    /** More than the memory holds, of the lowest priority. */
    private static final int IN_MEMORY = 100;
    /** So many, of the highest priority, go to the swap. */
    private static final int SWAPPED = 60;

    private final MemoryBudget budget = new MemoryBudget(BODY_MEMORY, Long.MAX_VALUE);

    @Override
    MemoryBudget budget() {
        return budget;
    }

    private static Message message(int number, int priority) {
        return message(number, priority, BODY_BYTES);
    }

    private static Message message(int number, int priority, int bytes) {
        ByteBuffer body = ByteBuffer.allocate(bytes).putInt(0, number);
        return Message.builder()
                .priority(priority)
                .body(BodyKind.BYTES, body.array())
                .build();
    }

    private static int numberOf(Delivery delivery) {
        ByteBuffer body = delivery.message().body();
        return body.getInt(body.position());
    }

    private void fillMemory() {
        for (int i = 0; i < IN_MEMORY; i++) {
            partition.send(ENTITY, message(-1, 0));
        }
        run();
    }

    /** What comes next in a queue lies in the swap. */
    private void fillSwap(long entityId) {
        for (int i = 0; i < SWAPPED; i++) {
            partition.send(entityId, message(i, 9));
        }
        // The last ones are too few to be written.
        for (int i = 0; i < SWAPPED; i++) {
            partition.send(entityId, message(SWAPPED + i, 8));
        }
        run();
    }

    private TestSubscriber subscriber(long entityId, EntityFlags of, @Nullable MessageFilter filter) {
        TestSubscriber subscriber = new TestSubscriber(of.queue().requests(), ReceiveMode.PEEK_LOCK, filter, 0);
        partition.subscribe(entityId, false, subscriber);
        run();
        return subscriber;
    }

    /** Asks for one message, on the thread of the test as far as that goes. */
    private void ask(long entityId, TestSubscriber subscriber) {
        subscriber.want(1);
        partition.fetch(entityId, false, subscriber, () -> {});
    }

    private Delivery take(TestSubscriber subscriber) {
        ask(ENTITY, subscriber);
        run();
        return subscriber.received.get(subscriber.received.size() - 1);
    }

    @Nested
    class Receivers {

        @Test
        void areServedWithoutTheDiskAfterTheFirst() {
            fillMemory();
            fillSwap(ENTITY);
            TestSubscriber subscriber = subscriber(ENTITY, flags, null);
            runtime.callFromApplication(true);
            ask(ENTITY, subscriber);
            // A thread that may wait reads for it, and for the next.
            assertThat(subscriber.received).isEmpty();
            run();
            store.failSwapReads(true);
            for (int i = 1; i < 4; i++) {
                assertThat(numberOf(subscriber.received.get(i - 1))).isEqualTo(i - 1);
                ask(ENTITY, subscriber);
                assertThat(subscriber.received).hasSize(i + 1);
            }
            assertThat(partition.health().state()).isEqualTo(State.SERVING);
        }

        @Test
        void getAllInOrder() {
            fillMemory();
            fillSwap(ENTITY);
            runtime.callFromApplication(true);
            TestSubscriber subscriber = subscriber(ENTITY, flags, null);
            for (int i = 0; i < 2 * SWAPPED; i++) {
                Delivery delivery = take(subscriber);
                assertThat(numberOf(delivery)).isEqualTo(i);
                noted("settled", partition.settle(delivery.requireLockToken(), Settlement.COMPLETE));
                run();
            }
            assertThat(answers).hasSize(2 * SWAPPED).containsOnly("settled");
        }

        /** Several requests are served together, until one needs the disk: then a thread that may wait goes on. */
        @Test
        void areServedTogetherAcrossWhatWasRead() {
            fillMemory();
            fillSwap(ENTITY);
            TestSubscriber subscriber = subscriber(ENTITY, flags, null);
            runtime.callFromApplication(true);
            take(subscriber);
            subscriber.want(20);
            partition.fetch(ENTITY, false, subscriber, () -> {});
            assertThat(subscriber.received).hasSizeBetween(2, 10);
            run();
            assertThat(subscriber.received.stream().map(ReadAheadTest::numberOf))
                    .startsWith(0, 1, 2)
                    .hasSize(21)
                    .isSorted();
        }

        @Test
        void getAgainWhatTheyGaveBack() {
            fillMemory();
            fillSwap(ENTITY);
            TestSubscriber subscriber = subscriber(ENTITY, flags, null);
            runtime.callFromApplication(true);
            LockToken token = take(subscriber).requireLockToken();
            partition.settle(token, Settlement.ABANDON);
            run();
            assertThat(numberOf(take(subscriber))).isZero();
        }

        @Test
        void withFiltersReadNothingAhead() {
            fillMemory();
            fillSwap(ENTITY);
            long before = budget.bodyBytes();
            TestSubscriber subscriber = subscriber(ENTITY, flags, new PropertyFilter("none", () -> {}));
            take(subscriberOfAll());
            assertThat(budget.bodyBytes()).isEqualTo(before);
            assertThat(subscriber.received).isEmpty();
        }

        private TestSubscriber subscriberOfAll() {
            return subscriber(ENTITY, flags, (message, redeliveries, changes) -> true);
        }
    }

    @Nested
    class Copies {

        @Test
        void takeAnEighthOfTheMemoryForBodiesAtMost() {
            fillMemory();
            fillSwap(ENTITY);
            long before = budget.bodyBytes();
            TestSubscriber subscriber = subscriber(ENTITY, flags, null);
            long most = 0;
            for (int i = 0; i < SWAPPED; i++) {
                take(subscriber);
                most = Math.max(most, budget.bodyBytes() - before);
            }
            assertThat(most).isBetween((long) BODY_BYTES, (long) COPIES);
        }

        @Test
        void stayForTheNextReceiver() {
            fillMemory();
            fillSwap(ENTITY);
            TestSubscriber first = subscriber(ENTITY, flags, null);
            take(first);
            partition.unsubscribe(ENTITY, false, first);
            run();
            store.failSwapReads(true);
            TestSubscriber second = subscriber(ENTITY, flags, null);
            runtime.callFromApplication(true);
            ask(ENTITY, second);
            assertThat(numberOf(second.received.get(0))).isEqualTo(1);
        }

        /** Who takes one and goes does not pay for hundreds. */
        @Test
        void areTwiceAsManyEachTimeAsLongAsTheyAreReceived() {
            fillMemory();
            for (int i = 0; i < 2 * SWAPPED; i++) {
                partition.send(ENTITY, message(i, 9, 50));
            }
            fillSwap(ENTITY);
            long before = budget.bodyBytes();
            TestSubscriber subscriber = subscriber(ENTITY, flags, null);
            take(subscriber);
            long one = (budget.bodyBytes() - before) / (ReadAhead.FIRST_MESSAGES - 1);
            assertThat(budget.bodyBytes() - before).isEqualTo(one * (ReadAhead.FIRST_MESSAGES - 1));
            for (int i = 0; i < ReadAhead.FIRST_MESSAGES; i++) {
                take(subscriber);
            }
            assertThat(budget.bodyBytes() - before).isEqualTo(one * (2 * ReadAhead.FIRST_MESSAGES - 1));
        }

        /** Receivers that stay and ask for no more do not end it for others. */
        @Test
        void ofTheFirstMakeRoomForOthers() {
            fillMemory();
            List<EntityFlags> all = new ArrayList<>();
            for (int i = 1; i <= 12; i++) {
                QueueDescription queue = QueueDescription.builder("q" + i).build();
                all.add(EntityFlags.forPartitions(1));
                partition.define(new Partition.Entity(new EntityDefinition(ENTITY + i, 1, queue), all.get(i - 1)));
                fillSwap(ENTITY + i);
            }
            long before = budget.bodyBytes();
            for (int i = 1; i <= 12; i++) {
                TestSubscriber subscriber = subscriber(ENTITY + i, all.get(i - 1), null);
                ask(ENTITY + i, subscriber);
                run();
                runtime.callFromApplication(true);
                ask(ENTITY + i, subscriber);
                ask(ENTITY + i, subscriber);
                runtime.callFromApplication(false);
                assertThat(subscriber.received).as("queue %s", i).hasSize(3);
                assertThat(budget.bodyBytes() - before).isLessThanOrEqualTo(COPIES);
            }
        }

        @Test
        void goWithTheirMessages() {
            fillMemory();
            readSomeOf(1, 4);
            dropAll(1, 4);
            // What comes later must not make room of what went before.
            readSomeOf(5, 8);
            dropAll(5, 8);
            dropAll(0, 0);
            assertThat(budget.bodyBytes()).isZero();
        }

        /** Queues that are received from in turn would read for each other in vain. */
        @Test
        void thatNobodyCameForAreFewAgainTheNextTime() {
            fillMemory();
            for (int i = 0; i < 2 * SWAPPED; i++) {
                partition.send(ENTITY, message(i, 9, 50));
            }
            fillSwap(ENTITY);
            TestSubscriber subscriber = subscriber(ENTITY, flags, null);
            for (int i = 0; i <= ReadAhead.FIRST_MESSAGES; i++) {
                take(subscriber);
            }
            readSomeOf(1, 4);
            take(subscriber);
            int before = subscriber.received.size();
            store.failSwapReads(true);
            runtime.callFromApplication(true);
            for (int i = 0; i < 2 * ReadAhead.FIRST_MESSAGES; i++) {
                ask(ENTITY, subscriber);
            }
            assertThat(subscriber.received).hasSize(before + ReadAhead.FIRST_MESSAGES - 1);
        }

        /** Of further queues, of four more than there is room for. */
        private void readSomeOf(int first, int last) {
            for (int i = first; i <= last; i++) {
                QueueDescription queue = QueueDescription.builder("q" + i).build();
                EntityFlags of = EntityFlags.forPartitions(1);
                partition.define(new Partition.Entity(new EntityDefinition(ENTITY + i, 1, queue), of));
                fillSwap(ENTITY + i);
                ask(ENTITY + i, subscriber(ENTITY + i, of, null));
                run();
            }
        }

        private void dropAll(int first, int last) {
            for (int i = first; i <= last; i++) {
                partition.drop(ENTITY + i);
            }
            run();
        }
    }

    @Nested
    class Closing {

        /** The last round serves a receiver, and cannot read what it wants. */
        @Test
        void isAnsweredWhenTheSwapCannotBeRead() {
            fillMemory();
            fillSwap(ENTITY);
            TestSubscriber subscriber = subscriber(ENTITY, flags, null);
            subscriber.want(IN_MEMORY + 2 * SWAPPED);
            partition.fetch(ENTITY, false, subscriber, () -> {});
            run();
            assertThat(subscriber.received).hasSize(IN_MEMORY + 2 * SWAPPED);
            partition.settle(subscriber.received.get(0).requireLockToken(), Settlement.ABANDON);
            runtime.runUntilIdle();
            subscriber.want(1);
            runtime.callFromApplication(true);
            // It can be received, by a thread that may read.
            store.sync();
            store.failSwapReads(true);
            CompletableFuture<Void> closed = partition.close();
            run();
            assertThat(closed).isDone();
        }
    }
}
