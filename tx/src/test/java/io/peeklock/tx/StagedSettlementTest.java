/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.tx.LocalTransaction.State;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of received messages is staged in a transaction, and done by its commit: rule X1. */
@Tag("X1")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class StagedSettlementTest extends OneTransaction {

    private static final EntityPath ORDERS = TestBus.ORDERS;
    private static final Settlement DEAD = new Settlement.DeadLetter("bad", null, Map.of());
    private static final Settlement TOO_LARGE = new Settlement.Defer(Map.of("p", "x".repeat(70_000)));

    private final boolean partitioned;

    StagedSettlementTest(boolean partitioned) {
        this.partitioned = partitioned;
    }

    @BeforeEach
    void open() {
        bus.create(QueueDescription.builder("orders").partitioned(partitioned));
    }

    private Delivery received(String text) {
        bus.send(ORDERS, TestBus.text(text).partitionKey("key"));
        Delivery delivery = bus.take();
        transaction.enlist(delivery);
        return delivery;
    }

    private void settle(Delivery delivery, Settlement settlement) {
        bus.get(transaction.settle(new StagedSettlement(delivery.requireLockToken(), settlement)));
    }

    private ErrorCode refusalOf(Delivery delivery, Settlement settlement) {
        BrokerException refusal = catchThrowableOfType(BrokerException.class, () -> settle(delivery, settlement));
        assertThat(refusal).as("refused").isNotNull();
        return refusal.code();
    }

    private List<Delivery> shown() {
        return bus.get(bus.namespace.peek(ORDERS, 0, 100));
    }

    @Nested
    class Commit {
        @Test
        @Tag("F1")
        @Tag("D2")
        void doesWhatWasStagedAndCompletesTheRest() {
            received("completed");
            Delivery deferred = received("deferred");
            Delivery dead = received("dead");
            Delivery abandoned = received("abandoned");
            settle(deferred, Settlement.DEFER);
            settle(dead, DEAD);
            settle(abandoned, Settlement.ABANDON);
            assertThat(shown()).extracting(Delivery::state).containsOnly(MessageState.LOCKED);
            bus.get(transaction.commit());
            assertThat(shown()).extracting(TestBus::textOf).containsExactly("deferred", "abandoned");
            assertThat(shown()).extracting(Delivery::state).containsExactly(MessageState.DEFERRED, MessageState.ACTIVE);
            assertThat(shown()).extracting(Delivery::deliveryCount).containsExactly(0, 1);
            assertThat(bus.take(ORDERS.deadLetterQueue()).deadLetterReason()).isEqualTo("bad");
        }

        @Test
        @Tag("F7")
        void isThereAfterAKill() {
            settle(received("deferred"), Settlement.DEFER);
            bus.get(transaction.commit());
            bus = bus.killed();
            assertThat(shown()).extracting(Delivery::state).containsExactly(MessageState.DEFERRED);
        }

        @Test
        void doesTheLastOfTwo() {
            Delivery delivery = received("a");
            settle(delivery, DEAD);
            settle(delivery, Settlement.COMPLETE);
            bus.get(transaction.commit());
            assertThat(shown()).isEmpty();
            assertThat(bus.receive(ORDERS.deadLetterQueue())).isNull();
        }

        @Test
        @Tag("L7")
        void doesNothingIfALockIsLostMeanwhile() {
            Delivery first = received("first");
            Delivery second = received("second");
            settle(first, Settlement.DEFER);
            settle(second, DEAD);
            bus.settle(second, Settlement.RELEASE);
            assertThat(bus.errorOf(transaction.commit())).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(transaction.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(shown()).extracting(Delivery::state).containsOnly(MessageState.ACTIVE);
            assertThat(shown()).extracting(Delivery::deliveryCount).containsExactly(1, 0);
        }
    }

    @Nested
    class Rollback {
        @Test
        @Tag("L6")
        void forgetsItAndUnlocksInOrderCounting() {
            settle(received("first"), Settlement.DEFER);
            settle(received("second"), DEAD);
            settle(received("third"), new Settlement.Abandon(Map.of("p", 1), 60_000));
            received("fourth");
            bus.get(transaction.rollback());
            for (String text : List.of("first", "second", "third", "fourth")) {
                Delivery again = bus.take();
                assertThat(TestBus.textOf(again)).isEqualTo(text);
                assertThat(again.deliveryCount()).isEqualTo(1);
                assertThat(again.modifiedProperties()).isEmpty();
            }
            assertThat(bus.receive(ORDERS.deadLetterQueue())).isNull();
        }

        @Test
        @Tag("X2")
        void byTheTimeOutForgetsItToo() {
            begin(Profile.AZURE);
            Delivery delivery = received("a");
            settle(delivery, Settlement.DEFER);
            timers.get(0).run();
            assertThat(refusalOf(delivery, Settlement.DEFER)).isEqualTo(ErrorCode.Timeout);
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
        }
    }

    @Nested
    class Refusal {
        @Test
        @Tag("L11")
        @Tag("Q2")
        @Tag("D1")
        void comesAtTheCallAndLeavesTheTransactionAsItWas() {
            Delivery delivery = received("a");
            assertThat(refusalOf(delivery, TOO_LARGE)).isEqualTo(ErrorCode.MessageSizeExceeded);
            assertThat(refusalOf(delivery, new Settlement.Abandon(Map.of(), -1)))
                    .isEqualTo(ErrorCode.InvalidOperation);
            assertThat(refusalOf(delivery, new Settlement.Abandon(Map.of("", 1))))
                    .isEqualTo(ErrorCode.InvalidOperation);
            settle(delivery, DEAD);
            assertThat(refusalOf(delivery, TOO_LARGE)).isEqualTo(ErrorCode.MessageSizeExceeded);
            bus.get(transaction.commit());
            Delivery dead = bus.take(ORDERS.deadLetterQueue());
            begin(Profile.JMS);
            transaction.enlist(dead);
            assertThat(refusalOf(dead, DEAD)).isEqualTo(ErrorCode.InvalidOperation);
            bus.get(transaction.commit());
            assertThat(bus.counters().deadLettered()).isZero();
        }

        /** What it changes on messages is in memory until the commit. */
        @Test
        @Tag("X3")
        void isForMoreThanATransactionMayHoldToo() {
            begin(TransactionSettings.of(Profile.JMS).withMaxSendBytes(200));
            Delivery delivery = received("a");
            Settlement large = new Settlement.Defer(Map.of("p", "x".repeat(300)));
            Settlement fits = new Settlement.Defer(Map.of("p", "x".repeat(150)));
            assertThat(refusalOf(delivery, large)).isEqualTo(ErrorCode.QuotaExceeded);
            settle(delivery, fits);
            settle(delivery, fits);
            assertThat(refusalOf(received("b"), fits)).isEqualTo(ErrorCode.QuotaExceeded);
            settle(delivery, DEAD);
            bus.get(transaction.commit());
            assertThat(bus.take(ORDERS.deadLetterQueue()).deadLetterReason()).isEqualTo("bad");
        }

        @Test
        @Tag("L7")
        void isALostLockIfTheMessageIsNoneOfTheTransaction() {
            Delivery before = received("before");
            bus.get(transaction.commit());
            begin(Profile.JMS);
            assertThat(refusalOf(before, Settlement.DEFER)).isEqualTo(ErrorCode.MessageLockLost);
            bus.send(ORDERS, TestBus.text("another's").partitionKey("key"));
            assertThat(refusalOf(bus.take(), Settlement.DEFER)).isEqualTo(ErrorCode.MessageLockLost);
            Delivery lost = received("lost");
            bus.settle(lost, Settlement.ABANDON);
            assertThat(refusalOf(lost, Settlement.DEFER)).isEqualTo(ErrorCode.MessageLockLost);
        }
    }
}
