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
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.message.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is sent to topics, and who gets it: rules N2, Q3, R1, R4, T3, W6. */
class TopicRulesTest extends TopicFixture {

    @Nested
    class Publishing {

        @Test
        @Tag("R1")
        void givesEverySubscriptionACopyOfItsOwn() {
            EntityPath a = subscribe("a");
            EntityPath b = subscribe("b");
            publish("one");
            publish("two");
            assertThat(bus.takeAll(a)).containsExactly("one", "two");
            bus.settle(bus.take(b), Settlement.COMPLETE);
            assertThat(bus.takeAll(b)).containsExactly("two");
        }

        @Test
        void ofWhatNobodyTakesSucceeds() {
            publish("nobody is there");
            subscribe("later");
            publish("somebody is");
            assertThat(textsOf(EntityPath.subscription("news", "later"))).containsExactly("somebody is");
            assertThat(bus.get(bus.namespace.counters(NEWS)).sizeBytes()).isZero();
        }

        @Test
        @Tag("N1")
        @Tag("N2")
        void numbersCopiesInTheirSubscriptionAndKeepsTheTopicsNumber() {
            EntityPath a = subscribe("a");
            publish("before");
            EntityPath b = subscribe("b");
            long number = bus.send(NEWS, TestBus.text("m"));
            Delivery inA = bus.get(bus.namespace.peek(a, 0, 9)).get(1);
            Delivery inB = bus.get(bus.namespace.peek(b, 0, 9)).get(0);
            assertThat(List.of(number, inA.sequenceNumber(), inA.enqueuedSequenceNumber()))
                    .containsExactly(2L, 2L, 2L);
            assertThat(List.of(inB.sequenceNumber(), inB.enqueuedSequenceNumber()))
                    .containsExactly(1L, 2L);
        }

        @Test
        @Tag("N1")
        void givesNoNumberOfATopicTwiceAlsoIfNobodyTookIt() {
            long last = 0;
            for (int i = 0; i < 3; i++) {
                long number = bus.send(NEWS, TestBus.text("m").durable(i % 2 == 0));
                assertThat(number).isGreaterThan(last);
                last = number;
                bus = i == 0 ? bus.restarted() : bus.crashed();
            }
        }

        @Test
        @Tag("T3")
        void letsTheSmallerTimeToLiveWin() {
            Duration hour = Duration.ofHours(1);
            Duration minute = Duration.ofMinutes(1);
            topic(TopicDescription.builder("brief").defaultTimeToLive(minute));
            EntityPath longer =
                    subscribe(SubscriptionDescription.builder("brief", "longer").defaultTimeToLive(hour));
            EntityPath shorter = subscribe(
                    SubscriptionDescription.builder("brief", "shorter").defaultTimeToLive(minute.dividedBy(2)));
            bus.send(EntityPath.topic("brief"), TestBus.text("m"));
            bus.send(EntityPath.topic("brief"), TestBus.text("own").timeToLiveMs(10));
            long now = bus.runtime.clock().wallTimeMs();
            assertThat(expiries(longer)).containsExactly(now + 60_000, now + 10);
            assertThat(expiries(shorter)).containsExactly(now + 30_000, now + 10);
        }

        private List<Long> expiries(EntityPath path) {
            return bus.get(bus.namespace.peek(path, 0, 9)).stream()
                    .map(Delivery::expiresAtMs)
                    .toList();
        }

        @Test
        @Tag("Q3")
        void toAFullSubscriptionStoresNothingAnywhere() {
            topic(TopicDescription.builder("small").maxSizeBytes(1 << 20));
            EntityPath small = EntityPath.topic("small");
            EntityPath full = subscribe(SubscriptionDescription.builder("small", "full"));
            Message large =
                    TestBus.text("").body(BodyKind.BYTES, new byte[250_000]).build();
            for (int i = 0; i < 4; i++) {
                bus.get(bus.namespace.send(small, large));
            }
            EntityPath empty = subscribe(SubscriptionDescription.builder("small", "another"));
            BrokerException refusal = bus.failure(bus.namespace.send(small, large));
            assertThat(refusal.code()).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(refusal).hasMessageContaining("small/Subscriptions/full is full");
            assertThat(active(empty)).isZero();
            bus.settle(bus.take(full), Settlement.COMPLETE);
            bus.get(bus.namespace.send(small, large));
            assertThat(active(empty)).isEqualTo(1);
        }

        @Test
        @Tag("Q1")
        void ofATooLargeMessageIsRefused() {
            topic(TopicDescription.builder("small").maxMessageBytes(1024));
            Message large =
                    TestBus.text("").body(BodyKind.BYTES, new byte[1024]).build();
            assertThat(bus.errorOf(bus.namespace.send(EntityPath.topic("small"), large)))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
        }

        @Test
        void goesToOneFragmentOfAPartitionedTopicAndOfItsSubscriptions() {
            topic(TopicDescription.builder("wide").partitioned(true));
            EntityPath wide = subscribe(SubscriptionDescription.builder("wide", "s"));
            List<Long> sent = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                sent.add(bus.send(EntityPath.topic("wide"), TestBus.text("m" + i)));
            }
            List<Delivery> found = bus.get(bus.namespace.peek(wide, 0, 250));
            assertThat(found).extracting(Delivery::enqueuedSequenceNumber).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(sent.stream().map(number -> number >>> 48).distinct()).hasSize(PARTITIONS);
            assertThat(bus.takeAll(wide)).hasSize(8);
        }

        @Test
        @Tag("N4")
        void withADelayIsScheduledInTheSubscriptionsThatTakeItAtTheSend() {
            EntityPath early = subscribe("early");
            bus.send(NEWS, TestBus.text("m").deliveryDelayMs(1000));
            EntityPath late = subscribe("late");
            assertThat(bus.get(bus.namespace.counters(early)).scheduled()).isEqualTo(1);
            assertThat(bus.receive(early)).isNull();
            bus.advance(Duration.ofSeconds(1));
            assertThat(bus.takeAll(early)).containsExactly("m");
            assertThat(bus.receive(late)).isNull();
        }
    }

    @Nested
    class Subscriptions {

        @Test
        @Tag("L2")
        @Tag("D1")
        void areReceivedFromAsQueuesAre() {
            EntityPath a = subscribe("a");
            EntityPath b = subscribe("b");
            publish("m");
            Delivery delivery = bus.take(a);
            assertThat(delivery.entity()).isEqualTo(a);
            bus.settle(delivery, new Settlement.DeadLetter("why", null, Map.of()));
            Delivery dead = bus.take(a.deadLetterQueue());
            assertThat(dead.deadLetterReason()).isEqualTo("why");
            assertThat(dead.entity()).isEqualTo(a.deadLetterQueue());
            assertThat(bus.receive(b.deadLetterQueue())).isNull();
            assertThat(bus.takeAll(b)).containsExactly("m");
        }

        @Test
        @Tag("L3")
        @Tag("L12")
        void haveTheirOwnLocksAndDeliveryCounts() {
            EntityPath hasty = subscribe(SubscriptionDescription.builder("news", "hasty")
                    .lockDuration(Duration.ofSeconds(1))
                    .maxDeliveryCount(1));
            publish("m");
            bus.take(hasty);
            bus.advance(Duration.ofSeconds(2));
            assertThat(bus.take(hasty.deadLetterQueue()).deadLetterReason()).isEqualTo("MaxDeliveryCountExceeded");
        }

        @Test
        void andTopicsAreUsedForWhatTheyAreFor() {
            EntityPath a = subscribe("a");
            assertThat(bus.errorOf(bus.namespace.send(a, TestBus.text("m").build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(bus.namespace.send(
                            a.deadLetterQueue(), TestBus.text("m").build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(bus.namespace.peek(NEWS, 0, 1))).isEqualTo(ErrorCode.InvalidOperation);
            assertThatThrownBy(() -> bus.namespace.openReceiver(NEWS, ReceiverOptions.peekLock()))
                    .hasMessageContaining("receive from one of its subscriptions");
        }

        @Test
        void surviveARestartWithTheirMessages() {
            EntityPath a = subscribe("a", "n > 1");
            bus.send(NEWS, TestBus.text("two").property("n", 2));
            bus = bus.crashed();
            bus.send(NEWS, TestBus.text("one").property("n", 1));
            bus.send(NEWS, TestBus.text("three").property("n", 3));
            assertThat(bus.takeAll(a)).containsExactly("two", "three");
        }
    }

    @Nested
    @Tag("R4")
    class Filters {

        @Test
        void takeWhatTheirSelectorMatches() {
            EntityPath big = subscribe("big", "n > 10");
            EntityPath red = subscribe("red", "color = 'red' AND JMSPriority = 7");
            EntityPath all = subscribe("all", "  ");
            bus.send(NEWS, TestBus.text("a").property("n", 11));
            bus.send(NEWS, TestBus.text("b").property("color", "red").priority(7));
            bus.send(NEWS, TestBus.text("c").property("n", 5));
            assertThat(textsOf(big)).containsExactly("a");
            assertThat(textsOf(red)).containsExactly("b");
            assertThat(textsOf(all)).containsExactly("a", "b", "c");
        }

        @Test
        void thatCannotBeParsedAreRefused() {
            SubscriptionDescription broken = SubscriptionDescription.builder("news", "s")
                    .filter(SubscriptionFilter.of("n >"))
                    .build();
            assertThat(bus.errorOf(bus.namespace.createSubscription(broken))).isEqualTo(ErrorCode.InvalidSelector);
            assertThat(bus.get(bus.namespace.subscriptions("news"))).isEmpty();
            subscribe("s");
            assertThat(bus.errorOf(bus.namespace.updateSubscription(broken))).isEqualTo(ErrorCode.InvalidSelector);
        }

        @Test
        void holdForWhatComesNotForWhatIsThere() {
            EntityPath s = subscribe("s");
            publish("any");
            bus.get(bus.namespace.updateSubscription(SubscriptionDescription.builder("news", "s")
                    .filter(SubscriptionFilter.of("n = 1"))
                    .build()));
            publish("none");
            bus.send(NEWS, TestBus.text("one").property("n", 1));
            assertThat(textsOf(s)).containsExactly("any", "one");
            bus = bus.restarted();
            publish("none");
            assertThat(textsOf(s)).containsExactly("any", "one");
        }

        @Test
        void doNotTakeMessagesOfTheirOwnConnectionOrClient() {
            EntityPath connection = subscribe(SubscriptionDescription.builder("news", "connection")
                    .filter(new SubscriptionFilter(null, "c1", null)));
            EntityPath client = subscribe(SubscriptionDescription.builder("news", "client")
                    .filter(new SubscriptionFilter("n = 1", null, "me")));
            bus.send(NEWS, numbered("a").origin(new Origin("c1", null)));
            bus.send(NEWS, numbered("b").origin(new Origin("c2", "me")));
            bus.send(NEWS, numbered("c").origin(new Origin("c2", "you")));
            bus.send(NEWS, numbered("d"));
            bus.send(NEWS, TestBus.text("e").origin(new Origin("c3", null)));
            assertThat(textsOf(connection)).containsExactly("b", "c", "d", "e");
            assertThat(textsOf(client)).containsExactly("a", "c", "d");
        }

        private Message.Builder numbered(String text) {
            return TestBus.text(text).property("n", 1);
        }

        @Test
        void noLocalHoldsInTransactionsAndAfterARestart() {
            EntityPath client = subscribe(
                    SubscriptionDescription.builder("news", "client").filter(new SubscriptionFilter(null, null, "me")));
            bus = bus.restarted();
            OutgoingMessage mine = new OutgoingMessage(
                    NEWS, TestBus.text("mine").origin(new Origin("c", "me")).build());
            OutgoingMessage others =
                    new OutgoingMessage(NEWS, TestBus.text("others").build());
            bus.get(bus.namespace.commit(new PartitionCommit(0, List.of(mine, others), List.of())));
            assertThat(textsOf(client)).containsExactly("others");
        }
    }

    @Nested
    @Tag("X1")
    class Committing {

        @Test
        void publishesAndCompletesTogether() {
            EntityPath a = subscribe("a");
            EntityPath b = subscribe("b");
            bus.create(QueueDescription.builder("orders"));
            publish("in");
            Delivery in = bus.take(a);
            bus.get(bus.namespace.commit(new PartitionCommit(
                    0, List.of(out(NEWS, "out"), out(TestBus.ORDERS, "o")), List.of(in.requireLockToken()))));
            assertThat(textsOf(a)).containsExactly("out");
            assertThat(textsOf(b)).containsExactly("in", "out");
            assertThat(textsOf(TestBus.ORDERS)).containsExactly("o");
        }

        @Test
        @Tag("Q3")
        void withAFullSubscriptionDoesNothing() {
            topic(TopicDescription.builder("small").maxSizeBytes(1 << 20));
            EntityPath a = subscribe(SubscriptionDescription.builder("small", "a"));
            EntityPath s = subscribe("s");
            publish("in");
            Delivery in = bus.take(s);
            List<OutgoingMessage> sends = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                sends.add(new OutgoingMessage(
                        EntityPath.topic("small"),
                        TestBus.text("").body(BodyKind.BYTES, new byte[250_000]).build()));
            }
            PartitionCommit work = new PartitionCommit(0, sends, List.of(in.requireLockToken()));
            BrokerException refusal = bus.failure(bus.namespace.commit(work));
            assertThat(refusal.code()).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(refusal).hasMessageContaining("small/Subscriptions/a is too small in partition 0: ");
            assertThat(active(a)).isZero();
            bus.settle(in, Settlement.COMPLETE);
        }

        private OutgoingMessage out(EntityPath path, String text) {
            return new OutgoingMessage(path, TestBus.text(text).build());
        }
    }
}
