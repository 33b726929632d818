/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages that are sent with a delay: rules N4, T8, Jakarta Messaging 3.4.13 and 7.9. */
class DelayRulesTest extends DelayFixture {
    private static final EntityPath KEEPS = EntityPath.queue("keeps");
    private static final EntityPath SPREAD = EntityPath.queue("spread");

    @Override
    void open(Profile profile) {
        super.open(profile);
        bus.create(QueueDescription.builder("keeps").deadLetterOnExpiry(true));
        bus.create(QueueDescription.builder("spread").partitioned(true));
    }

    private void openAzure() {
        close();
        open(Profile.AZURE);
    }

    private long now() {
        return bus.runtime.clock().wallTimeMs();
    }

    @Nested
    class BeforeItsTime {

        @Test
        @Tag("N4")
        void isNotReceived() {
            send("a", 1000);
            advance(999);
            assertThat(bus.receive(TestBus.ORDERS)).isNull();
            try (Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock())) {
                assertThat(receiver.receiveNow(-1)).isCancelled();
            }
            advance(1);
            assertThat(takeAll()).containsExactly("a");
        }

        @Test
        @Tag("N6")
        @Tag("D6")
        void isCountedAndPeekedAsScheduled() {
            long number = send("a", 1000);
            int bytes = delayed("a", 1000).build().sizeBytes();
            assertThat(bus.counters()).isEqualTo(new EntityCounters(0, 0, 0, 1, 0, bytes, 0));
            Delivery peeked = bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10)).get(0);
            assertThat(peeked.state()).isEqualTo(MessageState.SCHEDULED);
            assertThat(peeked.sequenceNumber()).isEqualTo(number);
            advance(1000);
            assertThat(bus.counters()).isEqualTo(new EntityCounters(1, 0, 0, 0, 0, bytes, 0));
            assertThat(bus.get(bus.namespace.peek(TestBus.ORDERS, 0, 10)).get(0).state())
                    .isEqualTo(MessageState.ACTIVE);
        }

        @Test
        @Tag("N4")
        void goesWithItsQueue() {
            send("a", 1000);
            bus.get(bus.namespace.deleteQueue("orders"));
            bus.create(QueueDescription.builder("orders"));
            advance(2000);
            assertThat(takeAll()).isEmpty();
        }

        @Test
        @Tag("N4")
        void mayLieForEver() {
            send("never", Long.MAX_VALUE);
            send("in 200 years", Duration.ofDays(200 * 365).toMillis());
            send("soon", 1000);
            advance(Duration.ofDays(3).toMillis());
            assertThat(takeAll()).containsExactly("soon");
            assertThat(bus.counters().scheduled()).isEqualTo(2);
        }
    }

    @Nested
    class AtItsTime {

        @Test
        @Tag("N4")
        void comesInTheOrderOfTimes() {
            send("late", 3000);
            send("soon", 1000);
            send("soon too", 1000);
            send("now", 0);
            advance(2000);
            send("after soon", 0);
            advance(2000);
            assertThat(takeAll()).containsExactly("now", "soon", "soon too", "after soon", "late");
        }

        @Test
        @Tag("N9")
        void overtakesWhatHasALowerPriority() {
            bus.send(TestBus.ORDERS, delayed("urgent", 1000).priority(9));
            bus.send(TestBus.ORDERS, delayed("minor", 1000).priority(0));
            bus.send("normal");
            advance(1000);
            assertThat(takeAll()).containsExactly("urgent", "normal", "minor");
        }

        @Test
        @Tag("N1")
        @Tag("N2")
        @Tag("N4")
        void getsANewNumberAndKeepsThatOfItsSendAsEnqueuedNumber() {
            long scheduled = send("a", 1000);
            long other = send("b", 0);
            advance(1000);
            bus.settle(bus.take(), Settlement.COMPLETE);
            Delivery delivery = bus.take();
            assertThat(delivery.sequenceNumber()).isGreaterThan(other);
            assertThat(delivery.enqueuedSequenceNumber()).isEqualTo(scheduled);
            assertThat(delivery.enqueuedTimeMs()).isEqualTo(now());
            assertThat(send("c", 0)).isGreaterThan(delivery.sequenceNumber());
            bus.settle(delivery, Settlement.COMPLETE);
        }

        @Test
        @Tag("N4")
        void reachesWhoeverWaits() {
            for (boolean durable : new boolean[] {true, false}) {
                Receiver receiver = bus.namespace.openReceiver(
                        TestBus.ORDERS,
                        new ReceiverOptions(ReceiveMode.PEEK_LOCK, (message, count, changes) -> true, Duration.ZERO));
                CompletableFuture<Delivery> request = receiver.receive();
                bus.send(TestBus.ORDERS, delayed("a", 1000).durable(durable));
                advance(999);
                assertThat(request).isNotDone();
                advance(1);
                bus.settle(bus.get(request), Settlement.COMPLETE);
                receiver.close();
            }
        }

        @Test
        @Tag("N4")
        void ofVeryManyComeAllInOrder() {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                bus.namespace.send(
                        TestBus.ORDERS, delayed("m" + (4999 - i), 10_000 - i).build());
                expected.add("m" + i);
            }
            bus.run();
            assertThat(bus.counters().scheduled()).isEqualTo(5000);
            advance(10_100);
            assertThat(bus.counters().active()).isEqualTo(5000);
            assertThat(takeAll()).isEqualTo(expected);
        }

        @Test
        @Tag("N4")
        @Tag("P8")
        void comesFromEveryFragment() {
            for (int i = 0; i < 10; i++) {
                bus.send(SPREAD, delayed("m" + i, 1000));
            }
            assertThat(bus.receive(SPREAD)).isNull();
            advance(1000);
            assertThat(bus.takeAll(SPREAD)).hasSize(10);
        }

        /** Somebody sets the clock, or the machine slept. */
        @Test
        @Tag("N4")
        void isNoticedSoonWhenTheWallClockJumps() {
            send("a", Duration.ofHours(5).toMillis());
            bus.runtime.stepWallClock(Duration.ofHours(6));
            bus.advance(Duration.ofMinutes(1));
            assertThat(takeAll()).containsExactly("a");
        }
    }

    @Nested
    class CountedFromTheSend {

        @Test
        @Tag("N4")
        void theDelayBeginsWithTheClientsSend() {
            for (Profile profile : Profile.values()) {
                close();
                open(profile);
                bus.send(TestBus.ORDERS, delayed("a", 5000).creationTimeMs(now() - 3000));
                bus.send(TestBus.ORDERS, delayed("over", 5000).creationTimeMs(now() - 5000));
                assertThat(takeAll()).containsExactly("over");
                advance(2000);
                assertThat(takeAll()).containsExactly("a");
            }
        }

        @Test
        @Tag("N5")
        @Tag("X1")
        void alsoInATransactionWhichHidesItUntilItsCommit() {
            Message message = delayed("a", 5000).creationTimeMs(now()).build();
            Message early = delayed("early", 1000).creationTimeMs(now()).build();
            advance(3000);
            assertThat(bus.counters().scheduled()).isZero();
            bus.get(bus.namespace.commit(new PartitionCommit(
                    0,
                    List.of(new OutgoingMessage(TestBus.ORDERS, message), new OutgoingMessage(TestBus.ORDERS, early)),
                    List.of())));
            assertThat(takeAll()).containsExactly("early");
            assertThat(bus.counters().scheduled()).isEqualTo(1);
            advance(2000);
            assertThat(takeAll()).containsExactly("a");
        }

        @Test
        @Tag("T1")
        void theTimeToLiveDoesTooInProfileJms() {
            long sent = now();
            bus.send(TestBus.ORDERS, delayed("a", 5000).creationTimeMs(sent).timeToLiveMs(6000));
            advance(5000);
            assertThat(bus.take().expiresAtMs()).isEqualTo(sent + 6000);
        }
    }

    @Nested
    class Expiry {

        @Test
        @Tag("T5")
        @Tag("T6")
        void beforeItsTimeEndsItThenAndThere() {
            send("kept", 5000);
            bus.send(TestBus.ORDERS, delayed("dropped", 5000).timeToLiveMs(1000));
            bus.send(KEEPS, delayed("dead", 5000).timeToLiveMs(1000));
            bus.send(KEEPS, delayed("volatile", 5000).timeToLiveMs(1000).durable(false));
            advance(999);
            assertThat(bus.counters().scheduled()).isEqualTo(2);
            advance(1);
            assertThat(bus.counters().scheduled()).isEqualTo(1);
            assertThat(bus.takeAll(KEEPS.deadLetterQueue())).containsExactlyInAnyOrder("dead", "volatile");
            advance(5000);
            assertThat(takeAll()).containsExactly("kept");
            assertThat(bus.takeAll(KEEPS)).isEmpty();
        }

        @Test
        @Tag("T6")
        void whileNobodyWasThereKeepsItFromBeingHandedOut() {
            bus.send(KEEPS, delayed("a", 1000).timeToLiveMs(3000));
            bus.close();
            bus.runtime.advanceWithoutTimers(Duration.ofSeconds(10));
            bus = new TestBus(bus.store().kill(), bus.namespace.config(), bus.runtime.after());
            assertThat(bus.takeAll(KEEPS)).isEmpty();
            assertThat(bus.takeAll(KEEPS.deadLetterQueue())).containsExactly("a");
        }

        @Test
        @Tag("T8")
        void ofProfileAzureCountsFromItsActivation() {
            openAzure();
            bus.send(TestBus.ORDERS, delayed("a", 5000).timeToLiveMs(1000));
            advance(5000);
            assertThat(bus.take().expiresAtMs()).isEqualTo(now() + 1000);
        }

        @Test
        @Tag("T8")
        void ofProfileAzureCountsFromItsActivationHoweverLateThatIs() {
            openAzure();
            bus.send(TestBus.ORDERS, delayed("a", 5000).timeToLiveMs(1000));
            bus.close();
            bus.runtime.advanceWithoutTimers(Duration.ofHours(1));
            bus = new TestBus(bus.store().kill(), bus.namespace.config(), bus.runtime.after());
            assertThat(bus.take().expiresAtMs()).isEqualTo(now() + 1000);
            bus = bus.killed();
            assertThat(bus.take().expiresAtMs()).isEqualTo(now() + 1000);
        }
    }
}
