/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.tx.LocalTransaction.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction that is left open, on a clock that the test moves: rule X2. */
@Tag("X2")
class TransactionTimeoutTest {

    /** Shorter than the lock of a message, which is not to end first. */
    private static final Duration TIMEOUT = Duration.ofSeconds(50);

    private static final Duration ALMOST = TIMEOUT.minusMillis(1);
    private static final Duration OVER = TIMEOUT.plusMillis(1);
    private static final EntityPath WHOLE = EntityPath.queue("whole");

    private final List<String> told = new ArrayList<>();
    private TestBus bus;
    private LocalTransactions transactions;
    private LocalTransaction transaction;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("whole"));
        bus.create(QueueDescription.builder("spread").partitioned(true));
        transactions = transactions(TransactionSettings.of(Profile.JMS));
        begin("first");
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private LocalTransactions transactions(TransactionSettings settings) {
        return new LocalTransactions(bus.namespace, settings.withTimeout(TIMEOUT), this::later);
    }

    private Runnable later(Duration delay, Runnable task) {
        AtomicBoolean wanted = new AtomicBoolean(true);
        bus.runtime.schedule(
                () -> {
                    if (wanted.get()) {
                        task.run();
                    }
                },
                delay.toNanos());
        return () -> wanted.set(false);
    }

    private void begin(String name) {
        transaction = transactions.begin(() -> told.add(name));
    }

    private static Message.Builder keyed(String text) {
        return TestBus.text(text).partitionKey("k");
    }

    private void sendOne(String text) {
        transaction.send(WHOLE, keyed(text).build());
    }

    private void assertTimedOut(Runnable operation) {
        BrokerException refusal = catchThrowableOfType(BrokerException.class, operation::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.Timeout);
        assertThat(refusal).hasMessageContaining("PT50S").hasMessageContaining("roll back");
    }

    @Nested
    class ThatIsOver {

        @ParameterizedTest
        @ValueSource(strings = {"whole", "spread"})
        @Tag("X1")
        @Tag("L6")
        void sendsNothingAndUnlocksInOrderCounting(String name) {
            EntityPath queue = EntityPath.queue(name);
            bus.send(queue, keyed("first"));
            bus.send(queue, keyed("second"));
            transaction.enlist(bus.take(queue));
            transaction.enlist(bus.take(queue));
            transaction.send(queue, keyed("out").build());
            bus.advance(ALMOST);
            assertThat(bus.receive(queue)).as("locked").isNull();
            assertThat(transaction.state()).isEqualTo(State.ACTIVE);
            assertThat(transaction.isTimedOut()).isFalse();
            bus.advance(Duration.ofMillis(1));

            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(transaction.isTimedOut()).isTrue();
            assertThat(transaction.parts().at(0))
                    .as("what its session keeps until it rolls back")
                    .isEmpty();
            for (String text : List.of("first", "second")) {
                Delivery again = bus.take(queue);
                assertThat(TestBus.textOf(again)).isEqualTo(text);
                assertThat(again.deliveryCount()).isEqualTo(1);
            }
            assertThat(bus.receive(queue)).as("nothing was sent").isNull();
        }

        @ParameterizedTest
        @ValueSource(strings = {"whole", "spread"})
        void hasLeftNothingAfterARestart(String name) {
            EntityPath queue = EntityPath.queue(name);
            bus.send(queue, keyed("in"));
            transaction.enlist(bus.take(queue));
            transaction.send(queue, keyed("out").build());
            bus.advance(OVER);
            bus = bus.restarted();
            Delivery again = bus.take(queue);
            assertThat(TestBus.textOf(again)).isEqualTo("in");
            assertThat(again.deliveryCount()).isEqualTo(1);
            assertThat(bus.receive(queue)).isNull();
        }

        @Test
        void refusesEveryOperationAndIsRolledBackAlready() {
            EntityPath queue = EntityPath.queue("spread");
            transaction.send(queue, keyed("out").build());
            bus.advance(OVER);
            bus.send(queue, keyed("in"));
            Delivery late = bus.take(queue);

            Message message = keyed("late").build();
            assertTimedOut(() -> transaction.send(queue, message));
            assertTimedOut(() -> transaction.schedule(queue, message, Instant.EPOCH));
            assertTimedOut(() -> transaction.requireRoom(1));
            assertTimedOut(() -> transaction.enlist(late));
            assertThat(transaction.partition()).as("feeds on none").isEqualTo(PartitionPin.NONE);
            BrokerException failure = bus.failure(transaction.commit());
            assertThat(failure.code()).isEqualTo(ErrorCode.Timeout);
            assertThat(failure).hasMessageContaining("PT50S").hasMessageContaining("nothing of it was sent");
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            bus.get(transaction.rollback());
            bus.settle(late, Settlement.RELEASE);
            assertThat(bus.takeAll(queue)).containsExactly("in");
        }

        /** Who rolls it back knows then that all it had is available. */
        @Test
        void isRolledBackWhenItsMessagesAreUnlocked() {
            bus.send(WHOLE, keyed("in"));
            transaction.enlist(bus.take(WHOLE));
            bus.syncs(false);
            // What is answered behind it waits for the disk.
            CompletableFuture<Long> send =
                    bus.namespace.send(WHOLE, keyed("behind").build());
            bus.advance(OVER);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            CompletableFuture<Void> rollback = transaction.rollback();
            assertThat(rollback).isNotDone();
            bus.syncs(true);
            bus.get(rollback);
            bus.get(send);
            assertThat(bus.take(WHOLE).deliveryCount()).isEqualTo(1);
        }

        @Test
        void isToldOnceAndLeavesTheNextOneAlone() {
            sendOne("lost");
            bus.advance(OVER);
            assertThat(told).containsExactly("first");
            begin("second");
            sendOne("kept");
            bus.advance(ALMOST);
            bus.get(transaction.commit());
            bus.advance(OVER);
            assertThat(told).containsExactly("first");
            assertThat(bus.takeAll(WHOLE)).containsExactly("kept");
        }

        @Test
        void comesTooLateForACommitThatIsUnderWay() {
            sendOne("out");
            bus.syncs(false);
            CompletableFuture<Void> commit = transaction.commit();
            bus.advance(OVER);
            assertThat(commit).isNotDone();
            bus.syncs(true);
            bus.get(commit);
            assertThat(transaction.state()).isEqualTo(State.COMMITTED);
            assertThat(told).isEmpty();
        }
    }

    @Nested
    class Counts {

        @Test
        void fromTheFirstOperation() {
            bus.advance(TIMEOUT.multipliedBy(3));
            sendOne("out");
            bus.advance(ALMOST);
            sendOne("does not prolong it");
            assertThat(transaction.state()).isEqualTo(State.ACTIVE);
            bus.advance(Duration.ofMillis(1));
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
        }

        @Test
        @Tag("N5")
        void fromASchedule() {
            Instant due = Instant.ofEpochMilli(Long.MAX_VALUE);
            bus.get(transaction.schedule(WHOLE, keyed("later").build(), due));
            bus.advance(OVER);
            assertThat(transaction.isTimedOut()).isTrue();
            assertThat(bus.get(bus.namespace.counters(WHOLE)).scheduled()).isZero();
        }

        @Test
        void notFromASendThatWasRefused() {
            LocalTransaction strict =
                    transactions(TransactionSettings.of(Profile.AZURE)).begin();
            assertThatThrownBy(() -> strict.send(
                            EntityPath.queue("spread"), TestBus.text("keyless").build()))
                    .isInstanceOf(BrokerException.class);
            bus.advance(OVER);
            assertThat(strict.state()).isEqualTo(State.ACTIVE);
        }

        @Test
        void notWithoutATimeOut() {
            TransactionSettings none = TransactionSettings.of(Profile.AZURE).withTimeout(null);
            transaction = new LocalTransactions(bus.namespace, none, (delay, task) -> {
                        throw new AssertionError("no timer is wanted");
                    })
                    .begin();
            sendOne("out");
            bus.advance(Duration.ofDays(1));
            bus.get(transaction.commit());
            assertThat(bus.takeAll(WHOLE)).containsExactly("out");
        }
    }

    @Test
    void isNoneForJakartaMessagingAndTwoMinutesForAzure() {
        assertThat(TransactionSettings.of(Profile.JMS).timeout()).isNull();
        assertThat(TransactionSettings.of(Profile.AZURE).timeout()).hasMinutes(2);
        assertThatThrownBy(() -> TransactionSettings.of(Profile.JMS).withTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longer than zero");
    }
}
