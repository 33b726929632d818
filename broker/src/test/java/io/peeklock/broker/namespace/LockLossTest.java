/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static io.peeklock.broker.namespace.TestBus.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LostLock;
import io.peeklock.broker.LostLock.Reason;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is told of locks that are lost, and when; in the simulated runtime. */
class LockLossTest {
    private static final Duration LOCK = Duration.ofSeconds(10);

    private final List<LostLock> lost = new ArrayList<>();
    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(2, TestBus.config(Profile.JMS));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private void create(boolean sessions) {
        bus.create(QueueDescription.builder("orders").sessionRequired(sessions).lockDuration(LOCK));
    }

    private ReceiverOptions telling() {
        return ReceiverOptions.peekLock().telling(lost::add);
    }

    private Delivery take(Receiver receiver) {
        return bus.get(receiver.receive());
    }

    private SessionReceiver accept(boolean heals) {
        SessionOptions options = SessionOptions.peekLock().telling(lost::add);
        return bus.get(bus.namespace.acceptSession(ORDERS, "s", heals ? options.healing() : options));
    }

    private void send(String... texts) {
        for (String text : texts) {
            bus.send(ORDERS, TestBus.text(text).sessionId("s").messageId("ID:" + text));
        }
    }

    private void failPartition() {
        bus.store().failNextSync(0, JournalException.Reason.IO, 0);
        bus.namespace.send(ORDERS, TestBus.text("unlucky").sessionId("t").build());
        bus.run();
    }

    private void reopen() {
        bus.get(bus.namespace.reopen(0));
    }

    @Nested
    class OfAMessage {
        @BeforeEach
        void fill() {
            create(false);
            send("a", "b");
        }

        @Test
        @Tag("L6")
        void isToldOnceWhenItsTimeIsOver() {
            Delivery a = take(bus.namespace.openReceiver(ORDERS, telling()));
            bus.advance(LOCK.minusMillis(1));
            assertThat(lost).isEmpty();
            bus.advance(Duration.ofMillis(1));
            assertThat(lost).containsExactly(new LostLock(ORDERS, a.lockToken(), "ID:a", null, Reason.EXPIRED));
            assertThat(bus.errorOf(bus.namespace.settle(a.requireLockToken(), Settlement.COMPLETE)))
                    .isEqualTo(ErrorCode.MessageLockLost);
            bus.advance(LOCK);
            assertThat(lost).hasSize(1);
        }

        @Test
        @Tag("D1")
        void namesTheDeadLetterQueueWhereItLies() {
            bus.settle(bus.take(ORDERS), new Settlement.DeadLetter("Bad", null, Map.of()));
            take(bus.namespace.openReceiver(ORDERS.deadLetterQueue(), telling()));
            bus.advance(LOCK);
            assertThat(lost).extracting(LostLock::entity).containsExactly(ORDERS.deadLetterQueue());
        }

        @Test
        @Tag("L4")
        void isNotToldOfOneThatIsRenewed() {
            Delivery a = take(bus.namespace.openReceiver(ORDERS, telling()));
            for (int i = 0; i < 3; i++) {
                bus.advance(LOCK.minusMillis(1));
                bus.get(bus.namespace.renew(a.requireLockToken()));
            }
            assertThat(lost).isEmpty();
        }

        @Test
        void isNotToldOfWhatItsOwnerGivesUp() {
            Receiver receiver = bus.namespace.openReceiver(ORDERS, telling());
            bus.settle(take(receiver), Settlement.ABANDON);
            bus.settle(take(receiver), Settlement.COMPLETE);
            bus.settle(take(receiver), Settlement.RELEASE);
            receiver.close();
            bus.advance(LOCK.multipliedBy(2));
            assertThat(lost).isEmpty();
        }

        @Test
        @Tag("L13")
        void isToldOnceWhenThePartitionFails() {
            Delivery a = take(bus.namespace.openReceiver(ORDERS, telling()));
            failPartition();
            assertThat(lost).containsExactly(new LostLock(ORDERS, a.lockToken(), "ID:a", null, Reason.PARTITION_OUT));
            reopen();
            bus.advance(LOCK.multipliedBy(2));
            assertThat(lost).hasSize(1);
        }

        @Test
        @Tag("W4")
        void isToldOnceWhenTheQueueIsDeleted() {
            take(bus.namespace.openReceiver(ORDERS, telling()));
            bus.get(bus.namespace.deleteQueue("orders"));
            bus.advance(LOCK.multipliedBy(2));
            assertThat(lost).extracting(LostLock::reason).containsExactly(Reason.ENTITY_DELETED);
        }

        @Test
        @Tag("F5")
        void isToldOfADeferredMessageToo() {
            Receiver receiver = bus.namespace.openReceiver(ORDERS, telling());
            Delivery a = take(receiver);
            bus.settle(a, Settlement.DEFER);
            Delivery again = bus.get(bus.namespace.receiveDeferred(ORDERS, List.of(a.sequenceNumber()), telling()))
                    .get(0);
            bus.advance(LOCK);
            assertThat(lost).extracting(LostLock::token).containsExactly(again.lockToken());
        }
    }

    @Nested
    @Tag("G4")
    class OfASession {
        @BeforeEach
        void fill() {
            create(true);
            send("a", "b", "c");
        }

        @Test
        void isToldOfTheSessionAndOfEachMessage() {
            SessionReceiver held = accept(false);
            Delivery a = take(held);
            Delivery b = take(held);
            bus.advance(LOCK);
            assertThat(lost)
                    .containsExactly(
                            new LostLock(ORDERS, null, null, "s", Reason.EXPIRED),
                            new LostLock(ORDERS, a.lockToken(), "ID:a", "s", Reason.EXPIRED),
                            new LostLock(ORDERS, b.lockToken(), "ID:b", "s", Reason.EXPIRED));
            failPartition();
            assertThat(lost).hasSize(3);
        }

        @Test
        void isToldWhoMovesOnOfMessagesOnly() {
            Receiver plain = bus.namespace.openReceiver(ORDERS, telling());
            Delivery a = take(plain);
            failPartition();
            assertThat(lost).containsExactly(new LostLock(ORDERS, a.lockToken(), "ID:a", "s", Reason.PARTITION_OUT));
        }
    }

    @Nested
    @Tag("G4")
    class AHealingReceiver {
        @BeforeEach
        void fill() {
            create(true);
            send("a", "b");
        }

        @Test
        void failsOnceAndTakesTheSessionAgain() {
            SessionReceiver held = accept(true);
            Delivery stale = take(held);
            bus.advance(LOCK);
            assertThat(bus.errorOf(held.renewSessionLock())).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.errorOf(held.receive())).isEqualTo(ErrorCode.SessionLockLost);
            Delivery again = take(held);
            assertThat(TestBus.textOf(again)).isEqualTo("a");
            assertThat(again.deliveryCount()).isEqualTo(1);
            bus.get(held.setSessionState(new byte[] {1}));
            bus.get(held.renewSessionLock());
            assertThat(held.lockedUntilMs()).isEqualTo(bus.runtime.clock().wallTimeMs() + LOCK.toMillis());
            assertThat(bus.errorOf(bus.namespace.settle(stale.requireLockToken(), Settlement.COMPLETE)))
                    .isEqualTo(ErrorCode.SessionLockLost);
            bus.settle(again, Settlement.COMPLETE);
            assertThat(TestBus.textOf(take(held))).isEqualTo("b");
        }

        @Test
        void tellsWhoWaitsAndNobodyElse() {
            SessionReceiver held = accept(true);
            bus.settle(take(held), Settlement.COMPLETE);
            bus.settle(take(held), Settlement.COMPLETE);
            CompletableFuture<Delivery> waiting = held.receive();
            bus.advance(LOCK);
            assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.SessionLockLost);
            CompletableFuture<Delivery> next = held.receive();
            bus.run();
            assertThat(next).isNotDone();
            send("c");
            assertThat(TestBus.textOf(bus.get(next))).isEqualTo("c");
        }

        @Test
        void waitsUntilWhoHasTheSessionGivesItBack() {
            SessionReceiver held = accept(true);
            bus.advance(LOCK);
            SessionReceiver other = accept(false);
            assertThat(bus.errorOf(held.receive())).isEqualTo(ErrorCode.SessionLockLost);
            CompletableFuture<Delivery> next = held.receive();
            bus.run();
            assertThat(next).isNotDone();
            other.close();
            assertThat(TestBus.textOf(bus.get(next))).isEqualTo("a");
        }

        @Test
        @Tag("G2")
        void takesNoOtherSessionThanTheOneItHad() {
            SessionReceiver held = bus.get(bus.namespace.acceptSession(
                    ORDERS, null, SessionOptions.peekLock().healing()));
            bus.send(ORDERS, TestBus.text("x").sessionId("other"));
            bus.advance(LOCK);
            accept(false);
            assertThat(bus.errorOf(held.receive())).isEqualTo(ErrorCode.SessionLockLost);
            CompletableFuture<Delivery> next = held.receive();
            bus.run();
            assertThat(next).isNotDone();
        }

        @Test
        @Tag("L13")
        void goesOnWhenThePartitionIsBack() {
            SessionReceiver held = accept(true);
            take(held);
            failPartition();
            assertThat(bus.errorOf(held.receive())).isEqualTo(ErrorCode.SessionLockLost);
            CompletableFuture<Delivery> next = held.receive();
            bus.run();
            assertThat(next).isNotDone();
            reopen();
            Delivery again = bus.get(next);
            assertThat(TestBus.textOf(again)).isEqualTo("a");
            assertThat(again.deliveryCount()).isEqualTo(1);
            assertThat(Objects.requireNonNull(again.requireLockToken().sessionLock()))
                    .isEqualTo(held.sessionToken().id());
        }

        @Test
        void wantsNothingMoreOnceItIsClosed() {
            SessionReceiver held = accept(true);
            bus.advance(LOCK);
            held.close();
            assertThat(bus.errorOf(held.receive())).isIn(ErrorCode.SessionLockLost, ErrorCode.Closed);
            assertThat(bus.errorOf(held.receive())).isEqualTo(ErrorCode.Closed);
            assertThat(TestBus.textOf(take(accept(false)))).isEqualTo("a");
        }
    }
}
