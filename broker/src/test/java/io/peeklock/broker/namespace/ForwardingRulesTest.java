/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rule W1 and what goes with it, where source and destination lie in the same partitions. */
class ForwardingRulesTest extends ForwardFixture {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Nested
    class AMessage {

        @Test
        @Tag("W1")
        void goesOnToTheDestinationAndLeavesTheSource() {
            EntityPath last = queue("last");
            EntityPath first = queue("first", "last");
            send(first, "a", "b", "c");
            assertThat(textsOf(first)).isEmpty();
            assertThat(textsOf(last)).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(bus.takeAll(last)).containsExactlyInAnyOrder("a", "b", "c");
        }

        @Test
        @Tag("W1")
        void thatWasThereBeforeGoesOnToo() {
            EntityPath last = queue("last");
            EntityPath first = queue("first");
            send(first, "a");
            change("first", queue -> queue.forwardTo("last"));
            assertThat(textsOf(last)).containsExactly("a");
            assertThat(textsOf(first)).isEmpty();
        }

        @Test
        @Tag("N2")
        @Tag("P12")
        void keepsItsFirstNumberAndItsKey() {
            EntityPath last = queue("last");
            queue("middle", "last");
            EntityPath first = queue("first", "middle");
            send(last, "other");
            long number = bus.send(first, TestBus.text("a").partitionKey("k"));
            Delivery there = all(last).get(all(last).size() - 1);
            for (Delivery one : all(last)) {
                there = TestBus.textOf(one).equals("a") ? one : there;
            }
            assertThat(there.enqueuedSequenceNumber()).isEqualTo(number);
            assertThat(there.message().partitionKey()).isEqualTo("k");
            assertThat(there.deliveryCount()).isZero();
        }

        @Test
        @Tag("W1")
        void ofASubscriptionGoesOn() {
            EntityPath last = queue("last");
            EntityPath news = topic("news");
            EntityPath forwards = subscription("news", "forwards", s -> s.forwardTo("last"));
            EntityPath keeps = subscription("news", "keeps", s -> s);
            send(news, "a");
            assertThat(textsOf(last)).containsExactly("a");
            assertThat(textsOf(forwards)).isEmpty();
            assertThat(textsOf(keeps)).containsExactly("a");
        }

        @Test
        @Tag("W1")
        @Tag("R1")
        void comesThroughTheRulesOfATopic() {
            topic("news");
            EntityPath red = subscription("news", "red", s -> s.filter(SubscriptionFilter.of("colour = 'red'")));
            EntityPath first = queue("first", "news");
            bus.send(first, TestBus.text("a").property("colour", "red"));
            bus.send(first, TestBus.text("b").property("colour", "blue"));
            assertThat(textsOf(red)).containsExactly("a");
            assertThat(textsOf(first)).isEmpty();
            assertThat(textsOf(first.deadLetterQueue())).isEmpty();
        }

        @Test
        @Tag("L11")
        void goesOnAsItsSettlementsChangedIt() {
            topic("news");
            EntityPath red = subscription("news", "red", s -> s.filter(SubscriptionFilter.of("colour = 'red'")));
            EntityPath first = queue("first");
            bus.send(first, TestBus.text("a").property("size", 1));
            Delivery taken = bus.take(first);
            change("first", queue -> queue.forwardTo("news"));
            Map<String, @Nullable Object> changes = new HashMap<>();
            changes.put("colour", "red");
            changes.put("size", null);
            bus.settle(taken, new Settlement.Abandon(changes));
            assertThat(only(red).message().properties()).containsExactly(Map.entry("colour", "red"));
            assertThat(only(red).deliveryCount()).isZero();
        }

        @Test
        @Tag("T1")
        void livesNoLongerThanInTheSourceNorThanTheDestinationLetsIt() {
            queue("short", queue -> queue.defaultTimeToLive(MINUTE));
            EntityPath first = queue("first", "short");
            EntityPath source = queue("source", queue -> queue.defaultTimeToLive(MINUTE.multipliedBy(3)));
            queue("long");
            send(first, "a");
            assertThat(only(EntityPath.queue("short")).expiresAtMs())
                    .isEqualTo(bus.runtime.clock().wallTimeMs() + MINUTE.toMillis());
            send(source, "b");
            bus.advance(MINUTE);
            change("source", queue -> queue.forwardTo("long"));
            assertThat(only(EntityPath.queue("long")).expiresAtMs())
                    .isEqualTo(bus.runtime.clock().wallTimeMs() + 2 * MINUTE.toMillis());
        }

        @Test
        @Tag("N4")
        void thatIsScheduledGoesOnWhenItsTimeHasCome() {
            EntityPath last = queue("last");
            EntityPath first = queue("first", "last");
            bus.get(bus.namespace.schedule(
                    first,
                    TestBus.text("a").build(),
                    Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs() + 5000)));
            assertThat(textsOf(last)).isEmpty();
            bus = bus.killed();
            bus.advance(Duration.ofSeconds(6));
            assertThat(bus.takeAll(last)).containsExactly("a");
        }

        @Test
        @Tag("W1")
        @Tag("X1")
        void ofATransactionGoesOnWhenItIsCommitted() {
            EntityPath last = queue("last");
            EntityPath first = queue("first", "last");
            Message one = TestBus.text("a").partitionKey("k").build();
            int partition = bus.namespace.partitionOf(first, one);
            bus.get(bus.namespace.commit(new PartitionCommit(
                    partition,
                    List.of(
                            new OutgoingMessage(first, one),
                            new OutgoingMessage(
                                    first, TestBus.text("b").partitionKey("k").build())),
                    List.of())));
            assertThat(textsOf(last)).containsExactly("a", "b");
        }

        @Test
        @Tag("N10")
        void thatIsVolatileGoesOnWithoutAJournal() {
            EntityPath last = queue("last");
            EntityPath first = queue("first", "last");
            bus.send(first, TestBus.text("a").durable(false));
            send(first, "b");
            assertThat(textsOf(last)).containsExactlyInAnyOrder("a", "b");
            bus = bus.killed();
            assertThat(textsOf(last)).containsExactly("b");
            assertThat(textsOf(first)).isEmpty();
        }

        @Test
        @Tag("U1")
        void thatTheDestinationHasSeenIsDropped() {
            EntityPath last = queue("last", queue -> queue.duplicateDetectionWindow(MINUTE));
            EntityPath first = queue("first", "last");
            bus.send(first, TestBus.text("a").applicationMessageId("1").partitionKey("k"));
            bus.send(first, TestBus.text("b").applicationMessageId("1").partitionKey("k"));
            bus.send(first, TestBus.text("c").applicationMessageId("2").partitionKey("k"));
            assertThat(textsOf(last)).containsExactly("a", "c");
            assertThat(textsOf(first)).isEmpty();
            assertThat(textsOf(first.deadLetterQueue())).isEmpty();
        }

        @Test
        @Tag("G3")
        void joinsItsSessionAtTheDestination() {
            EntityPath last = queue("last", queue -> queue.sessionRequired(true));
            EntityPath first = queue("first", "last");
            for (String text : List.of("a", "b", "c")) {
                bus.send(first, TestBus.text(text).sessionId("s"));
            }
            assertThat(bus.get(bus.namespace.listSessions(last, null, 10))).hasSize(1);
            assertThat(textsOf(last)).containsExactly("a", "b", "c");
        }

        @Test
        @Tag("W1")
        void isThereOnceAfterAnyCrash() {
            EntityPath last = queue("last");
            EntityPath first = queue("first", "last");
            for (int round = 0; round < 6; round++) {
                bus.syncs(false);
                bus.namespace.send(first, TestBus.text("m" + round).build());
                bus.run();
                for (int synced = 0; synced < round; synced++) {
                    bus.store().sync();
                    bus.run();
                }
                bus = bus.crashed();
                bus.syncs(true);
                bus.run();
                assertThat(textsOf(first)).isEmpty();
                assertThat(textsOf(last)).doesNotHaveDuplicates();
            }
            assertThat(textsOf(last)).contains("m5");
        }
    }

    @Nested
    class Receiving {

        @Test
        @Tag("W1")
        void fromAQueueThatForwardsIsRefused() {
            queue("last");
            EntityPath first = queue("first", "last");
            assertThat(catchThrowableOfType(
                                    BrokerException.class,
                                    () -> bus.namespace.openReceiver(first, ReceiverOptions.peekLock()))
                            .code())
                    .isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        @Tag("W1")
        void endsWhenTheQueueForwardsFromThenOn() {
            EntityPath last = queue("last");
            EntityPath first = queue("first");
            try (var receiver = bus.namespace.openReceiver(first, ReceiverOptions.peekLock())) {
                var waiting = receiver.receive();
                bus.run();
                change("first", queue -> queue.forwardTo("last"));
                assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.InvalidOperation);
                send(first, "a");
                assertThat(bus.errorOf(receiver.receive())).isEqualTo(ErrorCode.InvalidOperation);
            }
            assertThat(textsOf(last)).containsExactly("a");
        }

        @Test
        @Tag("W1")
        @Tag("W3")
        void isBarredInASourceAndSoIsForwarding() {
            EntityPath last = queue("last");
            EntityPath first = queue("first", queue -> queue.forwardTo("last").status(EntityStatus.RECEIVE_DISABLED));
            send(first, "a");
            assertThat(textsOf(first)).containsExactly("a");
            bus = bus.restarted();
            assertThat(textsOf(first)).containsExactly("a");
            change("first", queue -> queue.status(EntityStatus.ACTIVE));
            assertThat(textsOf(last)).containsExactly("a");
        }
    }

    @Nested
    class AnEntityThatEndsWhenItIsIdle {

        @Test
        @Tag("W2")
        void isNotIdleWhileItForwardsOrIsForwardedTo() {
            Duration limit = Duration.ofMinutes(5);
            queue("last", queue -> queue.autoDeleteOnIdle(limit));
            EntityPath first = queue("first", queue -> queue.forwardTo("last").autoDeleteOnIdle(limit));
            for (int i = 0; i < 4; i++) {
                bus.advance(Duration.ofMinutes(3));
                send(first, "m" + i);
            }
            assertThat(bus.get(bus.namespace.queue("last")).name()).isEqualTo("last");
            bus.advance(Duration.ofMinutes(11));
            assertThat(bus.get(bus.namespace.queue("first")).name()).isEqualTo("first");
            assertThat(bus.errorOf(bus.namespace.queue("last"))).isEqualTo(ErrorCode.EntityNotFound);
        }
    }

    @Nested
    class ADestination {

        @Test
        @Tag("W1")
        @Tag("W5")
        void mustExistAndBeAnotherThatLasts() {
            queue("last");
            bus.create(QueueDescription.builder("temp").temporary(true));
            assertThat(refusal("missing")).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(refusal("first")).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(refusal("temp")).isEqualTo(ErrorCode.InvalidOperation);
            EntityPath last = queue("first", "last");
            assertThat(bus.errorOf(bus.namespace.updateQueue(bus.get(bus.namespace.queue("first")).toBuilder()
                            .forwardDeadLetteredMessagesTo("first")
                            .build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
            bus.get(bus.namespace.deleteQueue("last"));
            change("first", queue -> queue.maxDeliveryCount(3));
            assertThat(bus.get(bus.namespace.queue(last.name())).options().forwardTo())
                    .isEqualTo("last");
        }

        @Test
        @Tag("W1")
        void isFoundWithoutRegardToCaseWhereNamesAre() {
            bus.close();
            bus = TestBus.simulated(PARTITIONS, TestBus.config(Profile.AZURE));
            EntityPath last = queue("Last");
            EntityPath first = queue("First", "LAST");
            send(first, "a");
            assertThat(textsOf(last)).containsExactly("a");
            assertThat(bus.errorOf(bus.namespace.updateQueue(bus.get(bus.namespace.queue("first")).toBuilder()
                            .forwardTo("FIRST")
                            .build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
        }

        private ErrorCode refusal(String forwardTo) {
            return bus.errorOf(bus.namespace.createQueue(
                    QueueDescription.builder("first").forwardTo(forwardTo).build()));
        }
    }
}
