/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages that are sent once more: rules U1 to U6, and P3 where duplicates are detected. */
class DuplicateRulesTest {
    private static final int PARTITIONS = 4;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final EntityPath PLAIN = EntityPath.queue("plain");
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    private static final EntityPath NEWS = EntityPath.topic("news");
    private static final EntityPath READER = EntityPath.subscription("news", "reader");

    private TestBus bus;

    @BeforeEach
    void open() {
        open(TestBus.config(Profile.JMS));
    }

    private void open(NamespaceConfig config) {
        bus = TestBus.simulated(PARTITIONS, config);
        bus.create(QueueDescription.builder("plain").duplicateDetectionWindow(WINDOW));
        bus.create(QueueDescription.builder("spread").partitioned(true).duplicateDetectionWindow(WINDOW));
        bus.get(bus.namespace.createTopic(TopicDescription.builder("news")
                .partitioned(true)
                .duplicateDetectionWindow(WINDOW)
                .build()));
        bus.get(bus.namespace.createSubscription(
                SubscriptionDescription.builder("news", "reader").build()));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private static Message.Builder message(String id) {
        return TestBus.text(id).applicationMessageId(id);
    }

    private List<String> texts(EntityPath path) {
        return bus.get(bus.namespace.peek(path, 0, 250)).stream()
                .map(TestBus::textOf)
                .toList();
    }

    @Nested
    class ADuplicate {

        @Test
        @Tag("U1")
        void isAcceptedAndDroppedAndAnsweredWithTheNumberOfItsOriginal() {
            for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                long number = bus.send(queue, message("a"));
                assertThat(bus.send(queue, message("a").property("again", true)))
                        .isEqualTo(number);
                bus.send(queue, message("b"));
                assertThat(texts(queue)).containsExactlyInAnyOrder("a", "b");
            }
        }

        @Test
        @Tag("U1")
        void ofAMessageThatWasCompletedIsDroppedToo() {
            bus.send(PLAIN, message("a"));
            bus.settle(bus.take(PLAIN), Settlement.COMPLETE);
            bus.send(PLAIN, message("a"));
            assertThat(bus.receive(PLAIN)).isNull();
        }

        @Test
        @Tag("U1")
        void isDroppedBeforeTheTopicsSubscriptionsAlsoIfNoneTookTheOriginal() {
            bus.send(NEWS, message("a"));
            bus.send(NEWS, message("a"));
            assertThat(texts(READER)).containsExactly("a");
            bus.get(bus.namespace.deleteSubscription("news", "reader"));
            bus.send(NEWS, message("b"));
            bus.get(bus.namespace.createSubscription(
                    SubscriptionDescription.builder("news", "reader").build()));
            bus.send(NEWS, message("b"));
            assertThat(texts(READER)).isEmpty();
        }

        @Test
        @Tag("U1")
        void isRecognisedAfterARestartAKillAndAPowerCut() {
            for (EntityPath path : List.of(PLAIN, SPREAD, NEWS)) {
                bus.send(path, message("a"));
            }
            for (int i = 0; i < 3; i++) {
                bus = i == 0 ? bus.restarted() : i == 1 ? bus.killed() : bus.crashed();
                for (EntityPath path : List.of(PLAIN, SPREAD, NEWS)) {
                    bus.send(path, message("a"));
                }
            }
            for (EntityPath path : List.of(PLAIN, SPREAD, READER)) {
                assertThat(texts(path)).containsExactly("a");
            }
        }

        @Test
        @Tag("U1")
        void isAnsweredOnlyWhenTheOriginalIsDurable() {
            bus.send(PLAIN, message("first"));
            bus.syncs(false);
            CompletableFuture<Long> original =
                    bus.namespace.send(PLAIN, message("a").build());
            bus.run();
            CompletableFuture<Long> duplicate =
                    bus.namespace.send(PLAIN, message("a").build());
            bus.run();
            assertThat(original).isNotDone();
            assertThat(duplicate).isNotDone();
            bus.syncs(true);
            bus.run();
            assertThat(duplicate.join()).isEqualTo(original.join());
        }

        @Test
        @Tag("U1")
        @Tag("Q3")
        void isAcceptedByAFullQueue() {
            bus.create(QueueDescription.builder("small")
                    .maxSizeBytes(1 << 20)
                    .maxMessageBytes(1 << 20)
                    .duplicateDetectionWindow(WINDOW));
            EntityPath small = EntityPath.queue("small");
            byte[] large = new byte[700_000];
            long number = bus.send(small, message("a").body(BodyKind.BYTES, large));
            Message other = message("b").body(BodyKind.BYTES, large).build();
            assertThat(bus.errorOf(bus.namespace.send(small, other))).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(bus.send(small, message("a").body(BodyKind.BYTES, large)))
                    .isEqualTo(number);
        }

        @Test
        @Tag("U6")
        void isNoneWithoutAnIdOfTheApplication() {
            for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                bus.send(queue, TestBus.text("x").messageId("ID:made"));
                bus.send(queue, TestBus.text("x").messageId("ID:made"));
                assertThat(texts(queue)).hasSize(2);
            }
        }

        @Test
        @Tag("U1")
        void isNoneWhereNothingIsDetected() {
            bus.create(QueueDescription.builder("orders"));
            bus.send(TestBus.ORDERS, message("a"));
            bus.send(TestBus.ORDERS, message("a"));
            assertThat(texts(TestBus.ORDERS)).hasSize(2);
        }
    }

    @Nested
    class TheWindow {

        @Test
        @Tag("U2")
        void endsAndBeginsAgainWithTheNextMessage() {
            for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                bus.send(queue, message("a"));
            }
            bus.advance(WINDOW.minusMillis(1));
            for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                bus.send(queue, message("a"));
                assertThat(texts(queue)).hasSize(1);
            }
            bus.advance(Duration.ofMillis(1));
            for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                bus.send(queue, message("a"));
                bus.send(queue, message("a"));
                assertThat(texts(queue)).hasSize(2);
            }
            bus = bus.restarted();
            bus.advance(WINDOW.minusMillis(1));
            bus.send(PLAIN, message("a"));
            assertThat(texts(PLAIN)).hasSize(2);
        }

        @Test
        @Tag("U2")
        void canBeChanged() {
            bus.send(PLAIN, message("a"));
            var queue = bus.get(bus.namespace.queue("plain"));
            bus.get(bus.namespace.updateQueue(queue.toBuilder()
                    .duplicateDetectionWindow(WINDOW.multipliedBy(3))
                    .build()));
            bus.advance(WINDOW.multipliedBy(2));
            bus.send(PLAIN, message("a"));
            assertThat(texts(PLAIN)).hasSize(1);
            bus.get(bus.namespace.updateQueue(
                    queue.toBuilder().duplicateDetectionWindow(WINDOW).build()));
            bus.send(PLAIN, message("a"));
            assertThat(texts(PLAIN)).hasSize(2);
        }

        @Test
        @Tag("U2")
        void thatHasEndedLeavesNothingInMemoryNorInTheJournal() {
            open(new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, 64L << 20, 100_000));
            int rounds = 0;
            for (int i = 0; i < 2_000; i++) {
                // Each id takes room in the index, and 100,000 bytes hold a few hundred.
                bus.send(PLAIN, message("id" + i));
                bus.settle(bus.take(PLAIN), Settlement.COMPLETE);
                if (i % 100 == 99) {
                    bus.advance(WINDOW.multipliedBy(2));
                    rounds++;
                }
            }
            assertThat(rounds).isEqualTo(20);
            bus = bus.restarted();
            bus.send(PLAIN, message("id1"));
            assertThat(texts(PLAIN)).containsExactly("id1");
        }

        @Test
        @Tag("Q3")
        void thatHoldsMoreThanFitsTheMemoryRefusesWhatIsNew() {
            open(new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, 64L << 20, 20_000));
            long number = bus.send(PLAIN, message("id"));
            CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
            for (int i = 0; i < 200 && !last.isCompletedExceptionally(); i++) {
                last = bus.namespace.send(PLAIN, message("id" + i).build());
                bus.run();
                Delivery taken = bus.receive(PLAIN);
                if (taken != null) {
                    bus.settle(taken, Settlement.COMPLETE);
                }
            }
            assertThat(bus.failure(last).code()).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(bus.failure(last)).hasMessageContaining("duplicate detection");
            assertThat(bus.send(PLAIN, message("id"))).isEqualTo(number);
            bus.advance(WINDOW.multipliedBy(2));
            bus.send(PLAIN, message("new"));
        }
    }

    @Nested
    class Keys {

        @Test
        @Tag("U3")
        void arePartOfWhatIsComparedInAPartitionedEntityOnly() {
            for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                bus.send(queue, message("a").partitionKey("k1"));
                bus.send(queue, message("a").partitionKey("k2"));
                bus.send(queue, message("a"));
                bus.send(queue, message("a").sessionId("k1"));
            }
            assertThat(texts(PLAIN)).hasSize(1);
            assertThat(texts(SPREAD)).hasSize(3);
        }

        @Test
        @Tag("P3")
        void areMessageIdsOfMessagesWithoutOtherKey() {
            for (int i = 0; i < 20; i++) {
                Message.Builder message = message("id" + i);
                int partition = PartitionHash.partitionOf("id" + i, PARTITIONS);
                assertThat(bus.namespace.partitionOf(SPREAD, message.build())).isEqualTo(partition);
                assertThat(bus.namespace.partitionOf(
                                SPREAD, message.partitionKey("other").build()))
                        .isEqualTo(PartitionHash.partitionOf("other", PARTITIONS));
            }
            assertThat(bus.namespace.partitionOf(
                            SPREAD, TestBus.text("x").messageId("ID:made").build()))
                    .isNegative();
        }
    }

    @Nested
    class OtherRoads {

        @Test
        @Tag("U4")
        void scheduledMessagesTakePartWhenTheyAreSubmitted() {
            bus.send(PLAIN, message("a").deliveryDelayMs(30_000));
            bus.send(PLAIN, message("a"));
            assertThat(bus.receive(PLAIN)).isNull();
            bus.advance(Duration.ofSeconds(31));
            assertThat(bus.takeAll(PLAIN)).containsExactly("a");
            bus.send(PLAIN, message("a").deliveryDelayMs(10));
            bus.advance(Duration.ofSeconds(1));
            assertThat(bus.receive(PLAIN)).isNull();
        }

        @Test
        @Tag("U5")
        @Tag("Q3")
        void aSendThatWasRefusedLeavesNoTrace() {
            var queue = bus.get(bus.namespace.queue("plain"));
            bus.get(bus.namespace.updateQueue(
                    queue.toBuilder().maxSizeBytes(1 << 20).build()));
            for (int i = 0; i < 5; i++) {
                bus.send(PLAIN, message("filler" + i).body(BodyKind.BYTES, new byte[200_000]));
            }
            Message refused =
                    message("a").body(BodyKind.BYTES, new byte[200_000]).build();
            assertThat(bus.errorOf(bus.namespace.send(PLAIN, refused))).isEqualTo(ErrorCode.QuotaExceeded);
            bus.settle(bus.take(PLAIN), Settlement.COMPLETE);
            bus.get(bus.namespace.send(PLAIN, refused));
            assertThat(texts(PLAIN)).hasSize(5);
        }

        @Test
        @Tag("U5")
        void aSendThatACrashTookBackLeavesNoTrace() {
            bus.send(PLAIN, message("first"));
            bus.syncs(false);
            CompletableFuture<Long> lost =
                    bus.namespace.send(PLAIN, message("a").build());
            bus.run();
            bus = bus.crashed();
            assertThat(lost).isNotDone();
            bus.send(PLAIN, message("a"));
            assertThat(texts(PLAIN)).containsExactly("first", "a");
        }

        @Test
        @Tag("N10")
        void theIdOfANonPersistentMessageIsGoneWithIt() {
            bus.send(PLAIN, message("a").durable(false));
            bus.send(PLAIN, message("a").durable(false));
            assertThat(texts(PLAIN)).containsExactly("a");
            bus = bus.restarted();
            bus.send(PLAIN, message("a").durable(false));
            assertThat(texts(PLAIN)).containsExactly("a");
        }
    }

    @Nested
    class ADeletedEntity {

        @Test
        @Tag("U1")
        void takesItsIdsWithIt() {
            for (int i = 0; i < 700; i++) {
                bus.send(PLAIN, message("id" + i));
            }
            bus.get(bus.namespace.deleteQueue("plain"));
            bus.create(QueueDescription.builder("plain").duplicateDetectionWindow(WINDOW));
            bus.send(PLAIN, message("id1"));
            assertThat(texts(PLAIN)).containsExactly("id1");
            bus = bus.restarted();
            bus.send(PLAIN, message("id1"));
            bus.send(PLAIN, message("id2"));
            assertThat(texts(PLAIN)).containsExactly("id1", "id2");
        }
    }
}
