/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.tx.LocalTransaction.State;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Local transactions over several partitions: rule X4, and P11 with crossPartition. */
@Tag("X4")
class SpanningTransactionTest extends OneTransaction {

    private static final EntityPath NEAR = EntityPath.queue("near");
    private static final EntityPath FAR = EntityPath.queue("far");
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    private static final EntityPath GROUPS = EntityPath.queue("groups");
    private static final int FAR_PARTITION = 3;
    private static final Instant FAR_OFF = Instant.ofEpochMilli(Long.MAX_VALUE);

    @BeforeEach
    void open() {
        bus.create(QueueDescription.builder("near"));
        bus.create(QueueDescription.builder("far").homePartition(FAR_PARTITION));
        bus.create(QueueDescription.builder("spread").partitioned(true));
        bus.create(QueueDescription.builder("groups").homePartition(2).sessionRequired(true));
    }

    /** Of a partitioned queue, to lie there. */
    private Message.Builder to(int partition, String text) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> TestBus.text(text).partitionKey("k" + i))
                .filter(message -> bus.namespace.partitionOf(SPREAD, message.build()) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static Message text(String text) {
        return TestBus.text(text).build();
    }

    private void commit() {
        bus.get(transaction.commit());
        assertThat(transaction.state()).isEqualTo(State.COMMITTED);
    }

    private long active(EntityPath queue) {
        return bus.get(bus.namespace.counters(queue)).active();
    }

    @Nested
    class OverUnpartitionedQueues {

        @Test
        void enqueuesAndCompletesInAllOfThem() {
            bus.send(NEAR, TestBus.text("in"));
            transaction.enlist(bus.take(NEAR));
            transaction.send(FAR, text("out"));
            transaction.send(NEAR, text("back"));
            assertThat(active(FAR)).as("before the commit").isZero();
            commit();
            assertThat(bus.takeAll(FAR)).containsExactly("out");
            assertThat(bus.takeAll(NEAR)).containsExactly("back");
        }

        @Test
        void isThereWholeAfterAKill() {
            bus.send(NEAR, TestBus.text("in"));
            transaction.enlist(bus.take(NEAR));
            transaction.send(FAR, text("out"));
            bus.get(transaction.schedule(FAR, text("later"), FAR_OFF));
            SessionReceiver held = bus.get(bus.namespace.acceptSession(GROUPS, "s", SessionOptions.peekLock()));
            bus.get(transaction.setSessionState(GROUPS, new StagedSessionState(held.sessionToken(), new byte[] {7})));
            commit();
            bus = bus.killed();
            assertThat(bus.takeAll(NEAR)).isEmpty();
            assertThat(bus.takeAll(FAR)).containsExactly("out");
            assertThat(bus.get(bus.namespace.counters(FAR)).scheduled()).isEqualTo(1);
            SessionReceiver again = bus.get(bus.namespace.acceptSession(GROUPS, "s", SessionOptions.peekLock()));
            assertThat(bus.get(again.getSessionState())).contains(new byte[] {7});
        }

        @Test
        void sendsNothingAndUnlocksEverythingInOrderWhenRolledBack() {
            for (EntityPath queue : List.of(NEAR, FAR)) {
                bus.send(queue, TestBus.text("first"));
                bus.send(queue, TestBus.text("second"));
                transaction.enlist(List.of(bus.take(queue), bus.take(queue)));
                transaction.send(queue, text("out"));
            }
            bus.get(transaction.rollback());
            for (EntityPath queue : List.of(NEAR, FAR)) {
                assertCameBackOnce(queue, "first");
                assertCameBackOnce(queue, "second");
                assertThat(bus.receive(queue)).isNull();
            }
        }
    }

    private void assertCameBackOnce(EntityPath queue, String text) {
        Delivery again = bus.take(queue);
        assertThat(TestBus.textOf(again)).isEqualTo(text);
        assertThat(again.deliveryCount()).isEqualTo(1);
    }

    @Nested
    class ThatFails {

        private void receiveAndSendEverywhere() {
            for (EntityPath queue : List.of(NEAR, FAR)) {
                bus.send(queue, TestBus.text("in"));
                transaction.enlist(bus.take(queue));
                transaction.send(queue, text("out"));
            }
        }

        @Test
        @Tag("L7")
        void byALostLockHasDoneNothingAndUnlocksTheOthersOnce() {
            receiveAndSendEverywhere();
            bus.send(FAR, TestBus.text("lost"));
            Delivery lost = bus.take(FAR);
            transaction.enlist(lost);
            bus.settle(lost, Settlement.RELEASE);
            assertThat(bus.errorOf(transaction.commit())).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            assertCameBackOnce(NEAR, "in");
            assertCameBackOnce(FAR, "in");
            assertThat(bus.takeAll(FAR)).containsExactly("lost");
            assertThat(bus.takeAll(NEAR)).isEmpty();
            bus.get(transaction.rollback());
        }

        @Test
        void byAPartitionThatIsOutHasDoneNothing() {
            receiveAndSendEverywhere();
            bus.store().failNextAppend(FAR_PARTITION, Reason.IO);
            assertThat(bus.errorOf(bus.namespace.send(FAR, text("trigger")))).isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(bus.errorOf(transaction.commit())).isEqualTo(ErrorCode.PartitionUnavailable);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            assertCameBackOnce(NEAR, "in");
            assertThat(bus.receive(NEAR)).isNull();
            bus.get(bus.namespace.reopen(FAR_PARTITION));
            assertCameBackOnce(FAR, "in");
            assertThat(bus.receive(FAR)).isNull();
        }
    }

    @Nested
    class WithAPartitionedQueue {

        @Test
        @Tag("P11")
        void isHeldToOneKeyThereAlone() {
            transaction.send(NEAR, to(1, "near").build());
            transaction.send(FAR, to(2, "far").build());
            transaction.send(SPREAD, to(1, "spread").build());
            assertThat(transaction.partition()).isEqualTo(1);
            BrokerException refusal = catchThrowableOfType(
                    BrokerException.class,
                    () -> transaction.send(SPREAD, to(2, "refused").build()));
            assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
            bus.send(FAR, TestBus.text("in"));
            transaction.enlist(bus.take(FAR));
            commit();
            assertThat(bus.takeAll(NEAR)).containsExactly("near");
            assertThat(bus.takeAll(FAR)).containsExactly("far");
            assertThat(bus.takeAll(SPREAD)).containsExactly("spread");
        }

        @Test
        @Tag("P11")
        void sendsWithoutAKeyToThePinnedPartition() {
            transaction.send(SPREAD, text("before"));
            transaction.send(NEAR, text("near"));
            transaction.send(SPREAD, to(2, "keyed").build());
            transaction.send(SPREAD, text("after"));
            commit();
            for (String text : List.of("before", "keyed", "after")) {
                Delivery next = bus.take(SPREAD);
                assertThat(TestBus.textOf(next)).isEqualTo(text);
                assertThat(next.requireLockToken().partition()).isEqualTo(2);
            }
        }

        /** One write is better than two. */
        @Test
        void sendsWithoutAKeyWhereItWorksAnyway() {
            for (int i = 0; i < 4; i++) {
                begin(Profile.JMS);
                transaction.send(SPREAD, text("a"));
                bus.get(transaction.schedule(SPREAD, text("later"), FAR_OFF));
                transaction.send(SPREAD, text("b"));
                transaction.send(FAR, text("far"));
                int scheduled = transaction.partition();
                commit();
                assertThat(bus.take(SPREAD).requireLockToken().partition()).isEqualTo(scheduled);
                assertThat(bus.take(SPREAD).requireLockToken().partition()).isEqualTo(scheduled);
                begin(Profile.JMS);
                transaction.send(FAR, text("far"));
                transaction.send(SPREAD, text("c"));
                commit();
                assertThat(bus.take(SPREAD).requireLockToken().partition()).isEqualTo(FAR_PARTITION);
            }
        }
    }

    @Nested
    @Tag("P11")
    class AcrossPartitions {

        @BeforeEach
        void allowed() {
            begin(TransactionSettings.of(Profile.JMS).withCrossPartition(true));
        }

        @Test
        void sendsUnderSeveralKeysAndReceivesFromAnyFragment() {
            bus.send(SPREAD, to(0, "in 0"));
            bus.send(SPREAD, to(1, "in 1"));
            transaction.enlist(bus.take(SPREAD));
            assertThat(transaction.partition()).as("fed from any").isEqualTo(PartitionPin.NONE);
            transaction.enlist(bus.take(SPREAD));
            transaction.send(SPREAD, to(2, "out 2").build());
            transaction.send(SPREAD, to(3, "out 3").build());
            CompletableFuture<Long> number =
                    transaction.schedule(SPREAD, to(1, "later").build(), FAR_OFF);
            bus.get(number);
            commit();
            assertThat(bus.takeAll(SPREAD)).containsExactlyInAnyOrder("out 2", "out 3");
            assertThat(bus.get(bus.namespace.counters(SPREAD)).scheduled()).isEqualTo(1);
        }

        @Test
        @Tag("P10")
        void takesSeveralSessions() {
            bus.create(QueueDescription.builder("held").partitioned(true).sessionRequired(true));
            EntityPath held = EntityPath.queue("held");
            for (int i = 0; i < 8; i++) {
                transaction.send(held, TestBus.text("x").sessionId("s" + i).build());
            }
            commit();
            assertThat(active(held)).isEqualTo(8);
        }

        @Test
        @Tag("P9")
        void stillNeedsAKeyInProfileAzure() {
            begin(TransactionSettings.of(Profile.AZURE).withCrossPartition(true));
            assertThat(catchThrowableOfType(BrokerException.class, () -> transaction.send(SPREAD, text("keyless"))))
                    .hasMessageContaining("needs a partition key");
        }
    }
}
