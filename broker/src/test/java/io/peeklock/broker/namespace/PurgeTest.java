/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.selector.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An administrator removes many messages. */
@ParameterizedClass(name = "{0}")
@EnumSource
class PurgeTest extends BulkFixture {

    PurgeTest(Kind kind) {
        super(kind);
    }

    private Instant now() {
        return Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs());
    }

    @Nested
    class Takes {
        @Test
        @Tag("D6")
        void everythingThatIsNotUnderLock() {
            send("locked");
            bus.take(path);
            send("deferred");
            bus.settle(bus.take(path), Settlement.DEFER);
            bus.send(destination, keyed("delayed").deliveryDelayMs(60_000));
            send("active");
            bus.send(destination, keyed("volatile").durable(false));
            assertThat(purge(path, MessageSelection.ALL)).isEqualTo(new BulkProgress(4, 1, 0, 0, null, 0));
            assertThat(texts(path)).containsExactly("locked");
            EntityCounters left = counters();
            assertThat(left.locked()).isEqualTo(1);
            assertThat(left.active() + left.deferred() + left.scheduled()).isZero();
        }

        @Test
        void whatLiesInAllPartitions() {
            for (int i = 0; i < 20; i++) {
                bus.send(destination, TestBus.text("m" + i));
            }
            assertThat(purge(path, MessageSelection.ALL)).isEqualTo(done(20));
            assertThat(counters()).isEqualTo(new EntityCounters(0, 0, 0, 0, 0, 0, 0));
        }

        @Test
        void theSubQueueThatIsNamed() {
            dead("dead");
            send("alive");
            assertThat(purge(deadLetters(), MessageSelection.ALL)).isEqualTo(done(1));
            assertThat(texts(path)).containsExactly("alive");
            assertThat(counters().deadLettered()).isZero();
        }

        @Test
        void oneState() {
            send("deferred");
            bus.settle(bus.take(path), Settlement.DEFER);
            send("active");
            assertThat(purge(path, MessageSelection.ALL.inState(MessageState.DEFERRED)))
                    .isEqualTo(done(1));
            assertThat(texts(path)).containsExactly("active");
        }

        @Test
        void whatAFilterChooses() {
            bus.send(destination, keyed("a").property("n", 1));
            bus.send(destination, keyed("b").property("n", 2));
            assertThat(purge(path, MessageSelection.ALL.matching(Selector.parse("n > 1"))))
                    .isEqualTo(done(1));
            assertThat(texts(path)).containsExactly("a");
        }

        @Test
        void whatCameBeforeAnInstant() {
            send("old");
            bus.advance(Duration.ofSeconds(1));
            Instant between = now();
            send("new");
            assertThat(purge(path, MessageSelection.ALL.enqueuedBefore(between)))
                    .isEqualTo(done(1));
            assertThat(texts(path)).containsExactly("new");
            assertThat(purge(path, MessageSelection.ALL.enqueuedBefore(Instant.MIN)))
                    .isEqualTo(done(0));
            assertThat(purge(path, MessageSelection.ALL.enqueuedBefore(Instant.MAX)))
                    .isEqualTo(done(1));
        }

        @Test
        void numbersThatAreNamed() {
            send("a");
            send("b");
            send("c");
            List<Delivery> there = bus.get(bus.namespace.peek(path, 0, 10));
            List<Long> named =
                    List.of(there.get(0).sequenceNumber(), there.get(2).sequenceNumber(), 4711L);
            assertThat(purge(path, MessageSelection.ALL.numbered(named))).isEqualTo(done(2));
            assertThat(texts(path)).containsExactly("b");
        }

        @Test
        void theFirstSoMany() {
            send("a");
            send("b");
            send("c");
            assertThat(purge(path, MessageSelection.ALL.atMost(2))).isEqualTo(done(2));
            assertThat(texts(path)).containsExactly("c");
        }

        /** Else it would never end where somebody sends all the time. */
        @Test
        void notWhatComesMeanwhile() {
            for (int i = 0; i < 600; i++) {
                send("m");
            }
            bus.syncs(false);
            BulkOperation purge = purging(path, MessageSelection.ALL);
            bus.run();
            bus.namespace.send(destination, keyed("late").build());
            bus.syncs(true);
            assertThat(bus.get(purge.result())).isEqualTo(done(600));
            assertThat(texts(path)).containsExactly("late");
        }
    }

    @Test
    void aTopicHasWhatWaitsThereForItsTime() {
        if (kind.isQueue()) {
            return;
        }
        bus.get(bus.namespace.schedule(destination, keyed("a").build(), now().plusSeconds(60)));
        assertThat(purge(destination, MessageSelection.ALL)).isEqualTo(done(1));
        bus.advance(Duration.ofSeconds(61));
        assertThat(texts(path)).isEmpty();
    }

    @Test
    @Tag("W3")
    void aStatusDoesNotBarIt() {
        send("a");
        if (kind.isQueue()) {
            bus.get(bus.namespace.updateQueue(
                    queue().status(EntityStatus.DISABLED).build()));
        }
        assertThat(purge(path, MessageSelection.ALL)).isEqualTo(done(1));
    }

    @Test
    @Tag("U1")
    void whatWasPurgedIsStillKnownToTheDetectionOfDuplicates() {
        EntityPath once = EntityPath.queue("once");
        bus.create(queue().name("once").duplicateDetectionWindow(Duration.ofHours(1)));
        bus.send(once, keyed("a").applicationMessageId("1"));
        assertThat(purge(once, MessageSelection.ALL)).isEqualTo(done(1));
        bus.send(once, keyed("a").applicationMessageId("1"));
        assertThat(texts(once)).isEmpty();
    }

    @Nested
    class Goes {
        @Test
        void onAPartAtATime() {
            for (int i = 0; i < 1200; i++) {
                send("m");
            }
            bus.syncs(false);
            BulkOperation purge = purging(path, MessageSelection.ALL);
            bus.run();
            assertThat(purge.progress()).isEqualTo(done(0));
            for (int partition = 0; partition < PARTITIONS; partition++) {
                bus.store().sync(partition, 1);
            }
            bus.runtime.runUntilIdle();
            assertThat(purge.progress().done()).isBetween(1L, 1199L);
            bus.syncs(true);
            assertThat(bus.get(purge.result())).isEqualTo(done(1200));
            assertThat(purge.progress()).isEqualTo(done(1200));
        }

        @Test
        void onFromWhereItIsAndCountsWhatItPassesOverOnce() {
            send("locked");
            bus.take(path);
            for (int i = 0; i < 1200; i++) {
                send("m");
            }
            assertThat(purge(path, MessageSelection.ALL)).isEqualTo(new BulkProgress(1200, 1, 0, 0, null, 0));
        }

        @Test
        void noFurtherWhenItIsCancelled() {
            for (int i = 0; i < 1200; i++) {
                send("m");
            }
            bus.syncs(false);
            BulkOperation purge = purging(path, MessageSelection.ALL);
            bus.run();
            purge.cancel();
            bus.syncs(true);
            BulkProgress ended = bus.get(purge.result());
            assertThat(ended.done()).isBetween(1L, 1199L);
            assertThat(counters().active()).isEqualTo(1200 - ended.done());
            assertThat(purge(path, MessageSelection.ALL)).isEqualTo(done(1200 - ended.done()));
        }

        @Test
        void toTheEndWithoutADisk() {
            for (int i = 0; i < 3000; i++) {
                bus.namespace.send(destination, keyed("m").durable(false).build());
            }
            bus.run();
            assertThat(purge(path, MessageSelection.ALL)).isEqualTo(done(3000));
        }
    }

    @Nested
    class Survives {
        @Test
        void restarts() {
            dead("b");
            send("a");
            send("c");
            assertThat(purge(deadLetters(), MessageSelection.ALL)).isEqualTo(done(1));
            bus = bus.restarted();
            assertThat(texts(path)).containsExactly("a", "c");
            assertThat(counters().deadLettered()).isZero();
        }

        @Test
        void aPowerCutThatTookWhatNobodyHeardOf() {
            send("a");
            bus.syncs(false);
            BulkOperation purge = purging(path, MessageSelection.ALL);
            bus.run();
            assertThat(purge.result()).isNotDone();
            bus = bus.crashed();
            assertThat(texts(path)).containsExactly("a");
        }
    }

    @Nested
    class Refuses {
        @Test
        void anEntityThatIsNotThere() {
            BulkOperation purge = purging(EntityPath.queue("nowhere"), MessageSelection.ALL);
            assertThat(bus.errorOf(purge.result())).isEqualTo(ErrorCode.EntityNotFound);
            purge.cancel();
            assertThat(purge.progress()).isEqualTo(BulkProgress.NONE);
        }

        @Test
        void toTakeLockedOnesOrNone() {
            assertThatThrownBy(() -> MessageSelection.ALL.inState(MessageState.LOCKED))
                    .isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> MessageSelection.ALL.atMost(0)).isInstanceOf(BrokerException.class);
        }
    }
}
