/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who had a message says that it failed, why, and how often it may (rules L6, L12, D2). */
class FailedDeliveryTest {
    private static final EntityPath LETTERS = TestBus.ORDERS.deadLetterQueue();

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("orders").maxDeliveryCount(3));
        bus.send("a");
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private void fail(long delayMs, int maxFailures) {
        bus.settle(bus.take(), new Settlement.Fail(delayMs, maxFailures, "in OrderBean: no such drink"));
    }

    private ErrorCode refusalOf(Settlement settlement) {
        return bus.errorOf(bus.namespace.settle(bus.take().requireLockToken(), settlement));
    }

    @Test
    @Tag("L6")
    void itComesAfterTheDelayWithOneMoreDelivery() {
        fail(5000, 2);
        bus.advance(Duration.ofMillis(4999));
        assertThat(bus.receive(TestBus.ORDERS)).isNull();
        bus.advance(Duration.ofMillis(1));
        assertThat(bus.take().deliveryCount()).isEqualTo(1);
    }

    @Test
    @Tag("L12")
    @Tag("D2")
    void itsOwnLimitEndsItWithTheReasonAndTheCount() {
        fail(0, 2);
        fail(5000, 2);
        Delivery letter = bus.take(LETTERS);
        assertThat(letter.deliveryCount()).isEqualTo(2);
        assertThat(letter.deadLetterReason()).isEqualTo("MaxDeliveryCountExceeded");
        assertThat(letter.deadLetterDescription())
                .isEqualTo("the message was delivered 2 times and never completed; the limit is 2:"
                        + " in OrderBean: no such drink");
    }

    @Test
    @Tag("L12")
    void theLimitOfTheQueueCountsIfItIsSmaller() {
        fail(0, 100);
        fail(0, 100);
        fail(0, 100);
        Delivery letter = bus.take(LETTERS);
        assertThat(letter.deliveryCount()).isEqualTo(3);
        assertThat(letter.deadLetterDescription()).endsWith("the limit is 3: in OrderBean: no such drink");
    }

    @Test
    @Tag("L12")
    void aDeadLetterOnlyCounts() {
        fail(0, 1);
        bus.settle(bus.take(LETTERS), new Settlement.Fail(0, 1, "again"));
        Delivery letter = bus.take(LETTERS);
        assertThat(letter.deliveryCount()).isEqualTo(2);
        assertThat(letter.deadLetterDescription()).contains("no such drink");
    }

    @Test
    @Tag("D2")
    @Tag("L6")
    void aDeadLetterOfASessionIsKeptBackAsAnyOther() throws Exception {
        bus.create(QueueDescription.builder("trips").sessionRequired(true));
        EntityPath trips = EntityPath.queue("trips");
        bus.send(trips, TestBus.text("a").sessionId("s"));
        try (var session = bus.get(bus.namespace.acceptSession(trips, "s", SessionOptions.peekLock()))) {
            bus.settle(bus.get(session.receive()), new Settlement.DeadLetter("why", null, Map.of()));
        }
        EntityPath letters = trips.deadLetterQueue();
        bus.settle(bus.take(letters), new Settlement.Fail(5000, 10, "no such trip"));
        bus.advance(Duration.ofMillis(4999));
        assertThat(bus.receive(letters)).isNull();
        bus.advance(Duration.ofMillis(1));
        bus.settle(bus.take(letters), new Settlement.Abandon(Map.of(), 5000));
        bus.advance(Duration.ofMillis(4999));
        assertThat(bus.receive(letters)).isNull();
        bus.advance(Duration.ofMillis(1));
        assertThat(bus.take(letters).deliveryCount()).isEqualTo(2);
    }

    @Test
    void whatIsOutOfRangeChangesNothing() {
        assertThat(refusalOf(new Settlement.Fail(-1, 1, ""))).isEqualTo(ErrorCode.InvalidOperation);
        bus.send("b");
        assertThat(refusalOf(new Settlement.Fail(0, 0, ""))).isEqualTo(ErrorCode.InvalidOperation);
        bus.send("c");
        assertThat(refusalOf(new Settlement.Fail(0, 1, "x".repeat(16_385)))).isEqualTo(ErrorCode.MessageSizeExceeded);
    }

    @Test
    void aTransactionDoesNotStageIt() {
        StagedSettlement staged = new StagedSettlement(bus.take().requireLockToken(), new Settlement.Fail(0, 1, "no"));
        PartitionCommit work = new PartitionCommit(staged.token().partition(), List.of(), List.of(staged), List.of());
        assertThat(bus.errorOf(bus.namespace.check(work))).isEqualTo(ErrorCode.InvalidOperation);
        assertThat(bus.errorOf(bus.namespace.commit(work))).isEqualTo(ErrorCode.InvalidOperation);
    }
}
