/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Temporary entities live in memory alone: rules W6 and N10. */
@Tag("W6")
class TemporaryEntityTest extends TopicFixture {
    private static final EntityPath ANSWERS = EntityPath.queue("temporary/answers");

    private void answers() {
        bus.create(QueueDescription.builder(ANSWERS.name()).temporary(true));
    }

    private EntityPath plain(String name) {
        return subscribe(SubscriptionDescription.builder("news", name).temporary(true));
    }

    private void failAndReopen() {
        bus.get(bus.namespace.resolve(TestBus.ORDERS, true));
        bus.store().failNextAppend(0, Reason.IO);
        assertThat(bus.errorOf(
                        bus.namespace.send(TestBus.ORDERS, TestBus.text("m").build())))
                .isEqualTo(ErrorCode.OutcomeUnknown);
        bus.get(bus.namespace.reopen(0));
    }

    @Nested
    class Queues {

        @Test
        void neverTouchTheDisk() {
            bus.syncs(false);
            answers();
            bus.send(ANSWERS, TestBus.text("persistent"));
            Delivery delivery = bus.take(ANSWERS);
            bus.settle(delivery, new Settlement.DeadLetter("why", null, Map.of()));
            bus.settle(bus.take(ANSWERS.deadLetterQueue()), Settlement.COMPLETE);
            bus.send(ANSWERS, TestBus.text("left"));
            bus.get(bus.namespace.deleteQueue(ANSWERS.name()));
            assertThat(bus.store().waiting(JournalStore.DEFINITIONS)).isZero();
            assertThat(bus.store().exists(0)).isFalse();
            bus.syncs(true);
        }

        @Test
        @Tag("D1")
        void takeTheirDeadLettersWithThem() {
            answers();
            bus.send(ANSWERS, TestBus.text("dead"));
            bus.settle(bus.take(ANSWERS), new Settlement.DeadLetter("why", null, Map.of()));
            EntityPath deadLetters = ANSWERS.deadLetterQueue();
            assertThat(bus.get(bus.namespace.peek(deadLetters, 0, 9))).hasSize(1);
            bus.get(bus.namespace.deleteQueue(ANSWERS.name()));
            assertThat(bus.errorOf(bus.namespace.peek(deadLetters, 0, 9))).isEqualTo(ErrorCode.EntityNotFound);
            answers();
            assertThat(bus.get(bus.namespace.peek(deadLetters, 0, 9))).isEmpty();
        }

        @Test
        void areGoneWithTheNamespace() {
            answers();
            bus.send(ANSWERS, TestBus.text("m"));
            bus = bus.restarted();
            assertThat(bus.errorOf(bus.namespace.resolve(ANSWERS, false))).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.namespace.health())
                    .allMatch(health -> health.findings().isEmpty());
        }

        @Test
        void surviveTheirPartitionWithoutTheirMessages() {
            answers();
            bus.send(ANSWERS, TestBus.text("lost"));
            Receiver receiver = bus.namespace.openReceiver(ANSWERS, ReceiverOptions.peekLock());
            bus.get(receiver.receive());
            failAndReopen();
            CompletableFuture<Delivery> waiting = receiver.receive();
            bus.send(ANSWERS, TestBus.text("next"));
            assertThat(TestBus.textOf(bus.get(waiting))).isEqualTo("next");
        }

        /** What was told of one message must not be taken for another. */
        @Test
        @Tag("N1")
        void giveNoNumberTwiceWhenTheirPartitionComesBack() {
            answers();
            bus.send(ANSWERS, TestBus.text("a"));
            long last = bus.send(ANSWERS, TestBus.text("b"));
            failAndReopen();
            failAndReopen();
            assertThat(bus.send(ANSWERS, TestBus.text("c"))).isGreaterThan(last);
        }

        @Test
        void areDeletedUnderTheirReceivers() {
            answers();
            CompletableFuture<Delivery> waiting = bus.namespace
                    .openReceiver(ANSWERS, ReceiverOptions.peekLock())
                    .receive();
            bus.get(bus.namespace.deleteQueue(ANSWERS.name()));
            assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.send(ANSWERS, TestBus.text("m").build())))
                    .isEqualTo(ErrorCode.EntityNotFound);
        }

        @Test
        void takePersistentMessagesInTransactionsWithOthers() {
            answers();
            bus.create(QueueDescription.builder("orders"));
            bus.get(bus.namespace.commit(new PartitionCommit(
                    0,
                    List.of(
                            new OutgoingMessage(ANSWERS, TestBus.text("a").build()),
                            new OutgoingMessage(
                                    TestBus.ORDERS, TestBus.text("b").build())),
                    List.of())));
            assertThat(bus.takeAll(ANSWERS)).containsExactly("a");
            bus = bus.crashed();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("b");
        }

        @Test
        void areNeverPartitionedAndStayTemporary() {
            answers();
            assertThat(bus.errorOf(bus.namespace.updateQueue(QueueDescription.of(ANSWERS.name()))))
                    .isEqualTo(ErrorCode.InvalidOperation);
            assertThatThrownBy(() -> QueueDescription.builder("q")
                            .partitioned(true)
                            .temporary(true)
                            .build())
                    .hasMessageContaining("cannot be partitioned");
        }
    }

    @Nested
    class Subscriptions {

        @Test
        void ofALastingTopicGetCopiesThatAreInNoJournal() {
            EntityPath plain = plain("plain");
            publish("first");
            assertThat(bus.takeAll(plain)).containsExactly("first");
            bus.syncs(false);
            // The numbers of the topic are reserved, and nobody else wants the message.
            bus.send(NEWS, TestBus.text("second"));
            assertThat(bus.takeAll(plain)).containsExactly("second");
            bus.syncs(true);
            bus = bus.crashed();
            assertThat(bus.get(bus.namespace.subscriptions("news"))).isEmpty();
        }

        /** Else it would have seen what a crash took back from the others. */
        @Test
        @Tag("N10")
        void getNothingBeforeTheLastingOnesHaveItForCertain() {
            EntityPath plain = plain("plain");
            EntityPath lasting = subscribe("lasting");
            publish("first");
            bus.takeAll(plain);
            bus.syncs(false);
            CompletableFuture<Long> sent =
                    bus.namespace.send(NEWS, TestBus.text("m").build());
            assertThat(bus.receive(plain)).isNull();
            bus.syncs(true);
            bus.get(sent);
            assertThat(bus.takeAll(plain)).containsExactly("m");
            assertThat(bus.takeAll(lasting)).containsExactly("first", "m");
        }

        @Test
        void surviveTheirPartition() {
            EntityPath plain = plain("plain");
            EntityPath lasting = subscribe("lasting");
            publish("before");
            failAndReopen();
            publish("after");
            assertThat(bus.takeAll(plain)).containsExactly("after");
            assertThat(bus.takeAll(lasting)).containsExactly("before", "after");
        }

        @Test
        void surviveAReopenedJournalOfDefinitionsUnlessTheirTopicHasGone() {
            EntityPath plain = plain("plain");
            topic(TopicDescription.builder("other"));
            EntityPath orphan =
                    subscribe(SubscriptionDescription.builder("other", "s").temporary(true));
            bus.store().failNextSync(JournalStore.DEFINITIONS, Reason.IO, 1);
            assertThat(bus.errorOf(bus.namespace.deleteTopic("other"))).isEqualTo(ErrorCode.OutcomeUnknown);
            bus.get(bus.namespace.reopen(JournalStore.DEFINITIONS));
            assertThat(bus.errorOf(bus.namespace.resolve(EntityPath.topic("other"), false)))
                    .isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.resolve(orphan, false))).isEqualTo(ErrorCode.EntityNotFound);
            publish("m");
            assertThat(bus.takeAll(plain)).containsExactly("m");
        }
    }

    @Nested
    class Topics {

        @Test
        void haveTemporarySubscriptionsAlone() {
            topic(TopicDescription.builder("passing").temporary(true));
            assertThat(bus.errorOf(bus.namespace.createSubscription(SubscriptionDescription.of("passing", "s"))))
                    .isEqualTo(ErrorCode.InvalidOperation);
            EntityPath s =
                    subscribe(SubscriptionDescription.builder("passing", "s").temporary(true));
            bus.syncs(false);
            long first = bus.send(EntityPath.topic("passing"), TestBus.text("a"));
            assertThat(bus.send(EntityPath.topic("passing"), TestBus.text("b"))).isGreaterThan(first);
            assertThat(bus.takeAll(s)).containsExactly("a", "b");
            assertThat(bus.store().exists(0)).isFalse();
            bus.get(bus.namespace.deleteTopic("passing"));
            assertThat(bus.errorOf(bus.namespace.resolve(s, false))).isEqualTo(ErrorCode.EntityNotFound);
            bus.syncs(true);
        }
    }
}
