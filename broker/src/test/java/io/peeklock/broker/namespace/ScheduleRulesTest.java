/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules N3 to N5 and T8 in a queue that lies in one partition; {@link SpreadScheduleRulesTest} has one that does not. */
class ScheduleRulesTest {
    static final Duration HOUR = Duration.ofHours(1);

    TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        bus.create(queue());
    }

    @AfterEach
    void close() {
        bus.close();
    }

    QueueDescription.Builder queue() {
        return QueueDescription.builder("orders");
    }

    private Instant in(Duration time) {
        return Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs()).plus(time);
    }

    private long schedule(Message.Builder message, Duration in) {
        return bus.get(bus.namespace.schedule(TestBus.ORDERS, message.build(), in(in)));
    }

    long schedule(String text, Duration in) {
        return schedule(TestBus.text(text), in);
    }

    BrokerException refusalOfCancelling(Long... numbers) {
        return bus.failure(bus.namespace.cancelScheduled(TestBus.ORDERS, List.of(numbers)));
    }

    @Nested
    class Scheduling {

        @Test
        @Tag("N3")
        @Tag("N4")
        @Tag("N6")
        void givesTheNumberUnderWhichTheMessageWaits() {
            long number = schedule("a", HOUR);
            Delivery seen =
                    bus.get(bus.namespace.peek(TestBus.ORDERS, number, 1)).get(0);
            assertThat(seen.state()).isEqualTo(MessageState.SCHEDULED);
            assertThat(seen.sequenceNumber()).isEqualTo(number);
            bus.advance(HOUR.minusMillis(1));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus.advance(Duration.ofMillis(1));
            Delivery delivery = bus.take();
            assertThat(delivery.sequenceNumber()).isGreaterThan(number);
            assertThat(delivery.enqueuedSequenceNumber()).isEqualTo(number);
        }

        @Test
        @Tag("N3")
        void inThePastIsSending() {
            schedule("a", HOUR.negated());
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
            bus.get(bus.namespace.schedule(TestBus.ORDERS, TestBus.text("b").build(), Instant.MIN));
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("b");
        }

        @Test
        @Tag("N3")
        void farBeyondAllTimesIsNever() {
            Message message = TestBus.text("a").timeToLiveMs(1000).build();
            long number = bus.get(bus.namespace.schedule(TestBus.ORDERS, message, Instant.MAX));
            bus.advance(HOUR);
            assertThat(bus.counters().scheduled()).isEqualTo(1);
            bus.get(bus.namespace.cancelScheduled(TestBus.ORDERS, List.of(number)));
        }

        @Test
        @Tag("N4")
        void survivesAKill() {
            schedule("a", HOUR);
            bus = bus.killed();
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            bus.advance(HOUR);
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }

        @Test
        @Tag("T8")
        void countsTheTimeToLiveFromThen() {
            schedule(TestBus.text("a").timeToLiveMs(1000).creationTimeMs(5), HOUR);
            bus.advance(HOUR.plusMillis(999));
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }

        @Test
        @Tag("T8")
        void countsItFromTheMomentWhenItComesIfThatIsLate() {
            schedule(TestBus.text("a").timeToLiveMs(1000), HOUR);
            TestBus stopped = bus;
            stopped.close();
            stopped.runtime.advance(HOUR.multipliedBy(2));
            bus = new TestBus(stopped.store().kill(), stopped.namespace.config(), stopped.runtime.after());
            bus.advance(Duration.ofMillis(500));
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }
    }

    @Nested
    class Cancelling {

        @Test
        @Tag("N3")
        void removesWhatWaits() {
            long a = schedule("a", HOUR);
            schedule("b", HOUR);
            bus.get(bus.namespace.cancelScheduled(TestBus.ORDERS, List.of(a)));
            bus = bus.killed();
            bus.advance(HOUR);
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("b");
        }

        @Test
        @Tag("N3")
        void takesANumberThatIsNamedTwiceForOne() {
            long a = schedule("a", HOUR);
            bus.get(bus.namespace.cancelScheduled(TestBus.ORDERS, List.of(a, a)));
            assertThat(bus.counters().scheduled()).isZero();
        }

        @Test
        @Tag("N3")
        void findsNothingThatIsActiveOrUnknownAndCancelsTheOthers() {
            long early = schedule("a", Duration.ofMillis(10));
            bus.advance(Duration.ofMillis(10));
            long waiting = schedule("b", HOUR);
            assertThat(refusalOfCancelling(early, waiting, 4711L).code()).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(bus.counters().scheduled()).isZero();
            assertThat(refusalOfCancelling(waiting).getMessage()).contains("" + waiting, "orders");
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }

        @Test
        @Tag("N3")
        void removesMessagesThatWereSentWithADelay() {
            long number = bus.send(TestBus.ORDERS, TestBus.text("a").deliveryDelayMs(1000));
            bus.get(bus.namespace.cancelScheduled(TestBus.ORDERS, List.of(number)));
            assertThat(bus.counters().sizeBytes()).isZero();
        }

        @Test
        @Tag("W3")
        void isBarredWhereSendingIs() {
            long number = schedule("a", HOUR);
            bus.get(bus.namespace.updateQueue(
                    queue().status(EntityStatus.SEND_DISABLED).build()));
            assertThat(refusalOfCancelling(number).code()).isEqualTo(ErrorCode.EntityDisabled);
            bus.get(bus.namespace.updateQueue(queue().build()));
            bus.get(bus.namespace.cancelScheduled(TestBus.ORDERS, List.of(number)));
        }

        @Test
        @Tag("U4")
        void aDuplicateIsScheduledOnce() {
            EntityPath path = EntityPath.queue("once");
            bus.create(QueueDescription.builder("once").duplicateDetectionWindow(Duration.ofMinutes(10)));
            Message message = TestBus.text("a").applicationMessageId("7").build();
            long first = bus.get(bus.namespace.schedule(path, message, in(HOUR)));
            assertThat(bus.get(bus.namespace.schedule(path, message, in(HOUR)))).isEqualTo(first);
            assertThat(bus.get(bus.namespace.counters(path)).scheduled()).isEqualTo(1);
        }

        @Test
        @Tag("N3")
        void leavesWhatWasAbandonedWithADelay() {
            bus.send("a");
            Delivery delivery = bus.take();
            bus.settle(delivery, new Settlement.Abandon(Map.of(), 1000));
            assertThat(refusalOfCancelling(delivery.sequenceNumber()).code()).isEqualTo(ErrorCode.MessageNotFound);
            bus.advance(Duration.ofSeconds(1));
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        }
    }

    @Nested
    class InATransaction {

        private long reserved(int partition) {
            return bus.get(bus.namespace.reserveNumber(TestBus.ORDERS, partition));
        }

        private CompletableFuture<Void> commit(long number, List<LockToken> completes) {
            Message message = TestBus.text("scheduled").build();
            return bus.namespace.commit(new PartitionCommit(
                    0, List.of(OutgoingMessage.scheduled(TestBus.ORDERS, message, in(HOUR), number)), completes));
        }

        @Test
        @Tag("N5")
        @Tag("X6")
        void aScheduleHappensWithTheCommitUnderItsReservedNumber() {
            long number = reserved(0);
            bus.send("later");
            assertThat(bus.counters().scheduled()).isZero();
            bus.get(commit(number, List.of()));
            assertThat(bus.counters().scheduled()).isEqualTo(1);
            bus.get(bus.namespace.cancelScheduled(TestBus.ORDERS, List.of(number)));
            assertThat(bus.counters().scheduled()).isZero();
        }

        @Test
        @Tag("N5")
        void aCommitThatIsRefusedSchedulesNothing() {
            bus.send(TestBus.ORDERS, TestBus.text("a").partitionKey(SpreadFixture.keyOf(0)));
            Delivery lost = bus.take();
            bus.settle(lost, Settlement.RELEASE);
            long number = reserved(0);
            assertThat(bus.errorOf(commit(number, List.of(lost.requireLockToken()))))
                    .isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.counters().scheduled()).isZero();
        }

        @Test
        @Tag("X6")
        @Tag("N1")
        void aReservedNumberIsNeverGivenToAnother() {
            long number = reserved(0);
            bus = bus.killed();
            assertThat(reserved(0)).isGreaterThan(number);
            bus = bus.restarted();
            assertThat(reserved(0)).isGreaterThan(number + 1);
        }
    }
}
