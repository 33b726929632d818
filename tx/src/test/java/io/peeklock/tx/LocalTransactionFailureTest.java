/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.tx.LocalTransaction.State;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commits that meet a partition that is out, full or failing: rules P6, P8, X1. */
class LocalTransactionFailureTest {

    private static final int PARTITIONS = 3;
    private static final int BAD = 1;
    private static final EntityPath PARTS = EntityPath.queue("parts");

    private TestBus bus;
    private LocalTransactions transactions;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(PARTITIONS, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("parts")
                .partitioned(true)
                .maxSizeBytes(1 << 20)
                .maxMessageBytes(1 << 20));
        transactions =
                new LocalTransactions(bus.namespace, TransactionSettings.of(Profile.JMS), (delay, task) -> () -> {});
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private Message.Builder to(int partition, String text) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> TestBus.text(text).partitionKey("k" + i))
                .filter(message -> bus.namespace.partitionOf(PARTS, message.build()) == partition)
                .findFirst()
                .orElseThrow();
    }

    private void failPartition() {
        bus.store().failNextAppend(BAD, Reason.IO);
        assertThat(bus.errorOf(bus.namespace.send(PARTS, to(BAD, "trigger").build())))
                .isEqualTo(ErrorCode.OutcomeUnknown);
    }

    private LocalTransaction sending(Message.Builder... messages) {
        LocalTransaction transaction = transactions.begin();
        for (Message.Builder message : messages) {
            transaction.send(PARTS, message.build());
        }
        return transaction;
    }

    /** As many as there are partitions, so that each would have its turn. */
    private void assertAllCommit() {
        for (int i = 0; i < PARTITIONS; i++) {
            LocalTransaction transaction = sending(TestBus.text("first"), TestBus.text("second"));
            bus.get(transaction.commit());
            assertThat(transaction.state()).isEqualTo(State.COMMITTED);
        }
    }

    @Nested
    class WithoutAKey {

        @Test
        @Tag("P6")
        void goesRoundAPartitionThatIsOut() {
            failPartition();
            assertAllCommit();
            assertThat(bus.takeAll(PARTS)).hasSize(2 * PARTITIONS);
        }

        @Test
        @Tag("P6")
        void goesRoundAPartitionThatIsFull() {
            bus.send(PARTS, to(BAD, "x".repeat((1 << 20) - 200)));
            assertAllCommit();
            assertThat(bus.takeAll(PARTS)).hasSize(2 * PARTITIONS + 1);
        }

        @Test
        @Tag("P6")
        void isNotTriedElsewhereWhenItsOutcomeIsUnknown() {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                bus.store().failNextAppend(partition, Reason.IO);
            }
            LocalTransaction transaction = sending(TestBus.text("a"));
            assertThat(bus.errorOf(transaction.commit())).isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(transaction.state()).isEqualTo(State.OUTCOME_UNKNOWN);
            assertThat(bus.namespace.health().stream().filter(health -> health.reason() != null))
                    .hasSize(1);
        }
    }

    @Nested
    class InItsPartition {

        @Test
        @Tag("P6")
        void isRolledBackWhenThatIsOut() {
            failPartition();
            LocalTransaction transaction = sending(to(BAD, "a"));
            assertThat(bus.errorOf(transaction.commit())).isEqualTo(ErrorCode.PartitionUnavailable);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(bus.takeAll(PARTS)).isEmpty();
        }

        @Test
        @Tag("Q3")
        void isRolledBackWhenThatIsFullAndUnlocksWhatWasReceived() {
            bus.send(PARTS, to(BAD, "x".repeat((1 << 20) - 400)));
            Delivery delivery = bus.take(PARTS);
            LocalTransaction transaction = sending(to(BAD, "y".repeat(1000)));
            transaction.enlist(delivery);
            assertThat(bus.errorOf(transaction.commit())).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(bus.take(PARTS).deliveryCount()).isEqualTo(1);
        }

        /** Locks are volatile: what was received under one cannot be completed after a reopening. */
        @Test
        @Tag("X1")
        void isRolledBackWhenThatWasReopenedSinceItReceived() {
            bus.send(PARTS, to(BAD, "a"));
            LocalTransaction transaction = sending(to(BAD, "b"));
            transaction.enlist(bus.take(PARTS));
            failPartition();
            bus.get(bus.namespace.reopen(BAD));
            assertThat(bus.errorOf(transaction.commit())).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(bus.takeAll(PARTS)).containsExactly("a");
        }

        /** A number that cannot be had ties the transaction to no partition: the next one may go anywhere. */
        @Test
        @Tag("N5")
        @Tag("P11")
        void isNotItsPartitionIfAScheduleGetsNoNumberThere() {
            failPartition();
            LocalTransaction transaction = transactions.begin();
            Instant later = Instant.ofEpochMilli(Long.MAX_VALUE);
            Message message = to(BAD, "a").build();
            assertThatThrownBy(() -> bus.get(transaction.schedule(PARTS, message, later)))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PartitionUnavailable));
            assertThat(transaction.partition()).isEqualTo(PartitionPin.NONE);
            int refused = 0;
            for (int i = 0; i < PARTITIONS + BAD; i++) {
                CompletableFuture<Long> unkeyed =
                        transactions.begin().schedule(PARTS, TestBus.text("b").build(), later);
                bus.run();
                refused += unkeyed.isCompletedExceptionally() ? 1 : 0;
            }
            assertThat(refused).isEqualTo(1);
            // Its turn is the bad one's now.
            LocalTransaction stubborn = transactions.begin();
            for (int i = 0; i < PARTITIONS; i++) {
                CompletableFuture<Long> unkeyed =
                        stubborn.schedule(PARTS, TestBus.text("b").build(), later);
                bus.run();
                refused = unkeyed.isCompletedExceptionally() ? refused : 0;
            }
            assertThat(refused).as("goes on elsewhere").isZero();
            transaction.send(PARTS, to(BAD + 1, "c").build());
            bus.get(transaction.commit());
            assertThat(bus.takeAll(PARTS)).containsExactly("c");
        }

        @ParameterizedTest
        @CsvSource({"0, received", "1, sent"})
        @Tag("X1")
        void happensWholeOrNotWhenItsSyncFails(int survivors, String left) {
            bus.send(PARTS, to(BAD, "received"));
            LocalTransaction transaction = sending(to(BAD, "sent"));
            transaction.enlist(bus.take(PARTS));
            bus.syncs(false);
            CompletableFuture<Void> commit = transaction.commit();
            bus.run();
            bus.store().failNextSync(BAD, Reason.IO, survivors);
            bus.syncs(true);
            assertThat(bus.errorOf(commit)).isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(transaction.state()).isEqualTo(State.OUTCOME_UNKNOWN);
            bus.get(bus.namespace.reopen(BAD));
            assertThat(bus.takeAll(PARTS)).containsExactly(left);
        }
    }

    /** What is open when an entity goes can only be rolled back. */
    @Nested
    @Tag("W4")
    class OfADeletedEntity {
        private static final EntityPath OTHER = EntityPath.queue("other");

        @BeforeEach
        void createAnother() {
            bus.create(QueueDescription.builder("other").homePartition(BAD));
        }

        private void assertRolledBack(LocalTransaction transaction, ErrorCode why) {
            assertThat(bus.errorOf(transaction.commit())).isEqualTo(why);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
        }

        @Test
        void isRolledBackWithWhatItSentElsewhere() {
            bus.send(PARTS, to(BAD, "received"));
            LocalTransaction transaction = sending(to(BAD, "sent"));
            transaction.enlist(bus.take(PARTS));
            transaction.send(OTHER, TestBus.text("sent too").build());
            bus.get(bus.namespace.deleteQueue("other"));
            assertRolledBack(transaction, ErrorCode.EntityNotFound);
            Delivery again = bus.take(PARTS);
            assertThat(TestBus.textOf(again)).isEqualTo("received");
            assertThat(again.deliveryCount()).isEqualTo(1);
            assertThat(bus.receive(PARTS)).isNull();
        }

        @Test
        void isRolledBackIfItHadReceivedFromIt() {
            bus.send(OTHER, TestBus.text("received"));
            LocalTransaction transaction = sending(to(BAD, "sent"));
            transaction.enlist(bus.take(OTHER));
            bus.get(bus.namespace.deleteQueue("other"));
            assertRolledBack(transaction, ErrorCode.MessageLockLost);
            assertThat(bus.takeAll(PARTS)).isEmpty();
        }

        @Test
        void isNotCommittedIntoOneOfTheSameName() {
            LocalTransaction transaction = sending(to(BAD, "sent"));
            transaction.send(OTHER, TestBus.text("for the old one").build());
            bus.get(bus.namespace.deleteQueue("other"));
            createAnother();
            assertRolledBack(transaction, ErrorCode.EntityNotFound);
            assertThat(bus.takeAll(OTHER)).isEmpty();
            assertThat(bus.takeAll(PARTS)).isEmpty();
        }

        /** The number that was reserved in the old one is another message's in the new one. */
        @Test
        @Tag("N1")
        @Tag("N5")
        void schedulesNothingInOneOfTheSameName() {
            LocalTransaction transaction = transactions.begin();
            Message message = TestBus.text("for the old one").build();
            long number = bus.get(transaction.schedule(OTHER, message, Instant.ofEpochMilli(Long.MAX_VALUE)));
            bus.get(bus.namespace.deleteQueue("other"));
            createAnother();
            assertThat(bus.send(OTHER, TestBus.text("first"))).isEqualTo(number);
            assertRolledBack(transaction, ErrorCode.EntityNotFound);
            assertThat(bus.takeAll(OTHER)).containsExactly("first");
            assertThat(bus.get(bus.namespace.counters(OTHER)).scheduled()).isZero();
        }
    }
}
