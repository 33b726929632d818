/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static io.peeklock.broker.namespace.TestBus.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.QueueActivity;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What is counted of what happens in queues and subscriptions, and statistics of many entities at a time.
 *
 * <p>One thread.
 */
final class ActivityTest {
    private static final Duration LOCK = Duration.ofSeconds(10);
    private static final Settlement DEAD = new Settlement.DeadLetter("why", null, Map.of());
    private static final EntityPath ALL = EntityPath.subscription("news", "all");

    private TestBus bus = TestBus.simulated(2, TestBus.config(Profile.JMS));

    @AfterEach
    void close() {
        bus.close();
    }

    private QueueActivity of(EntityPath path) {
        EntityStatistics all = bus.get(bus.namespace.statistics(path));
        return path.deadLetter()
                ? all.deadLetterQueue().activity()
                : all.queue().activity();
    }

    private QueueActivity orders() {
        return of(ORDERS);
    }

    private void create(int maxDeliveryCount) {
        bus.create(QueueDescription.builder("orders").lockDuration(LOCK).maxDeliveryCount(maxDeliveryCount));
    }

    @Nested
    class OfAQueue {
        @Test
        void nothingHasHappenedYet() {
            create(10);
            assertThat(orders()).isEqualTo(QueueActivity.NONE);
        }

        @Test
        void deliveriesAndWhatBecomesOfThem() {
            create(10);
            bus.send("a");
            bus.send("b");
            bus.settle(bus.take(), Settlement.COMPLETE);
            bus.settle(bus.take(), Settlement.ABANDON);
            bus.settle(bus.take(), Settlement.COMPLETE);
            assertThat(orders()).isEqualTo(new QueueActivity(2, 3, 1, 2, 1, 0, 0, 0));
        }

        @Test
        void whatIsRemovedAsItIsReceivedIsCompleted() {
            create(10);
            bus.send("a");
            bus.receive(ORDERS, ReceiverOptions.receiveAndDelete());
            assertThat(orders()).isEqualTo(new QueueActivity(1, 1, 0, 1, 0, 0, 0, 0));
        }

        @Test
        void whatIsReleasedOrPurgedIsNeitherCompletedNorAbandoned() {
            create(10);
            bus.send("a");
            bus.settle(bus.take(), Settlement.RELEASE);
            bus.get(bus.namespace.purgeMessages(ORDERS, MessageSelection.ALL).result());
            assertThat(orders()).isEqualTo(new QueueActivity(1, 1, 0, 0, 0, 0, 0, 0));
        }

        @Test
        void aLockThatRunsOutIsLostWhetherSomebodyListensOrNot() {
            create(10);
            bus.send("a");
            bus.take();
            bus.advance(LOCK.plusSeconds(1));
            assertThat(orders().locksLost()).isEqualTo(1);
            bus.take();
            assertThat(orders().redelivered()).isEqualTo(1);
        }

        @Test
        void deadLettersAreCountedWhateverTheyDiedOf() {
            create(1);
            bus.send("rejected");
            bus.settle(bus.take(), DEAD);
            bus.send("poison");
            bus.settle(bus.take(), Settlement.ABANDON);
            assertThat(orders()).isEqualTo(new QueueActivity(2, 2, 0, 0, 1, 2, 0, 0));
        }

        @Test
        void theDeadLetterQueueCountsForItself() {
            create(1);
            bus.send("a");
            bus.settle(bus.take(), DEAD);
            bus.settle(bus.take(ORDERS.deadLetterQueue()), Settlement.COMPLETE);
            assertThat(of(ORDERS.deadLetterQueue())).isEqualTo(new QueueActivity(0, 1, 0, 1, 0, 0, 0, 0));
            assertThat(orders().completed()).isZero();
        }

        @Test
        void aDeadLetterThatGoesBackComesInAgain() {
            create(1);
            bus.send("a");
            bus.settle(bus.take(), DEAD);
            bus.get(bus.namespace
                    .redriveMessages(ORDERS.deadLetterQueue(), MessageSelection.ALL)
                    .result());
            assertThat(orders().enqueued()).isEqualTo(2);
        }

        @Test
        void expiredOnesAreCountedDroppedOrDeadLettered() {
            bus.create(QueueDescription.builder("orders"));
            bus.send(ORDERS, TestBus.text("a").timeToLiveMs(1_000));
            bus.advance(Duration.ofSeconds(2));
            assertThat(orders()).isEqualTo(new QueueActivity(1, 0, 0, 0, 0, 0, 1, 0));
            bus.create(QueueDescription.builder("kept").deadLetterOnExpiry(true));
            EntityPath kept = EntityPath.queue("kept");
            bus.send(kept, TestBus.text("a").timeToLiveMs(1_000));
            bus.advance(Duration.ofSeconds(2));
            assertThat(of(kept)).isEqualTo(new QueueActivity(1, 0, 0, 0, 0, 1, 1, 0));
        }

        @Test
        void aFailedPartitionGoesOnCountingAndARestartBeginsAnew() {
            create(10);
            bus.send("a");
            bus.take();
            bus.store().failNextAppend(0, JournalException.Reason.IO);
            assertThat(bus.errorOf(
                            bus.namespace.send(ORDERS, TestBus.text("unlucky").build())))
                    .isEqualTo(ErrorCode.OutcomeUnknown);
            bus.get(bus.namespace.reopen(0));
            bus.settle(bus.take(), Settlement.COMPLETE);
            assertThat(orders().delivered()).isEqualTo(2);
            assertThat(orders().locksLost()).isEqualTo(1);
            assertThat(orders().completed()).isEqualTo(1);
            bus = bus.killed();
            assertThat(orders()).isEqualTo(QueueActivity.NONE);
        }

        @Test
        void alsoWhenItsFirstReopeningFails() {
            create(10);
            bus.send("a");
            bus.take();
            bus.store().failNextAppend(0, JournalException.Reason.IO);
            bus.failure(bus.namespace.send(ORDERS, TestBus.text("unlucky").build()));
            // The delivery that the failure has ended is to be written down.
            bus.store().failFirstAppend(0, JournalException.Reason.IO);
            assertThat(bus.get(bus.namespace.reopen(0)).state()).isEqualTo(PartitionHealth.State.FAILED);
            bus.get(bus.namespace.reopen(0));
            assertThat(orders().delivered()).isEqualTo(1);
            assertThat(orders().locksLost()).isEqualTo(1);
        }

        @Test
        void aQueueThatIsCreatedAgainBeginsAnew() {
            create(10);
            bus.send("a");
            bus.get(bus.namespace.deleteQueue("orders"));
            create(10);
            assertThat(orders()).isEqualTo(QueueActivity.NONE);
        }
    }

    @Nested
    class OfOthers {
        @Test
        void aTopicCountsPublishesAndItsSubscriptionsTheirCopies() {
            bus.get(bus.namespace.createTopic(TopicDescription.of("news")));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "all")));
            bus.send(EntityPath.topic("news"), TestBus.text("a"));
            bus.settle(bus.take(ALL), Settlement.COMPLETE);
            assertThat(of(EntityPath.topic("news"))).isEqualTo(new QueueActivity(1, 0, 0, 0, 0, 0, 0, 0));
            assertThat(of(ALL)).isEqualTo(new QueueActivity(1, 1, 0, 1, 0, 0, 0, 0));
        }

        @Test
        void aSessionThatIsLostCountsWithEachOfItsMessages() {
            bus.create(QueueDescription.builder("orders").sessionRequired(true).lockDuration(LOCK));
            bus.send(ORDERS, TestBus.text("a").sessionId("s"));
            bus.send(ORDERS, TestBus.text("b").sessionId("s"));
            try (var session = bus.get(bus.namespace.acceptSession(ORDERS, "s", SessionOptions.peekLock()))) {
                bus.get(session.receive());
                bus.advance(LOCK.plusSeconds(1));
                assertThat(orders().locksLost()).isEqualTo(2);
                assertThat(orders().delivered()).isEqualTo(1);
            }
        }
    }

    @Nested
    class OfEach {
        @Test
        void theOldestComeFirstAndTemporaryOnesNot() {
            bus.create(QueueDescription.builder("orders").partitioned(true));
            bus.create(QueueDescription.builder("volatile").temporary(true));
            bus.create(QueueDescription.builder("a"));
            bus.send(ORDERS, TestBus.text("m").partitionKey("key 0"));
            bus.send(ORDERS, TestBus.text("m").partitionKey("key 1"));
            Map<EntityPath, EntityStatistics> each = bus.get(bus.namespace.statisticsOfEach(10));
            assertThat(each.keySet()).containsExactly(ORDERS, EntityPath.queue("a"));
            assertThat(each.get(ORDERS)).isEqualTo(bus.get(bus.namespace.statistics(ORDERS)));
            assertThat(bus.get(bus.namespace.statisticsOfEach(1)).keySet()).containsExactly(ORDERS);
        }

        @Test
        void moreThanGoIntoOneCommandAreAllThere() {
            int count = Survey.ENTITIES_PER_COMMAND + 5;
            for (int i = 0; i < count; i++) {
                EntityPath path = bus.create(QueueDescription.builder("q" + i)).path();
                bus.send(path, TestBus.text("m"));
            }
            assertThat(bus.get(bus.namespace.statisticsOfEach(count)).values())
                    .hasSize(count)
                    .allMatch(each -> each.queue().active().messages() == 1);
        }

        @Test
        void aPartitionThatIsOutIsCountedAsSuch() {
            bus.create(QueueDescription.builder("orders").homePartition(1));
            bus.store().failNextAppend(1, JournalException.Reason.IO);
            bus.failure(bus.namespace.send(ORDERS, TestBus.text("fatal").build()));
            assertThat(bus.get(bus.namespace.statisticsOfEach(1)).get(ORDERS).unavailablePartitions())
                    .isEqualTo(1);
        }

        @Test
        void noneAtAllCannotBeAskedFor() {
            assertThat(bus.errorOf(bus.namespace.statisticsOfEach(0))).isEqualTo(ErrorCode.InvalidOperation);
        }
    }
}
