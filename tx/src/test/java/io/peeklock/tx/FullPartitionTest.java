/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.tx.LocalTransaction.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Local transactions whose sends without a key lie with other work, where their queue is full: rules P6, X4. */
@Tag("P6")
@Tag("X4")
class FullPartitionTest extends OneTransaction {

    private static final EntityPath NEAR = EntityPath.queue("near");
    private static final EntityPath FAR = EntityPath.queue("far");
    private static final EntityPath GROUPS = EntityPath.queue("groups");
    private static final EntityPath OUT = EntityPath.queue("out");
    private static final EntityPath ROOMY = EntityPath.queue("roomy");
    private static final int MB = 1 << 20;
    private static final int FAR_PARTITION = 3;

    @BeforeEach
    void open() {
        bus.create(QueueDescription.builder("near").homePartition(0));
        bus.create(QueueDescription.builder("far").homePartition(FAR_PARTITION));
        bus.create(QueueDescription.builder("groups").homePartition(0).sessionRequired(true));
        bus.create(QueueDescription.builder("roomy").partitioned(true));
        bus.create(QueueDescription.builder("out")
                .partitioned(true)
                .maxSizeBytes(MB)
                .maxMessageBytes(MB));
    }

    /** Of a partitioned queue, to lie there. */
    private Message.Builder to(int partition, String text) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> TestBus.text(text).partitionKey("k" + i))
                .filter(message -> bus.namespace.partitionOf(OUT, message.build()) == partition)
                .findFirst()
                .orElseThrow();
    }

    private void fill(int... partitions) {
        for (int partition : partitions) {
            bus.send(OUT, to(partition, "x".repeat(MB - 400)));
        }
    }

    private void receive(EntityPath... queues) {
        for (EntityPath queue : queues) {
            bus.send(queue, TestBus.text("in"));
            transaction.enlist(bus.take(queue));
        }
    }

    private void sendUnkeyed() {
        for (String text : List.of("first", "second")) {
            transaction.send(OUT, TestBus.text(text + "y".repeat(1000)).build());
        }
    }

    private void commit() {
        bus.get(transaction.commit());
        assertThat(transaction.state()).isEqualTo(State.COMMITTED);
    }

    private void assertRolledBack(ErrorCode why) {
        assertThat(bus.errorOf(transaction.commit())).isEqualTo(why);
        assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
    }

    /** Both, in order, and what fills its partitions. */
    private void assertLiesIn(int partition) {
        List<String> there = new ArrayList<>();
        for (Delivery next = bus.receive(OUT); next != null; next = bus.receive(OUT)) {
            String text = TestBus.textOf(next);
            if (!text.startsWith("x")) {
                there.add(text.substring(0, text.indexOf('y')));
                assertThat(next.requireLockToken().partition()).isEqualTo(partition);
            }
        }
        assertThat(there).containsExactly("first", "second");
    }

    private void assertCameBackOnce(EntityPath queue) {
        assertThat(bus.take(queue).deliveryCount()).isEqualTo(1);
        assertThat(bus.receive(queue)).isNull();
    }

    @Nested
    class BesideAReceive {

        @Test
        void goOnInTheNextPartitionTogether() {
            fill(0);
            receive(NEAR);
            sendUnkeyed();
            commit();
            assertLiesIn(1);
            assertThat(bus.receive(NEAR)).isNull();
        }

        @Test
        void areThereAfterAKillAndWhatWasReceivedIsNot() {
            fill(0);
            receive(NEAR);
            sendUnkeyed();
            commit();
            bus = bus.killed();
            assertLiesIn(1);
            assertThat(bus.receive(NEAR)).isNull();
        }

        @Test
        void stayWithItWhereThereIsRoom() {
            fill(1, 2, 3);
            receive(NEAR);
            sendUnkeyed();
            commit();
            assertLiesIn(0);
        }

        @Test
        void goRoundAllThatAreFullOrOut() {
            fill(0, 1);
            bus.store().failNextAppend(2, Reason.IO);
            assertThat(bus.errorOf(bus.namespace.send(OUT, to(2, "trigger").build())))
                    .isEqualTo(ErrorCode.OutcomeUnknown);
            receive(NEAR);
            sendUnkeyed();
            commit();
            assertLiesIn(3);
            assertThat(bus.receive(NEAR)).isNull();
        }

        @Test
        @Tag("Q3")
        @Tag("L6")
        void areRefusedWhereAllAreFullAndWhatWasReceivedComesBackOnce() {
            fill(0, 1, 2, 3);
            receive(NEAR);
            sendUnkeyed();
            assertRolledBack(ErrorCode.QuotaExceeded);
            assertCameBackOnce(NEAR);
        }

        @Test
        @Tag("P11")
        void stayWithAKeyOfTheTransaction() {
            fill(0);
            receive(NEAR);
            transaction.send(ROOMY, to(0, "keyed").build());
            sendUnkeyed();
            assertRolledBack(ErrorCode.QuotaExceeded);
            assertCameBackOnce(NEAR);
            assertThat(bus.receive(ROOMY)).isNull();
        }

        @Test
        @Tag("P11")
        void goOnWithoutTheKeyedOnesAcrossPartitions() {
            begin(TransactionSettings.of(Profile.JMS).withCrossPartition(true));
            fill(2);
            transaction.send(ROOMY, to(2, "keyed").build());
            sendUnkeyed();
            commit();
            assertLiesIn(3);
            assertThat(bus.take(ROOMY).requireLockToken().partition()).isEqualTo(2);
        }
    }

    @Nested
    @Tag("G6")
    class BesideASession {
        private SessionReceiver session;

        @BeforeEach
        void receiveInIt() {
            for (String text : List.of("first in", "second in")) {
                bus.send(GROUPS, TestBus.text(text).sessionId("s"));
            }
            session = bus.get(bus.namespace.acceptSession(GROUPS, "s", SessionOptions.peekLock()));
            transaction.enlist(bus.get(session.receive()));
            bus.get(transaction.setSessionState(
                    GROUPS, new StagedSessionState(session.sessionToken(), new byte[] {7})));
            sendUnkeyed();
        }

        @Test
        void goOnElsewhereWithItsStateAndItsOrder() {
            fill(0);
            commit();
            assertLiesIn(1);
            assertThat(bus.get(session.getSessionState())).contains(new byte[] {7});
            assertThat(TestBus.textOf(bus.get(session.receive()))).isEqualTo("second in");
        }

        @Test
        @Tag("G5")
        void areRefusedWhereAllAreFullAndItGoesOnInOrder() {
            fill(0, 1, 2, 3);
            assertRolledBack(ErrorCode.QuotaExceeded);
            assertThat(bus.get(session.getSessionState())).isEmpty();
            Delivery again = bus.get(session.receive());
            assertThat(TestBus.textOf(again)).isEqualTo("first in");
            assertThat(again.deliveryCount()).isEqualTo(1);
            assertThat(TestBus.textOf(bus.get(session.receive()))).isEqualTo("second in");
        }
    }

    /** Who fails there has unlocked some of it already. */
    @Nested
    class BesideReceivesFromSeveralPartitions {

        @BeforeEach
        void receiveFromBoth() {
            receive(NEAR, FAR);
            sendUnkeyed();
        }

        @Test
        void goOnInTheNextOne() {
            fill(0);
            commit();
            assertLiesIn(1);
            assertThat(bus.receive(NEAR)).isNull();
            assertThat(bus.receive(FAR)).isNull();
        }

        @Test
        void goOnWhereItWorksAnyway() {
            fill(0, 1, 2);
            commit();
            assertLiesIn(FAR_PARTITION);
            assertThat(bus.receive(FAR)).isNull();
        }

        @Test
        @Tag("L6")
        void areRefusedWhereAllAreFullAndAllComesBackOnce() {
            fill(0, 1, 2, 3);
            assertRolledBack(ErrorCode.QuotaExceeded);
            assertCameBackOnce(NEAR);
            assertCameBackOnce(FAR);
        }

        /** To look whether there is room does nothing, so that it is known what has become of it. */
        @Test
        @Tag("X1")
        void areRolledBackIfThePartitionFailsWhileItIsAsked() {
            bus.syncs(false);
            CompletableFuture<Long> trigger =
                    bus.namespace.send(NEAR, TestBus.text("trigger").build());
            CompletableFuture<Void> commit = transaction.commit();
            bus.run();
            bus.store().failNextSync(0, Reason.IO, 0);
            bus.syncs(true);
            assertThat(bus.errorOf(trigger)).isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(bus.errorOf(commit)).isEqualTo(ErrorCode.PartitionUnavailable);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            assertCameBackOnce(FAR);
        }
    }
}
