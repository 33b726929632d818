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
import io.peeklock.journal.memory.MemoryJournalStore;
import io.peeklock.tx.LocalTransaction.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Local transactions over one partition: rules P9 to P11, X1 to X3. */
class LocalTransactionTest {

    private static final EntityPath ORDERS = TestBus.ORDERS;
    private static final EntityPath PARTS = EntityPath.queue("parts");
    private static final EntityPath FAR = EntityPath.queue("far");
    private static final int FAR_PARTITION = 3;

    private final List<Runnable> timers = new ArrayList<>();
    private TestBus bus;
    private LocalTransaction transaction;

    @BeforeEach
    void open() {
        bus = new TestBus(new MemoryJournalStore(4, true), TestBus.config(Profile.JMS), 7);
        bus.create(QueueDescription.builder("orders"));
        bus.create(QueueDescription.builder("parts").partitioned(true));
        bus.create(QueueDescription.builder("far").homePartition(FAR_PARTITION));
        transaction = begin(Profile.JMS);
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private LocalTransaction begin(Profile profile) {
        TransactionTimer timer = (delay, task) -> {
            assertThat(delay).isEqualTo(Duration.ofMinutes(2));
            timers.add(task);
            return () -> timers.remove(task);
        };
        return new LocalTransactions(bus.namespace, TransactionSettings.of(profile), timer).begin();
    }

    private static Message keyed(String key) {
        return TestBus.text("keyed " + key).partitionKey(key).build();
    }

    private static Message unkeyed() {
        return TestBus.text("unkeyed").build();
    }

    private int partitionOf(String key) {
        return bus.namespace.partitionOf(PARTS, keyed(key));
    }

    /** A key whose partition is, or is not, that of another key. */
    private String otherKey(String key, boolean samePartition) {
        int number = 0;
        while ((partitionOf("key" + number) == partitionOf(key)) != samePartition) {
            number++;
        }
        return "key" + number;
    }

    private long active(String queue) {
        return bus.get(bus.namespace.counters(EntityPath.queue(queue))).active();
    }

    private void commit() {
        bus.get(transaction.commit());
    }

    private BrokerException refusalOf(Runnable work) {
        BrokerException refusal = catchThrowableOfType(BrokerException.class, work::run);
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    @Nested
    class Commit {

        @Test
        @Tag("X1")
        void enqueuesWhatWasSentAndCompletesWhatWasReceived() {
            bus.send("in");
            transaction.enlist(bus.take());
            transaction.send(ORDERS, TestBus.text("out").build());
            assertThat(active("orders")).as("before the commit").isZero();
            commit();
            assertThat(TestBus.textOf(bus.take())).isEqualTo("out");
            assertThat(bus.counters().locked()).isEqualTo(1);
            assertThat(transaction.state()).isEqualTo(State.COMMITTED);
        }

        @Test
        void ofNothingIsCommitted() {
            commit();
            assertThat(transaction.state()).isEqualTo(State.COMMITTED);
        }

        @Test
        @Tag("X6")
        void givesSequenceNumbersInItsOrder() {
            transaction.send(ORDERS, TestBus.text("in the transaction").build());
            bus.send("beside it");
            commit();
            assertThat(TestBus.textOf(bus.take())).isEqualTo("beside it");
            assertThat(TestBus.textOf(bus.take())).isEqualTo("in the transaction");
        }

        @Test
        @Tag("L7")
        void withALostLockDoesNothingAndUnlocksTheOthersAtOnce() {
            bus.send("kept");
            bus.send("lost");
            Delivery kept = bus.take();
            Delivery lost = bus.take();
            transaction.enlist(kept);
            transaction.enlist(lost);
            transaction.send(ORDERS, TestBus.text("out").build());
            bus.settle(lost, Settlement.ABANDON);

            assertThat(refusalOf(LocalTransactionTest.this::commit).code()).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            Delivery first = bus.take();
            assertThat(TestBus.textOf(first)).isEqualTo("kept");
            assertThat(first.deliveryCount()).isEqualTo(1);
            assertThat(TestBus.textOf(bus.take())).isEqualTo("lost");
            assertThat(bus.receive(ORDERS)).as("nothing was sent").isNull();
        }

        @Test
        void endsTheTransaction() {
            commit();
            assertThat(refusalOf(() -> transaction.send(ORDERS, unkeyed())).code())
                    .isEqualTo(ErrorCode.InvalidOperation);
        }
    }

    @Nested
    class Rollback {

        @Test
        @Tag("X1")
        void sendsNothingAndUnlocksInOrderCounting() {
            bus.send("first");
            bus.send("second");
            transaction.enlist(bus.take());
            transaction.enlist(bus.take());
            transaction.send(ORDERS, TestBus.text("out").build());
            bus.get(transaction.rollback());
            Delivery first = bus.take();
            assertThat(TestBus.textOf(first)).isEqualTo("first");
            assertThat(first.deliveryCount()).isEqualTo(1);
            assertThat(TestBus.textOf(bus.take())).isEqualTo("second");
            assertThat(bus.receive(ORDERS)).isNull();
        }

        @Test
        void twiceIsOnce() {
            bus.send("a");
            transaction.enlist(bus.take());
            bus.get(transaction.rollback());
            bus.get(transaction.rollback());
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
        }
    }

    @Nested
    class Pinning {

        @Test
        @Tag("P11")
        void isDoneByTheFirstKeyedSend() {
            transaction.send(PARTS, keyed("a"));
            assertThat(transaction.partition()).isEqualTo(partitionOf("a"));
        }

        @Test
        @Tag("P11")
        void isDoneByTheFirstReceivedMessage() {
            bus.send(PARTS, TestBus.text("x").partitionKey("a"));
            transaction.enlist(bus.take(PARTS));
            assertThat(transaction.partition()).isEqualTo(partitionOf("a"));
        }

        @Test
        @Tag("X4")
        void isNotDoneByUnpartitionedQueues() {
            bus.send(FAR, TestBus.text("x"));
            transaction.enlist(bus.take(FAR));
            transaction.send(ORDERS, keyed("a"));
            assertThat(transaction.partition()).isEqualTo(PartitionPin.NONE);
        }

        @Test
        @Tag("P9")
        void refusesAnotherKeyNamingBothAndStaysUsable() {
            transaction.send(PARTS, keyed("a"));
            String other = otherKey("a", false);
            BrokerException refusal = refusalOf(() -> transaction.send(PARTS, keyed(other)));
            assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(refusal)
                    .hasMessageContaining("'a' (partition " + partitionOf("a") + ")")
                    .hasMessageContaining("'" + other + "' (partition " + partitionOf(other) + ")")
                    .hasMessageContaining("crossPartition=true");
            assertThat(refusal.getMessage()).containsOnlyOnce("'a'").containsOnlyOnce("'" + other + "'");
            transaction.send(PARTS, keyed("a"));
            commit();
            assertThat(active("parts")).as("nothing of the refused send").isEqualTo(2);
        }

        @Test
        @Tag("P9")
        void refusesAnotherKeyAlsoWhenItLiesInTheSamePartitionByChance() {
            transaction.send(PARTS, keyed("a"));
            String other = otherKey("a", true);
            assertThat(refusalOf(() -> transaction.send(PARTS, keyed(other))).code())
                    .isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        @Tag("P10")
        void takesTheSessionIdAsKey() {
            transaction.send(PARTS, TestBus.text("x").sessionId("s1").build());
            Message other = TestBus.text("x").sessionId("s2").build();
            assertThat(refusalOf(() -> transaction.send(PARTS, other))).hasMessageContaining("'s1'");
        }

        @Test
        @Tag("P9")
        void doesNotCareForKeysOfUnpartitionedQueues() {
            transaction.send(ORDERS, keyed("a"));
            transaction.send(ORDERS, keyed(otherKey("a", false)));
            commit();
            assertThat(active("orders")).isEqualTo(2);
        }

        @Test
        @Tag("P11")
        void refusesAReceivedMessageOfAnotherPartitionNamingBothAndLeavesItsLock() {
            String other = otherKey("a", false);
            transaction.send(PARTS, keyed("a"));
            bus.send(PARTS, TestBus.text("x").partitionKey(other));
            Delivery elsewhere = bus.take(PARTS);
            BrokerException refusal = refusalOf(() -> transaction.enlist(elsewhere));
            assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(refusal)
                    .hasMessageContaining("partition " + partitionOf("a") + " (a send to " + PARTS + " with key 'a')")
                    .hasMessageContaining("with key '" + other + "' belongs to partition " + partitionOf(other))
                    .hasMessageContaining("crossPartition=true");
            bus.settle(elsewhere, Settlement.RELEASE);
            commit();
            assertThat(bus.takeAll(PARTS)).containsExactlyInAnyOrder("keyed a", "x");
        }

        @Test
        @Tag("P11")
        void takesInAllOfSeveralReceivedMessagesOrNone() {
            String other = otherKey("a", false);
            bus.send(PARTS, TestBus.text("x").partitionKey("a"));
            bus.send(PARTS, TestBus.text("y").partitionKey(other));
            List<Delivery> both = List.of(bus.take(PARTS), bus.take(PARTS));
            refusalOf(() -> transaction.enlist(both));
            assertThat(transaction.isEmpty()).isTrue();
            assertThat(transaction.partition()).isEqualTo(PartitionPin.NONE);
        }

        @Test
        @Tag("P11")
        void takesUnkeyedSendsAlong() {
            transaction.send(PARTS, unkeyed());
            transaction.send(PARTS, keyed("a"));
            transaction.send(PARTS, unkeyed());
            commit();
            for (int i = 0; i < 3; i++) {
                assertThat(bus.take(PARTS).requireLockToken().partition()).isEqualTo(partitionOf("a"));
            }
        }

        @Test
        @Tag("P6")
        void goesRoundRobinWhenNothingHasAKey() {
            LocalTransactions transactions = new LocalTransactions(
                    bus.namespace, TransactionSettings.of(Profile.JMS), (delay, task) -> () -> {});
            for (int i = 0; i < 4; i++) {
                LocalTransaction each = transactions.begin();
                each.send(PARTS, unkeyed());
                bus.get(each.commit());
            }
            List<Integer> partitions = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                partitions.add(bus.take(PARTS).requireLockToken().partition());
            }
            assertThat(partitions).containsExactlyInAnyOrder(0, 1, 2, 3);
        }
    }

    @Nested
    class InProfileAzure {

        @BeforeEach
        void beginOne() {
            transaction = begin(Profile.AZURE);
        }

        @Test
        @Tag("P9")
        void anUnkeyedSendToAPartitionedQueueIsRefused() {
            refusalOf(() -> transaction.send(PARTS, unkeyed()));
            transaction.send(PARTS, keyed("a"));
            refusalOf(() -> transaction.send(PARTS, unkeyed()));
            commit();
            assertThat(active("parts")).isEqualTo(1);
        }

        @Test
        @Tag("X3")
        void moreThan100SendsAreRefused() {
            for (int i = 0; i < 100; i++) {
                transaction.send(ORDERS, unkeyed());
            }
            assertThat(refusalOf(() -> transaction.send(ORDERS, unkeyed())).code())
                    .isEqualTo(ErrorCode.QuotaExceeded);
            commit();
            assertThat(active("orders")).isEqualTo(100);
        }

        @Test
        @Tag("X2")
        void itIsRolledBackWhenItsTimeIsOver() {
            bus.send("in");
            Delivery received = bus.take();
            assertThat(timers).as("before the first operation").isEmpty();
            transaction.enlist(received);
            transaction.send(ORDERS, unkeyed());
            assertThat(timers).hasSize(1);
            timers.get(0).run();
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
            assertThat(refusalOf(() -> transaction.send(ORDERS, unkeyed())).code())
                    .isEqualTo(ErrorCode.Timeout);
            assertThatThrownBy(LocalTransactionTest.this::commit).isInstanceOf(BrokerException.class);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            bus.get(transaction.rollback());
        }

        @Test
        @Tag("X2")
        void theTimeEndsWithTheCommit() {
            transaction.send(ORDERS, unkeyed());
            commit();
            assertThat(timers).isEmpty();
        }
    }
}
