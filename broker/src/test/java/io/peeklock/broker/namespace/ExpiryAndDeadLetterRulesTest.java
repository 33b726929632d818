/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Time to live and dead-letter queues: rules T1 to T7, D1, D2, D6. */
class ExpiryAndDeadLetterRulesTest {
    private static final EntityPath KEEPS = EntityPath.queue("keeps");
    private static final Duration LOCK = Duration.ofSeconds(30);

    private TestBus bus;

    @BeforeEach
    void open() {
        open(Profile.AZURE);
    }

    private void open(Profile profile) {
        bus = TestBus.simulated(2, TestBus.config(profile));
        bus.create(QueueDescription.builder("orders").lockDuration(LOCK).defaultTimeToLive(Duration.ofMinutes(10)));
        bus.create(QueueDescription.builder("keeps").lockDuration(LOCK).deadLetterOnExpiry(true));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private void send(EntityPath path, String text, Duration timeToLive) {
        bus.send(path, TestBus.text(text).timeToLiveMs(timeToLive.toMillis()));
    }

    private EntityCounters counters(EntityPath path) {
        return bus.get(bus.namespace.counters(path));
    }

    @Nested
    class Expiry {

        @Test
        @Tag("T1")
        @Tag("T6")
        void isEnqueuedTimePlusTimeToLive() {
            send(TestBus.ORDERS, "a", Duration.ofSeconds(5));
            long now = bus.runtime.clock().wallTimeMs();
            Delivery delivery = bus.take();
            assertThat(delivery.enqueuedTimeMs()).isEqualTo(now);
            assertThat(delivery.expiresAtMs()).isEqualTo(now + 5000);
            bus.settle(delivery, Settlement.RELEASE);
            bus.advance(Duration.ofMillis(4999));
            bus.settle(bus.take(), Settlement.RELEASE);
            bus.advance(Duration.ofMillis(1));
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
        }

        @Test
        @Tag("T1")
        void ofProfileJmsCountsFromTheClientsSend() {
            close();
            open(Profile.JMS);
            long now = bus.runtime.clock().wallTimeMs();
            bus.send(TestBus.ORDERS, TestBus.text("a").timeToLiveMs(5000).creationTimeMs(now - 3000));
            assertThat(bus.take().expiresAtMs()).isEqualTo(now + 2000);
        }

        @Test
        @Tag("T1")
        void ofProfileAzureCountsFromTheEnqueuing() {
            long now = bus.runtime.clock().wallTimeMs();
            bus.send(TestBus.ORDERS, TestBus.text("a").timeToLiveMs(5000).creationTimeMs(now - 3000));
            assertThat(bus.take().expiresAtMs()).isEqualTo(now + 5000);
        }

        @Test
        @Tag("T2")
        void takesTheQueuesTimeIfTheMessageHasNone() {
            bus.send("a");
            assertThat(bus.take().expiresAtMs())
                    .isEqualTo(bus.runtime.clock().wallTimeMs()
                            + Duration.ofMinutes(10).toMillis());
        }

        @Test
        @Tag("T2")
        void isCappedByTheQueue() {
            send(TestBus.ORDERS, "a", Duration.ofDays(1));
            assertThat(bus.take().expiresAtMs())
                    .isEqualTo(bus.runtime.clock().wallTimeMs()
                            + Duration.ofMinutes(10).toMillis());
        }

        @Test
        @Tag("T2")
        void isNeverByDefault() {
            bus.send(KEEPS, TestBus.text("a"));
            bus.send(KEEPS, TestBus.text("b").timeToLiveMs(Long.MAX_VALUE));
            assertThat(bus.take(KEEPS).expiresAtMs()).isEqualTo(Long.MAX_VALUE);
            assertThat(bus.take(KEEPS).expiresAtMs()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        @Tag("T4")
        void doesNotKeepALockedMessageFromBeingCompleted() {
            send(KEEPS, "a", Duration.ofSeconds(5));
            Delivery delivery = bus.take(KEEPS);
            bus.advance(Duration.ofSeconds(10));
            bus.settle(delivery, Settlement.COMPLETE);
            assertThat(counters(KEEPS).deadLettered()).isZero();
        }

        @Test
        @Tag("T4")
        @Tag("T5")
        void comesAtOnceWhenALockedMessageIsGivenBack() {
            for (Settlement settlement : new Settlement[] {Settlement.ABANDON, Settlement.RELEASE}) {
                send(KEEPS, "a", Duration.ofSeconds(5));
                Delivery delivery = bus.take(KEEPS);
                bus.advance(Duration.ofSeconds(10));
                assertThat(counters(KEEPS).locked()).isEqualTo(1);
                bus.settle(delivery, settlement);
                assertThat(bus.receive(KEEPS)).isNull();
                Delivery dead = bus.take(KEEPS.deadLetterQueue());
                assertThat(dead.deadLetterReason()).isEqualTo("TTLExpiredException");
                assertThat(dead.deliveryCount()).isEqualTo(settlement == Settlement.ABANDON ? 1 : 0);
                bus.settle(dead, Settlement.COMPLETE);
            }
        }

        @Test
        @Tag("T4")
        @Tag("T5")
        void comesAtOnceWhenALockRunsOut() {
            send(KEEPS, "a", Duration.ofSeconds(5));
            bus.take(KEEPS);
            bus.advance(LOCK.plusSeconds(1));
            assertThat(bus.take(KEEPS.deadLetterQueue()).deadLetterReason()).isEqualTo("TTLExpiredException");
        }

        @Test
        @Tag("T5")
        void dropsTheMessageUnlessTheQueueSaysOtherwise() {
            send(TestBus.ORDERS, "a", Duration.ofSeconds(5));
            bus.advance(Duration.ofSeconds(6));
            assertThat(counters(TestBus.ORDERS)).isEqualTo(new EntityCounters(0, 0, 0, 0, 0, 0, 0));
        }

        @Test
        @Tag("T6")
        void isSweptByItself() {
            send(KEEPS, "a", Duration.ofSeconds(5));
            bus.advance(Duration.ofSeconds(6));
            assertThat(counters(KEEPS).active()).isZero();
            assertThat(counters(KEEPS).deadLettered()).isEqualTo(1);
        }

        @Test
        @Tag("T6")
        void isMetByAReceiverBeforeItIsSwept() {
            send(KEEPS, "a", Duration.ofSeconds(5));
            bus.send(KEEPS, TestBus.text("b"));
            bus.runtime.advanceWithoutTimers(Duration.ofSeconds(6));
            assertThat(bus.takeAll(KEEPS)).containsExactly("b");
            assertThat(bus.takeAll(KEEPS.deadLetterQueue())).containsExactly("a");
        }

        /** Whoever waits at the dead-letter queue hears of it, volatile or not. */
        @Test
        @Tag("T5")
        void reachesWhoeverWaitsAtTheDeadLetterQueue() {
            for (boolean durable : new boolean[] {true, false}) {
                Receiver receiver = bus.namespace.openReceiver(KEEPS.deadLetterQueue(), ReceiverOptions.peekLock());
                CompletableFuture<Delivery> request = receiver.receive();
                bus.send(KEEPS, TestBus.text("a").durable(durable).timeToLiveMs(5000));
                bus.runtime.advanceWithoutTimers(Duration.ofSeconds(6));
                assertThat(bus.receive(KEEPS)).isNull();
                assertThat(bus.get(request).deadLetterReason()).isEqualTo("TTLExpiredException");
                receiver.close();
            }
        }

        /** It comes expired, is met by the one who waits for it, and so reaches the other in the same moment. */
        @Test
        @Tag("T5")
        void onArrivalReachesWhoeverWaitsAtTheDeadLetterQueue() {
            close();
            open(Profile.JMS);
            for (boolean durable : new boolean[] {true, false}) {
                Receiver dead = bus.namespace.openReceiver(KEEPS.deadLetterQueue(), ReceiverOptions.peekLock());
                Receiver alive = bus.namespace.openReceiver(KEEPS, ReceiverOptions.peekLock());
                CompletableFuture<Delivery> request = dead.receive();
                CompletableFuture<Delivery> never = alive.receive();
                bus.send(KEEPS, TestBus.text("first").durable(false));
                bus.settle(bus.get(never), Settlement.COMPLETE);
                never = alive.receive();
                long now = bus.runtime.clock().wallTimeMs();
                bus.send(
                        KEEPS,
                        TestBus.text("a").durable(durable).timeToLiveMs(1000).creationTimeMs(now - 5000));
                assertThat(bus.get(request).deadLetterReason()).isEqualTo("TTLExpiredException");
                assertThat(never).isNotDone();
                dead.close();
                alive.close();
            }
        }

        private void sendOneBehindVeryManyThatExpire() {
            for (int i = 0; i < 2000; i++) {
                bus.namespace.send(
                        TestBus.ORDERS, TestBus.text("x").timeToLiveMs(1000).build());
            }
            bus.run();
            bus.runtime.advanceWithoutTimers(Duration.ofSeconds(6));
            bus.send("alive");
        }

        @Test
        @Tag("T6")
        void ofVeryManyIsMetInPieces() {
            sendOneBehindVeryManyThatExpire();
            assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("alive");
        }

        @Test
        @Tag("T6")
        void ofVeryManyHidesNothingFromWhoeverDoesNotWait() {
            sendOneBehindVeryManyThatExpire();
            Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
            assertThat(TestBus.textOf(bus.get(receiver.receiveNow(-1)))).isEqualTo("alive");
            receiver.close();
        }

        @Test
        @Tag("T6")
        void goesOnAfterARestart() {
            send(KEEPS, "a", Duration.ofSeconds(5));
            bus = bus.restarted();
            bus.advance(Duration.ofSeconds(6));
            assertThat(bus.takeAll(KEEPS.deadLetterQueue())).containsExactly("a");
        }

        @Test
        @Tag("T7")
        void isNotObservedInADeadLetterQueue() {
            send(TestBus.ORDERS, "a", Duration.ofSeconds(5));
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            bus.advance(Duration.ofDays(1));
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            assertThat(dead.entity()).isEqualTo(TestBus.ORDERS.deadLetterQueue());
            bus.settle(dead, Settlement.ABANDON);
            bus.take(TestBus.ORDERS.deadLetterQueue());
        }
    }

    @Nested
    class DeadLetterQueue {

        @Test
        @Tag("D1")
        void cannotBeSentTo() {
            assertThat(bus.errorOf(bus.namespace.send(
                            TestBus.ORDERS.deadLetterQueue(), TestBus.text("a").build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        @Tag("D1")
        void keepsWhatIsDeadLetteredAgain() {
            bus.send("a");
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            assertThat(bus.errorOf(bus.namespace.settle(
                            dead.requireLockToken(), new Settlement.DeadLetter("again", null, Map.of()))))
                    .isEqualTo(ErrorCode.InvalidOperation);
            bus.settle(dead, Settlement.COMPLETE);
            assertThat(counters(TestBus.ORDERS).deadLettered()).isZero();
        }

        @Test
        @Tag("D1")
        void canBePeekedAndReceivedAndDeleted() {
            bus.send("a");
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            EntityPath dead = TestBus.ORDERS.deadLetterQueue();
            assertThat(bus.get(bus.namespace.peek(dead, 0, 10))).hasSize(1);
            assertThat(bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10))).isEmpty();
            assertThat(bus.receive(dead, ReceiverOptions.receiveAndDelete())).isNotNull();
            assertThat(counters(TestBus.ORDERS).deadLettered()).isZero();
        }

        @Test
        @Tag("D1")
        @Tag("T7")
        void keepsExpiredMessagesAfterARestartToo() {
            send(KEEPS, "a", Duration.ofSeconds(5));
            bus.advance(Duration.ofSeconds(6));
            bus = bus.restarted();
            bus.advance(Duration.ofDays(1));
            Delivery dead = bus.take(KEEPS.deadLetterQueue());
            assertThat(dead.deadLetterReason()).isEqualTo("TTLExpiredException");
            bus.settle(dead, Settlement.RELEASE);
            bus.advance(Duration.ofDays(1));
            assertThat(bus.take(KEEPS.deadLetterQueue()).deliveryCount()).isZero();
        }

        /** What was dead-lettered is sent again and goes, in one step. */
        @Test
        @Tag("D1")
        @Tag("X1")
        void takesPartInATransaction() {
            bus.send("a");
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            OutgoingMessage again = new OutgoingMessage(TestBus.ORDERS, dead.message());
            bus.get(bus.namespace.commit(new PartitionCommit(0, List.of(again), List.of(dead.requireLockToken()))));
            assertThat(counters(TestBus.ORDERS).deadLettered()).isZero();
            bus = bus.crashed();
            assertThat(bus.take().deliveryCount()).isZero();
            assertThat(bus.receive(TestBus.ORDERS.deadLetterQueue())).isNull();
        }

        @Test
        @Tag("D2")
        void tellsReasonAndDescription() {
            bus.send("a");
            bus.settle(bus.take(), new Settlement.DeadLetter("why", "because", Map.of("p", 1)));
            Delivery dead = bus.take(TestBus.ORDERS.deadLetterQueue());
            assertThat(dead.deadLetterReason()).isEqualTo("why");
            assertThat(dead.deadLetterDescription()).isEqualTo("because");
            assertThat(dead.modifiedProperties()).containsEntry("p", 1);
        }

        /** It would not fit its record, which would stop the partition. */
        @Test
        @Tag("D2")
        void refusesAReasonThatIsTooLong() {
            bus.send("a");
            Delivery delivery = bus.take();
            assertThat(bus.errorOf(bus.namespace.settle(
                            delivery.requireLockToken(),
                            new Settlement.DeadLetter("why", "x".repeat(400_000), Map.of()))))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
            bus.settle(delivery, Settlement.COMPLETE);
        }

        @Test
        @Tag("D6")
        void isCounted() {
            for (int i = 0; i < 6; i++) {
                bus.send("m" + i);
            }
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
            bus.take();
            bus.take(TestBus.ORDERS.deadLetterQueue());
            EntityCounters counters = counters(TestBus.ORDERS);
            int bytes = TestBus.text("m0").build().sizeBytes();
            assertThat(counters).isEqualTo(new EntityCounters(3, 1, 0, 0, 2, 6L * bytes, 0));
            bus = bus.killed();
            assertThat(counters(TestBus.ORDERS)).isEqualTo(new EntityCounters(4, 0, 0, 0, 2, 6L * bytes, 0));
        }
    }
}
