/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.selector.Selector;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An administrator moves messages to another entity, which lies in the same partition or not. */
@ParameterizedClass(name = "{0}")
@EnumSource
class MoveTest extends BulkFixture {
    private static final EntityPath FAR = EntityPath.queue("far");
    private static final int FAR_PARTITION = 2;

    MoveTest(Kind kind) {
        super(kind);
    }

    @BeforeEach
    void createFar() {
        bus.create(far());
    }

    private static QueueDescription.Builder far() {
        return QueueDescription.builder("far").homePartition(FAR_PARTITION);
    }

    private BulkOperation moving(EntityPath from, EntityPath to, MessageSelection selection) {
        return bus.namespace.moveMessages(from, to, selection, DeadLetterProperties.KEEP);
    }

    private BulkProgress move(EntityPath from, EntityPath to, MessageSelection selection) {
        return bus.get(moving(from, to, selection).result());
    }

    @Nested
    class AMessage {
        @Test
        @Tag("N2")
        @Tag("L11")
        void isAnotherInTheDestination() {
            bus.send(destination, keyed("a").property("n", 1));
            bus.settle(bus.take(path), new Settlement.Abandon(Map.of("seen", 1), 0));
            Delivery before = onlyOne(path);
            bus.advance(Duration.ofSeconds(5));
            assertThat(move(path, FAR, MessageSelection.ALL)).isEqualTo(done(1));
            assertThat(texts(path)).isEmpty();
            Delivery there = bus.take(FAR);
            assertThat(TestBus.textOf(there)).isEqualTo("a");
            assertThat(there.message().properties()).isEqualTo(Map.of("n", 1, "seen", 1));
            assertThat(there.message().partitionKey()).isEqualTo("k");
            assertThat(there.enqueuedSequenceNumber()).isEqualTo(before.enqueuedSequenceNumber());
            assertThat(there.enqueuedTimeMs()).isEqualTo(bus.runtime.clock().wallTimeMs());
            assertThat(there.deliveryCount()).isZero();
        }

        @Test
        @Tag("D4")
        void saysThatItWasADeadLetter() {
            dead("a");
            assertThat(move(deadLetters(), FAR, MessageSelection.ALL)).isEqualTo(done(1));
            Map<String, Object> properties = onlyOne(FAR).message().properties();
            assertThat(properties)
                    .isEqualTo(Map.of(
                            "DeadLetterReason", "Bad",
                            "DeadLetterErrorDescription", "it was so",
                            "DeadLetterSource", path.toString()));
        }

        /** Into the one subscription too, whatever its rules say. */
        @Test
        @Tag("D4")
        void goesBackWhereItCameFromAsIfItHadNeverBeenOne() {
            if (!kind.isQueue()) {
                bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "other")));
            }
            dead("a", "b");
            move(deadLetters(), FAR, MessageSelection.ALL);
            bus.send(FAR, keyed("other"));
            if (!kind.isQueue()) {
                purge(EntityPath.subscription("news", "other"), MessageSelection.ALL);
                bus.get(bus.namespace.deleteRule("news", "all", "$Default"));
            }
            MessageSelection ours = MessageSelection.ALL.matching(Selector.parse("DeadLetterSource = '" + path + "'"));
            BulkOperation back = bus.namespace.moveMessages(FAR, path, ours, DeadLetterProperties.CLEAR);
            assertThat(bus.get(back.result())).isEqualTo(done(2));
            assertThat(texts(FAR)).containsExactly("other");
            Delivery again = bus.take(path);
            assertThat(TestBus.textOf(again)).isEqualTo("a");
            assertThat(again.message().properties()).isEmpty();
            assertThat(TestBus.textOf(bus.take(path))).isEqualTo("b");
            if (!kind.isQueue()) {
                assertThat(texts(EntityPath.subscription("news", "other"))).isEmpty();
            }
        }

        /** Whenever the power goes. */
        @Test
        @Tag("W1")
        void goesToAllSubscriptionsOfATopicOrToNone() {
            bus.get(bus.namespace.createTopic(TopicDescription.builder("other").build()));
            for (String name : List.of("x", "y")) {
                bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("other", name)));
            }
            dead("a");
            for (int syncs = 0; texts(deadLetters()).size() == 1; syncs++) {
                assertThat(syncs).isLessThan(20);
                bus.syncs(false);
                moving(deadLetters(), EntityPath.topic("other"), MessageSelection.ALL);
                bus.run();
                syncOneByOne(syncs);
                bus = bus.crashed();
                bus.run();
                assertThat(texts(EntityPath.subscription("other", "x")))
                        .isEqualTo(texts(EntityPath.subscription("other", "y")))
                        .hasSize(1 - texts(deadLetters()).size());
            }
        }
    }

    @Nested
    class Many {
        @Test
        void goInTheirOrder() {
            for (int i = 0; i < 250; i++) {
                bus.namespace.send(destination, keyed("m" + i).build());
            }
            assertThat(move(path, FAR, MessageSelection.ALL)).isEqualTo(done(250));
            List<String> there = texts(FAR);
            assertThat(there.get(0)).isEqualTo("m0");
            assertThat(there.get(249)).isEqualTo("m249");
            assertThat(counters().sizeBytes()).isZero();
        }

        @Test
        void areLeftIfTheyAreLockedOrSetAsideAndNotNamed() {
            send("locked");
            bus.take(path);
            send("deferred");
            bus.settle(bus.take(path), Settlement.DEFER);
            send("active");
            assertThat(move(path, FAR, MessageSelection.ALL)).isEqualTo(new BulkProgress(1, 1, 1, 0, null, 0));
            assertThat(move(path, FAR, MessageSelection.ALL.inState(MessageState.DEFERRED)))
                    .isEqualTo(new BulkProgress(1, 1, 0, 0, null, 0));
            assertThat(texts(FAR)).containsExactly("active", "deferred");
        }

        @Test
        @Tag("Q1")
        void stayWhereTheyAreIfTheDestinationDoesNotTakeThem() {
            bus.get(bus.namespace.updateQueue(far().maxMessageBytes(2000).build()));
            send("x".repeat(3000));
            send("small");
            BulkProgress progress = move(path, FAR, MessageSelection.ALL);
            assertThat(progress.done()).isEqualTo(1);
            assertThat(progress.refused()).isEqualTo(1);
            assertThat(progress.refusal().orElseThrow()).contains("2000");
            assertThat(onlyOne(path).state()).isEqualTo(MessageState.ACTIVE);
            assertThat(texts(FAR)).containsExactly("small");
        }

        /** Wherever the power goes, each is in one place. */
        @Test
        @Tag("W1")
        void areInOnePlaceAfterAPowerCutInTheMiddle() {
            int count = 240;
            for (int i = 0; i < count; i++) {
                bus.namespace.send(destination, keyed("m" + i).build());
            }
            bus.run();
            for (int syncs = 1; syncs < 6; syncs++) {
                bus.syncs(false);
                moving(path, FAR, MessageSelection.ALL.atMost(40));
                bus.run();
                syncOneByOne(syncs);
                bus = bus.crashed();
                bus.run();
                assertThat(counters().locked()).isZero();
            }
            move(path, FAR, MessageSelection.ALL);
            Set<String> once = new HashSet<>();
            List<String> all = bus.takeAll(FAR);
            assertThat(all).hasSize(count).allMatch(once::add);
        }

        @Test
        @Tag("P8")
        void waitForAPartitionThatIsOut() {
            send("a");
            bus.store().failNextAppend(FAR_PARTITION, Reason.IO);
            bus.failure(bus.namespace.send(FAR, TestBus.text("x").build()));
            assertThat(bus.namespace.health().get(FAR_PARTITION).state()).isEqualTo(PartitionHealth.State.FAILED);
            BulkOperation move = moving(path, FAR, MessageSelection.ALL);
            bus.advance(Duration.ofHours(1));
            assertThat(move.result()).isNotDone();
            assertThat(onlyOne(path).state()).isEqualTo(MessageState.LOCKED);
            assertThat(bus.receive(path)).isNull();
            bus.get(bus.namespace.reopen(FAR_PARTITION));
            bus.advance(Duration.ofMinutes(1));
            assertThat(bus.get(move.result())).isEqualTo(done(1));
            assertThat(texts(FAR)).containsExactly("a");
            assertThat(texts(path)).isEmpty();
        }
    }

    /** Where the destination has seen its id: in the partition of the source, in another, and in one partition of several. */
    @Nested
    @Tag("U1")
    class ADuplicate {
        private static final EntityPath ONCE = EntityPath.queue("once");

        private QueueDescription.Builder once(int home) {
            return QueueDescription.builder("once")
                    .homePartition(home)
                    .duplicateDetectionWindow(Duration.ofMinutes(10));
        }

        private List<QueueDescription.Builder> eachOnce() {
            return List.of(once(0), once(1), once(FAR_PARTITION), once(0).partitioned(true));
        }

        private long sendOnce() {
            return bus.send(ONCE, keyed("again").applicationMessageId("id"));
        }

        /** A restart takes the volatile one, but not what is known of the other. */
        @Test
        @Tag("N10")
        void doesNotTakeTheIdFromADurableOneIfItIsVolatile() {
            for (QueueDescription.Builder once : eachOnce()) {
                bus.create(once);
                sendOnce();
                bus.send(destination, keyed("a").applicationMessageId("id").durable(false));
                assertThat(move(path, ONCE, MessageSelection.ALL)).isEqualTo(done(1));
                assertThat(texts(ONCE)).containsExactly("again", "a");
                bus = bus.crashed();
                sendOnce();
                assertThat(texts(ONCE)).containsExactly("again");
                bus.advance(Duration.ofMinutes(10));
                sendOnce();
                assertThat(texts(ONCE)).containsExactly("again", "again");
                bus.get(bus.namespace.deleteQueue("once"));
            }
        }

        @Test
        void isNoneWhereAnAdministratorBringsIt() {
            for (QueueDescription.Builder once : eachOnce()) {
                bus.create(once);
                sendOnce();
                for (String text : List.of("a", "b")) {
                    bus.send(destination, keyed(text).applicationMessageId("id"));
                }
                assertThat(move(path, ONCE, MessageSelection.ALL)).isEqualTo(done(2));
                assertThat(texts(path)).isEmpty();
                bus = bus.crashed();
                assertThat(texts(ONCE)).containsExactly("again", "a", "b");
                bus.get(bus.namespace.deleteQueue("once"));
            }
        }

        @Test
        void isNoneWhereItCameFrom() {
            for (QueueDescription.Builder once : eachOnce()) {
                bus.create(once);
                sendOnce();
                move(ONCE, path, MessageSelection.ALL);
                assertThat(bus.get(bus.namespace
                                .moveMessages(path, ONCE, MessageSelection.ALL, DeadLetterProperties.CLEAR)
                                .result()))
                        .isEqualTo(done(1));
                assertThat(texts(ONCE)).containsExactly("again");
                bus.get(bus.namespace.deleteQueue("once"));
            }
        }

        @Test
        @Tag("U2")
        void isKnownFromNowOn() {
            for (QueueDescription.Builder once : eachOnce()) {
                bus.create(once);
                sendOnce();
                bus.advance(Duration.ofMinutes(8));
                bus.send(destination, keyed("a").applicationMessageId("id"));
                move(path, ONCE, MessageSelection.ALL);
                bus.advance(Duration.ofMinutes(8));
                bus = bus.crashed();
                sendOnce();
                assertThat(texts(ONCE)).containsExactly("again", "a");
                bus.advance(Duration.ofMinutes(3));
                sendOnce();
                assertThat(texts(ONCE)).containsExactly("again", "a", "again");
                bus.get(bus.namespace.deleteQueue("once"));
            }
        }
    }

    /** Each partition's waiting batches become durable one after the other, so often. */
    private void syncOneByOne(int times) {
        for (int i = 0; i < times; i++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                bus.store().sync(partition, 1);
            }
            bus.runtime.runUntilIdle();
        }
    }

    @Test
    void isRefusedWhereItMakesNoSense() {
        EntityPath topic = EntityPath.topic("other");
        bus.get(bus.namespace.createTopic(TopicDescription.builder("other").build()));
        for (EntityPath wrong : List.of(FAR.deadLetterQueue(), EntityPath.subscription("other", "s"), path)) {
            assertThat(bus.errorOf(moving(path, wrong, MessageSelection.ALL).result()))
                    .isIn(ErrorCode.InvalidOperation, ErrorCode.EntityNotFound);
        }
        assertThat(bus.errorOf(moving(topic, FAR, MessageSelection.ALL).result()))
                .isEqualTo(ErrorCode.InvalidOperation);
        assertThat(bus.errorOf(moving(path, EntityPath.queue("nowhere"), MessageSelection.ALL)
                        .result()))
                .isEqualTo(ErrorCode.EntityNotFound);
        bus.create(QueueDescription.builder("$temporary/x").temporary(true));
        assertThat(bus.errorOf(moving(path, EntityPath.queue("$temporary/x"), MessageSelection.ALL)
                        .result()))
                .isEqualTo(ErrorCode.InvalidOperation);
        assertThat(bus.errorOf(moving(EntityPath.queue("$temporary/x"), FAR, MessageSelection.ALL)
                        .result()))
                .isEqualTo(ErrorCode.InvalidOperation);
        bus.create(QueueDescription.builder("trips").sessionRequired(true));
        assertThat(bus.errorOf(moving(EntityPath.queue("trips"), FAR, MessageSelection.ALL)
                        .result()))
                .isEqualTo(ErrorCode.InvalidOperation);
        bus.get(bus.namespace.updateQueue(
                far().status(EntityStatus.SEND_DISABLED).build()));
        assertThat(bus.errorOf(moving(path, FAR, MessageSelection.ALL).result()))
                .isEqualTo(ErrorCode.EntityDisabled);
    }
}
