/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules D4 and D5: what cannot be delivered is dead-lettered where it is, and dead letters go on too. */
class ForwardRefusalRulesTest extends ForwardFixture {

    @Nested
    class AMessageThatCannotBeDelivered {

        @Test
        @Tag("D5")
        void becauseItHasGoneFourTimesIsDeadLettered() {
            EntityPath last = queue("q5");
            for (int i = 4; i >= 0; i--) {
                queue("q" + i, "q" + (i + 1));
            }
            send(EntityPath.queue("q1"), "four");
            assertThat(textsOf(last)).containsExactly("four");
            send(EntityPath.queue("q0"), "five");
            assertThat(textsOf(last)).containsExactly("four");
            assertThat(reasonIn(EntityPath.queue("q4"))).isEqualTo("MaxTransferHopCountExceeded");
        }

        @Test
        @Tag("D5")
        void becauseItGoesInACircleIsDeadLetteredAlsoAfterARestart() {
            EntityPath one = queue("one");
            EntityPath two = queue("two", queue -> queue.forwardTo("one").status(EntityStatus.RECEIVE_DISABLED));
            change("one", queue -> queue.forwardTo("two"));
            send(one, "a");
            assertThat(textsOf(two)).containsExactly("a");
            bus = bus.killed();
            change("two", queue -> queue.status(EntityStatus.ACTIVE));
            assertThat(reasonIn(one)).isEqualTo("MaxTransferHopCountExceeded");
            assertThat(textsOf(two)).isEmpty();
        }

        @Test
        @Tag("W1")
        void becauseItHasGoneTooFarGoesOnAnewWhenItIsReDriven() {
            EntityPath one = queue("one");
            EntityPath two = queue("two", "one");
            change("one", queue -> queue.forwardTo("two"));
            send(one, "a");
            assertThat(reasonIn(one)).isEqualTo("MaxTransferHopCountExceeded");
            assertThat(redriven(one)).isEqualTo(1);
            assertThat(reasonIn(one)).isEqualTo("MaxTransferHopCountExceeded");
            change("two", queue -> queue.forwardTo(null));
            bus = bus.killed();
            assertThat(redriven(one)).isEqualTo(1);
            assertThat(textsOf(two)).containsExactly("a");
            assertThat(all(one.deadLetterQueue())).isEmpty();
        }

        private long redriven(EntityPath path) {
            return bus.get(bus.namespace
                            .redriveMessages(path.deadLetterQueue(), MessageSelection.ALL)
                            .result())
                    .done();
        }

        @Test
        @Tag("D5")
        @Tag("W6")
        void becauseOnlySomethingTemporaryHasTheNameIsDeadLettered() {
            queue("last");
            EntityPath first = queue("first", "last");
            bus.get(bus.namespace.deleteQueue("last"));
            EntityPath temporary =
                    bus.create(QueueDescription.builder("last").temporary(true)).path();
            send(first, "a");
            assertThat(reasonIn(first)).isEqualTo("EntityNotFound");
            assertThat(textsOf(temporary)).isEmpty();
        }

        @Test
        @Tag("D5")
        void becauseTheDestinationIsGoneIsDeadLettered() {
            queue("last");
            EntityPath first = queue("first", "last");
            bus.get(bus.namespace.deleteQueue("last"));
            send(first, "a");
            assertThat(reasonIn(first)).isEqualTo("EntityNotFound");
            assertThat(bus.takeAll(first.deadLetterQueue())).containsExactly("a");
            EntityPath last = queue("last");
            send(first, "b");
            assertThat(textsOf(last)).containsExactly("b");
        }

        @Test
        @Tag("D5")
        @Tag("W3")
        void becauseTheDestinationIsDisabledIsDeadLettered() {
            queue("last", queue -> queue.status(EntityStatus.SEND_DISABLED));
            EntityPath first = queue("first", "last");
            send(first, "a");
            assertThat(reasonIn(first)).isEqualTo("EntityDisabled");
            bus = bus.restarted();
            assertThat(reasonIn(first)).isEqualTo("EntityDisabled");
        }

        @Test
        @Tag("D5")
        @Tag("Q3")
        void becauseTheDestinationIsFullIsDeadLettered() {
            EntityPath last = queue("last", queue -> queue.maxSizeBytes(1 << 20).maxMessageBytes(1 << 20));
            EntityPath first = queue("first", queue -> queue.forwardTo("last").maxMessageBytes(1 << 20));
            String large = "x".repeat(600_000);
            bus.send(first, TestBus.text("1" + large).partitionKey("k"));
            bus.send(first, TestBus.text("2" + large).partitionKey("k"));
            assertThat(only(last).message().sizeBytes()).isGreaterThan(600_000);
            assertThat(reasonIn(first)).isEqualTo("QuotaExceeded");
        }

        @Test
        @Tag("D5")
        @Tag("Q1")
        void becauseItIsTooLargeIsDeadLettered() {
            queue("last", queue -> queue.maxMessageBytes(1024));
            EntityPath first = queue("first", "last");
            send(first, "x".repeat(2000));
            assertThat(reasonIn(first)).isEqualTo("MessageSizeExceeded");
        }

        @Test
        @Tag("D5")
        @Tag("G1")
        void becauseItHasNoSessionIsDeadLettered() {
            queue("last", queue -> queue.sessionRequired(true));
            EntityPath first = queue("first", "last");
            send(first, "a");
            assertThat(reasonIn(first)).isEqualTo("SessionIdIsNull");
        }

        @Test
        @Tag("D5")
        @Tag("Q2")
        void becauseItsChangedPropertiesAreTooLargeIsDeadLettered() {
            queue("last");
            EntityPath first = queue("first", queue -> queue.maxDeliveryCount(20));
            bus.send(first, TestBus.text("a").property("own", "x".repeat(40_000)));
            Delivery taken = bus.take(first);
            change("first", queue -> queue.forwardTo("last"));
            bus.settle(taken, new Settlement.Abandon(Map.of("more", "x".repeat(40_000))));
            assertThat(reasonIn(first)).isEqualTo("HeaderSizeExceeded");
        }
    }

    @Nested
    class ADeadLetter {

        @Test
        @Tag("D4")
        @Tag("W1")
        void goesOnAndSaysWhereItWasOne() {
            EntityPath graves = queue("graves");
            EntityPath first = queue("first", queue -> queue.forwardDeadLetteredMessagesTo("graves"));
            bus.send(first, TestBus.text("a").timeToLiveMs(60_000));
            deadLetter(first);
            assertThat(textsOf(first.deadLetterQueue())).isEmpty();
            Delivery there = only(graves);
            assertThat(there.message().properties())
                    .containsEntry("DeadLetterSource", "first")
                    .containsEntry("DeadLetterReason", "Wrong")
                    .containsEntry("DeadLetterErrorDescription", "it was");
            assertThat(there.deadLetterReason()).isNull();
            assertThat(bus.takeAll(graves)).containsExactly("a");
        }

        @Test
        @Tag("D4")
        @Tag("T5")
        void ofASubscriptionThatHasExpiredLivesAnew() {
            EntityPath graves = queue("graves");
            EntityPath news = topic("news");
            EntityPath all = subscription(
                    "news",
                    "all",
                    s -> s.forwardDeadLetteredMessagesTo("graves").deadLetterOnExpiry(true));
            bus.send(news, TestBus.text("a").timeToLiveMs(1000));
            bus.advance(Duration.ofSeconds(2));
            assertThat(textsOf(all)).isEmpty();
            Delivery there = only(graves);
            assertThat(there.message().properties())
                    .containsEntry("DeadLetterSource", all.toString())
                    .containsEntry("DeadLetterReason", "TTLExpiredException");
            assertThat(there.expiresAtMs()).isGreaterThan(bus.runtime.clock().wallTimeMs());
        }

        @Test
        @Tag("D1")
        @Tag("D5")
        void thatIsRefusedStaysAndCanBeReceivedAndIsTriedAgainAfterAChange() {
            EntityPath graves = queue("graves", queue -> queue.status(EntityStatus.SEND_DISABLED));
            EntityPath first = queue("first", queue -> queue.forwardDeadLetteredMessagesTo("graves"));
            send(first, "a", "b");
            deadLetter(first);
            deadLetter(first);
            assertThat(all(first.deadLetterQueue())).hasSize(2).allMatch(d -> "Wrong".equals(d.deadLetterReason()));
            bus = bus.killed();
            assertThat(all(first.deadLetterQueue())).hasSize(2);
            bus.settle(bus.take(first.deadLetterQueue()), Settlement.COMPLETE);
            change("graves", queue -> queue.status(EntityStatus.ACTIVE));
            assertThat(textsOf(graves)).hasSize(1);
            assertThat(textsOf(first.deadLetterQueue())).isEmpty();
        }

        @Test
        @Tag("D5")
        @Tag("Q3")
        void thatFoundNoRoomGoesByItselfWhenThereIsSome() {
            EntityPath graves =
                    queue("graves", queue -> queue.maxSizeBytes(1 << 20).maxMessageBytes(1 << 20));
            EntityPath first = queue(
                    "first",
                    queue -> queue.forwardDeadLetteredMessagesTo("graves").maxMessageBytes(1 << 20));
            String large = "x".repeat(600_000);
            for (String text : List.of("1", "2", "3")) {
                bus.send(first, TestBus.text(text + large).partitionKey("k"));
                deadLetter(first);
            }
            assertThat(all(first.deadLetterQueue())).hasSize(2).allMatch(d -> d.state() == MessageState.ACTIVE);
            bus.advance(Duration.ofHours(1));
            bus = bus.killed();
            assertThat(all(first.deadLetterQueue())).hasSize(2);
            for (String text : List.of("1", "2", "3")) {
                assertThat(TestBus.textOf(only(graves)).charAt(0)).isEqualTo(text.charAt(0));
                bus.settle(bus.take(graves), Settlement.COMPLETE);
                bus.advance(Duration.ofMinutes(1));
            }
            assertThat(all(first.deadLetterQueue())).isEmpty();
        }

        @Test
        @Tag("D5")
        void thatCannotGoHoldsUpNoOther() {
            EntityPath graves = queue("graves", queue -> queue.maxMessageBytes(1024));
            EntityPath first = queue("first", queue -> queue.forwardDeadLetteredMessagesTo("graves"));
            send(first, "x".repeat(3000), "a");
            deadLetter(first);
            deadLetter(first);
            assertThat(textsOf(graves)).containsExactly("a");
            assertThat(all(first.deadLetterQueue())).hasSize(1);
        }
    }
}
