/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.selector.Selector;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Dead letters go back to where they came from. */
@ParameterizedClass(name = "{0}")
@EnumSource
class RedriveTest extends BulkFixture {

    RedriveTest(Kind kind) {
        super(kind);
    }

    @Nested
    class AMessage {
        @Test
        @Tag("D2")
        @Tag("L12")
        void beginsAnew() {
            send("a");
            bus.settle(bus.take(path), new Settlement.Abandon(Map.of("seen", 1), 0));
            bus.settle(bus.take(path), Settlement.ABANDON);
            assertThat(onlyOne(deadLetters()).deadLetterReason()).isEqualTo("MaxDeliveryCountExceeded");
            bus.advance(Duration.ofSeconds(5));
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(done(1));
            Delivery again = bus.take(path);
            assertThat(again.deliveryCount()).isZero();
            assertThat(again.deadLetterReason()).isNull();
            assertThat(again.deadLetterDescription()).isNull();
            assertThat(again.modifiedProperties()).isEqualTo(Map.of("seen", 1));
            assertThat(again.enqueuedTimeMs()).isEqualTo(bus.runtime.clock().wallTimeMs());
            assertThat(counters())
                    .isEqualTo(new EntityCounters(0, 1, 0, 0, 0, counters().sizeBytes(), 0));
        }

        @Test
        @Tag("N1")
        @Tag("N2")
        void hasANumberOfItsOwnAndKeepsItsFirst() {
            dead("a");
            Delivery dead = onlyOne(deadLetters());
            send("b");
            redrive(MessageSelection.ALL);
            Delivery again = bus.get(bus.namespace.peek(path, 0, 10)).get(1);
            assertThat(again.sequenceNumber()).isGreaterThan(dead.sequenceNumber());
            assertThat(again.enqueuedSequenceNumber()).isEqualTo(dead.enqueuedSequenceNumber());
            send("c");
            assertThat(texts(path)).containsExactly("b", "a", "c");
        }

        @Test
        void canFailAndBeReDrivenAgain() {
            dead("a");
            for (int i = 0; i < 3; i++) {
                assertThat(redrive(MessageSelection.ALL)).isEqualTo(done(1));
                bus.settle(bus.take(path), because("Worse"));
                assertThat(onlyOne(deadLetters()).deadLetterReason()).isEqualTo("Worse");
            }
        }

        @Test
        @Tag("T1")
        @Tag("T7")
        void livesAnew() {
            bus.send(destination, keyed("a").timeToLiveMs(10_000));
            bus.settle(bus.take(path), because("Bad"));
            bus.advance(Duration.ofMinutes(1));
            redrive(MessageSelection.ALL);
            long now = bus.runtime.clock().wallTimeMs();
            assertThat(onlyOne(path).expiresAtMs()).isEqualTo(now + 10_000);
            bus.advance(Duration.ofSeconds(11));
            assertThat(texts(path)).isEmpty();
        }

        @Test
        @Tag("N10")
        void isAsVolatileAsItWas() {
            bus.send(destination, keyed("a").durable(false));
            bus.settle(bus.take(path), because("Bad"));
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(done(1));
            assertThat(TestBus.textOf(bus.take(path))).isEqualTo("a");
            bus = bus.killed();
            assertThat(texts(path)).isEmpty();
        }

        @Test
        void reachesWhoWaitsForIt() {
            dead("a");
            try (Receiver receiver = bus.namespace.openReceiver(path, ReceiverOptions.peekLock())) {
                CompletableFuture<Delivery> waiting = receiver.receive();
                bus.run();
                redrive(MessageSelection.ALL);
                assertThat(TestBus.textOf(bus.get(waiting))).isEqualTo("a");
            }
        }

        @Test
        void thatWasSentWithADelayComesAtOnce() {
            bus.send(destination, keyed("a").deliveryDelayMs(1000));
            bus.advance(Duration.ofSeconds(1));
            bus.settle(bus.take(path), because("Bad"));
            redrive(MessageSelection.ALL);
            assertThat(TestBus.textOf(bus.take(path))).isEqualTo("a");
        }
    }

    @Nested
    class Many {
        @Test
        void comeInTheirOrderBehindWhatIsThere() {
            dead("a", "b", "c");
            send("d");
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(done(3));
            assertThat(bus.takeAll(path)).containsExactly("d", "a", "b", "c");
        }

        @Test
        void comeFromAllPartitions() {
            deadWithoutKeys(20);
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(done(20));
            assertThat(texts(path)).hasSize(20);
            assertThat(counters().deadLettered()).isZero();
        }

        @Test
        void areThoseThatAFilterChooses() {
            dead("a");
            send("b");
            bus.settle(bus.take(path), because("Other"));
            MessageSelection others = MessageSelection.ALL.matching(Selector.parse("DeadLetterReason = 'Other'"));
            assertThat(redrive(others)).isEqualTo(done(1));
            assertThat(texts(path)).containsExactly("b");
            assertThat(texts(deadLetters())).containsExactly("a");
        }

        @Test
        void areAtMostSoMany() {
            deadWithoutKeys(10);
            assertThat(redrive(MessageSelection.ALL.atMost(7))).isEqualTo(done(7));
            assertThat(redrive(MessageSelection.ALL.atMost(7))).isEqualTo(done(3));
        }

        /** Whoever fails at once every time must not keep it going for ever. */
        @Test
        void areNotThoseThatFailMeanwhile() {
            int count = 1100;
            deadLetterMany(count);
            try (Receiver receiver = bus.namespace.openReceiver(path, ReceiverOptions.peekLock())) {
                failAll(receiver, 200);
                assertThat(redrive(MessageSelection.ALL).done()).isEqualTo(count);
            }
            assertThat(counters().deadLettered()).isEqualTo(200);
        }

        private void failAll(Receiver receiver, int left) {
            if (left > 0) {
                receiver.receive().thenAccept(delivery -> {
                    bus.namespace.settle(delivery.requireLockToken(), because("Again"));
                    failAll(receiver, left - 1);
                });
            }
        }
    }

    @Nested
    class Stays {
        @Test
        void whatIsUnderLock() {
            dead("a", "b");
            Delivery held = bus.take(deadLetters());
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(new BulkProgress(1, 1, 0, 0, null, 0));
            bus.settle(held, Settlement.COMPLETE);
            assertThat(texts(path)).containsExactly("b");
        }

        @Test
        void whatIsDeferredUnlessItIsNamed() {
            dead("a", "b");
            bus.settle(bus.take(deadLetters()), Settlement.DEFER);
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(new BulkProgress(1, 0, 1, 0, null, 0));
            assertThat(redrive(MessageSelection.ALL.inState(MessageState.DEFERRED)))
                    .isEqualTo(done(1));
            assertThat(bus.takeAll(path)).containsExactly("b", "a");
        }

        @Test
        void whatNobodyHasMeant() {
            dead("a", "b");
            bus.settle(bus.take(deadLetters()), Settlement.DEFER);
            assertThat(redrive(MessageSelection.ALL.inState(MessageState.ACTIVE)))
                    .isEqualTo(done(1));
            assertThat(texts(deadLetters())).containsExactly("a");
        }
    }

    @Nested
    class AnEntity {
        @Test
        @Tag("Q3")
        void thatIsFullTakesBackWhatIsCountedThereAlready() {
            EntityPath small = EntityPath.queue("small");
            bus.create(queue().name("small").maxSizeBytes(1 << 20));
            bus.send(small, keyed("x".repeat(200_000)));
            bus.settle(bus.take(small), because("Bad"));
            for (int i = 0; i < 4; i++) {
                bus.send(small, keyed("y".repeat(200_000)));
            }
            CompletableFuture<Long> oneTooMany =
                    bus.namespace.send(small, keyed("y".repeat(200_000)).build());
            assertThat(bus.errorOf(oneTooMany)).isEqualTo(ErrorCode.QuotaExceeded);
            BulkOperation redrive = bus.namespace.redriveMessages(small.deadLetterQueue(), MessageSelection.ALL);
            assertThat(bus.get(redrive.result())).isEqualTo(done(1));
        }

        @Test
        @Tag("U1")
        void thatDetectsDuplicatesTakesItForNone() {
            EntityPath once = EntityPath.queue("once");
            bus.create(queue().name("once").duplicateDetectionWindow(Duration.ofHours(1)));
            bus.send(once, keyed("a").applicationMessageId("1"));
            bus.settle(bus.take(once), because("Bad"));
            bus.get(bus.namespace
                    .redriveMessages(once.deadLetterQueue(), MessageSelection.ALL)
                    .result());
            bus.send(once, keyed("again").applicationMessageId("1"));
            assertThat(bus.takeAll(once)).containsExactly("a");
        }

        @Test
        @Tag("W3")
        void thatTakesNothingIsLeftAlone() {
            if (!kind.isQueue()) {
                return;
            }
            dead("a");
            bus.get(bus.namespace.updateQueue(
                    queue().status(EntityStatus.SEND_DISABLED).build()));
            assertThat(bus.errorOf(redriving(MessageSelection.ALL).result())).isEqualTo(ErrorCode.EntityDisabled);
            bus.get(bus.namespace.updateQueue(
                    queue().status(EntityStatus.RECEIVE_DISABLED).build()));
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(done(1));
        }

        @Test
        @Tag("W3")
        void thatTakesNothingAnyMoreEndsItInTheMiddle() {
            if (!kind.isQueue()) {
                return;
            }
            int count = 1100;
            deadLetterMany(count);
            BulkOperation redrive = redriving(MessageSelection.ALL);
            CompletableFuture<?> barred = bus.namespace.updateQueue(
                    queue().status(EntityStatus.SEND_DISABLED).build());
            assertThat(bus.errorOf(redrive.result())).isEqualTo(ErrorCode.EntityDisabled);
            assertThat(barred).isCompleted();
            assertThat(counters().deadLettered()).isBetween(1L, count - 1L);
            assertThat(counters().active()).isEqualTo(redrive.progress().done());
        }

        @Test
        @Tag("W1")
        @Tag("D5")
        void thatForwardsForwardsItAnew() {
            EntityPath first = EntityPath.queue("first");
            bus.create(queue().name("next").status(EntityStatus.SEND_DISABLED));
            bus.create(queue().name("first").forwardTo("next"));
            bus.send(first, keyed("a"));
            assertThat(onlyOne(first.deadLetterQueue()).deadLetterReason()).isEqualTo("EntityDisabled");
            bus.get(bus.namespace.updateQueue(
                    queue().name("next").status(EntityStatus.ACTIVE).build()));
            BulkOperation redrive = bus.namespace.redriveMessages(first.deadLetterQueue(), MessageSelection.ALL);
            assertThat(bus.get(redrive.result())).isEqualTo(done(1));
            assertThat(TestBus.textOf(bus.take(EntityPath.queue("next")))).isEqualTo("a");
        }

        @Test
        void mustBeADeadLetterQueue() {
            assertThat(bus.errorOf(bus.namespace
                            .redriveMessages(path, MessageSelection.ALL)
                            .result()))
                    .isEqualTo(ErrorCode.InvalidOperation);
        }
    }

    @Nested
    @Tag("L13")
    class IsThere {
        @Test
        @Tag("N1")
        void afterARestart() {
            dead("a", "b");
            redrive(MessageSelection.ALL);
            List<Delivery> before = bus.get(bus.namespace.peek(path, 0, 10));
            bus = bus.restarted();
            assertThat(bus.get(bus.namespace.peek(path, 0, 10))).isEqualTo(before);
            send("c");
            assertThat(bus.takeAll(path)).containsExactly("a", "b", "c");
        }

        @Test
        @Tag("P8")
        void alsoWherePartitionsFailInTheMiddle() {
            deadWithoutKeys(20);
            int bad = kind.isSpread() ? 1 : 0;
            bus.store().failNextAppend(bad, Reason.IO);
            BulkProgress first = redrive(MessageSelection.ALL);
            assertThat(first.unavailablePartitions()).isEqualTo(1);
            assertThat(first.done()).isEqualTo(kind.isSpread() ? 15 : 0);
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(new BulkProgress(0, 0, 0, 0, null, 1));
            bus.get(bus.namespace.reopen(bad));
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(done(20 - first.done()));
            assertThat(new HashSet<>(texts(path))).hasSize(20);
        }

        /** Wherever the power goes, each is in one place, and the same call goes on. */
        @Test
        void onceAfterAPowerCutInTheMiddle() {
            int count = 1100;
            deadLetterMany(count);
            bus.syncs(false);
            BulkOperation redrive = redriving(MessageSelection.ALL);
            bus.run();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                bus.store().sync(partition, 1);
            }
            bus.runtime.runUntilIdle();
            long told = redrive.progress().done();
            assertThat(told).isBetween(1L, count - 1L);
            bus = bus.crashed();
            EntityCounters counters = counters();
            assertThat(counters.active()).isGreaterThanOrEqualTo(told);
            assertThat(counters.active() + counters.deadLettered()).isEqualTo(count);
            assertThat(redrive(MessageSelection.ALL)).isEqualTo(done(counters.deadLettered()));
            Set<String> once = new HashSet<>();
            List<String> all = bus.takeAll(path);
            assertThat(all).hasSize(count).allMatch(once::add);
            assertThat(all.get(0)).isEqualTo("m0");
            assertThat(all.get(count - 1)).isEqualTo("m" + (count - 1));
        }
    }
}
