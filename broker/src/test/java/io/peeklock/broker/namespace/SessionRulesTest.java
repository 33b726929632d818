/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Who holds a session, what he gets of it, and in which order (rules G1 to G5, G8). */
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class SessionRulesTest extends SessionFixture {

    SessionRulesTest(boolean partitioned) {
        super(partitioned);
    }

    @Nested
    @Tag("G1")
    class Sending {
        @Test
        void withoutASessionIsRefused() {
            assertThat(bus.errorOf(bus.namespace.send(
                            ORDERS, TestBus.text("a").partitionKey("k").build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.counters().active()).isZero();
        }

        @Test
        @Tag("P5")
        void putsASessionIntoOnePartition() {
            send("s", "a", "b", "c");
            SessionReceiver held = accept("s");
            int partition = take(held).requireLockToken().partition();
            assertThat(take(held).requireLockToken().partition()).isEqualTo(partition);
            assertThat(take(held).requireLockToken().partition()).isEqualTo(partition);
            assertThat(held.sessionToken().partition()).isEqualTo(partition);
        }
    }

    @Nested
    @Tag("G2")
    class Accepting {
        @Test
        void byNameTakesTheOneAlsoIfItIsEmpty() {
            SessionReceiver held = accept("later");
            assertThat(held.sessionId()).isEqualTo("later");
            assertThat(next(held)).isNull();
            CompletableFuture<Delivery> waiting = held.receive();
            send("later", "a");
            assertThat(TestBus.textOf(bus.get(waiting))).isEqualTo("a");
        }

        @Test
        void oneThatIsHeldIsRefused() {
            accept("s");
            assertThat(bus.errorOf(accepting("s"))).isEqualTo(ErrorCode.SessionCannotBeLocked);
        }

        @Test
        void theNextTakesFreeOnesOnly() {
            send("a", "1");
            send("b", "2");
            SessionReceiver first = accept(null);
            SessionReceiver second = accept(null);
            assertThat(first.sessionId()).isNotEqualTo(second.sessionId());
            assertThat(accepting(null)).isNotDone();
        }

        @Test
        void theNextWaitsUntilThereIsOne() {
            CompletableFuture<SessionReceiver> waiting = accepting(null);
            assertThat(waiting).isNotDone();
            send("s", "a");
            SessionReceiver held = bus.get(waiting);
            assertThat(held.sessionId()).isEqualTo("s");
            assertThat(textOfNext(held)).isEqualTo("a");
        }

        @Test
        void theNextIsNotWhatIsEmpty() {
            send("s", "a");
            SessionReceiver held = accept("s");
            complete(take(held));
            held.close();
            assertThat(accepting(null)).isNotDone();
        }

        @Test
        void thatIsGivenUpTakesNothing() {
            CompletableFuture<SessionReceiver> givenUp = accepting(null);
            givenUp.cancel(false);
            send("s", "a");
            assertThat(accept("s").sessionId()).isEqualTo("s");
        }

        @Test
        void thatIsGivenUpWhileItIsServedGivesBack() {
            send("s", "a");
            // Without room in the journal this thread does not drive: what it asks for is done behind it.
            bus.runtime.callFromApplication(true);
            for (int partition = 0; partition < 16; partition++) {
                bus.store().setRoom(partition, false);
            }
            CompletableFuture<SessionReceiver> givenUp =
                    bus.namespace.acceptSession(ORDERS, "s", SessionOptions.peekLock());
            assertThat(givenUp.cancel(false)).isTrue();
            bus.run();
            for (int partition = 0; partition < 16; partition++) {
                bus.store().setRoom(partition, true);
            }
            assertThat(accept("s").sessionId()).isEqualTo("s");
        }

        @Test
        void onAnEntityWithoutSessionsIsRefused() {
            bus.create(QueueDescription.builder("plain"));
            assertThat(bus.errorOf(
                            bus.namespace.acceptSession(EntityPath.queue("plain"), "s", SessionOptions.peekLock())))
                    .isEqualTo(ErrorCode.InvalidOperation);
        }
    }

    @Nested
    @Tag("G3")
    class Holding {
        @Test
        void coversWhatComesLater() {
            send("s", "a");
            SessionReceiver held = accept("s");
            send("s", "b");
            Receiver other = plain();
            assertThat(next(other)).isNull();
            assertThat(textOfNext(held)).isEqualTo("a");
            assertThat(textOfNext(held)).isEqualTo("b");
        }

        @Test
        void isInTheOrderOfTheNumbersWhateverThePriorities() {
            bus.send(ORDERS, TestBus.text("low").sessionId("s").priority(0));
            bus.send(ORDERS, TestBus.text("high").sessionId("s").priority(9));
            SessionReceiver held = accept("s");
            assertThat(textOfNext(held)).isEqualTo("low");
            assertThat(textOfNext(held)).isEqualTo("high");
        }

        @Test
        void endsAtClose() {
            send("s", "a");
            accept("s").close();
            assertThat(textOfNext(accept("s"))).isEqualTo("a");
        }

        @Test
        void endsWhenItsTimeIsOver() {
            SessionReceiver held = accept("s");
            CompletableFuture<Delivery> waiting = held.receive();
            bus.advance(LOCK);
            assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.errorOf(held.receive())).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.errorOf(held.renewSessionLock())).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.errorOf(held.getSessionState())).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(accept("s").sessionId()).isEqualTo("s");
        }

        @Test
        void lastsAsLongAsItIsRenewed() {
            SessionReceiver held = accept("s");
            for (int i = 0; i < 5; i++) {
                bus.advance(LOCK.minusSeconds(1));
                long until = bus.get(held.renewSessionLock());
                assertThat(until).isEqualTo(bus.runtime.clock().wallTimeMs() + LOCK.toMillis());
                assertThat(held.lockedUntilMs()).isEqualTo(until);
            }
            assertThat(bus.errorOf(accepting("s"))).isEqualTo(ErrorCode.SessionCannotBeLocked);
        }

        @Test
        void isRenewedByItselfAsLongAsItWasAskedFor() {
            SessionReceiver held = bus.get(bus.namespace.acceptSession(
                    ORDERS, "s", SessionOptions.peekLock().renewedFor(LOCK.multipliedBy(3))));
            bus.advance(LOCK.multipliedBy(2));
            assertThat(bus.errorOf(accepting("s"))).isEqualTo(ErrorCode.SessionCannotBeLocked);
            bus.advance(LOCK.multipliedBy(3));
            assertThat(bus.errorOf(held.renewSessionLock())).isEqualTo(ErrorCode.SessionLockLost);
        }
    }

    @Nested
    @Tag("G4")
    class Losing {
        @Test
        void noMessageLosesItsLockBeforeTheSessionDoes() {
            send("s", "a");
            SessionReceiver held = accept("s");
            Delivery a = take(held);
            for (int i = 0; i < 3; i++) {
                bus.advance(LOCK.minusSeconds(1));
                bus.get(held.renewSessionLock());
            }
            complete(a);
            assertThat(bus.counters().active() + bus.counters().locked()).isZero();
        }

        @Test
        void returnsWhatIsUnsettledInOrderAndCountsIt() {
            send("s", "a", "b", "c");
            SessionReceiver held = accept("s");
            Delivery a = take(held);
            Delivery b = take(held);
            bus.advance(LOCK);
            assertThat(bus.errorOf(settling(b, Settlement.COMPLETE))).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.errorOf(settling(a, Settlement.ABANDON))).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.errorOf(bus.namespace.renew(a.requireLockToken()))).isEqualTo(ErrorCode.SessionLockLost);
            SessionReceiver again = accept("s");
            Delivery first = take(again);
            assertThat(TestBus.textOf(first)).isEqualTo("a");
            assertThat(first.deliveryCount()).isEqualTo(1);
            assertThat(take(again).deliveryCount()).isEqualTo(1);
            Delivery third = take(again);
            assertThat(TestBus.textOf(third)).isEqualTo("c");
            assertThat(third.deliveryCount()).isZero();
        }

        @Test
        void aPlainCloseCountsNothing() {
            send("s", "a", "b");
            SessionReceiver held = accept("s");
            Delivery a = take(held);
            take(held);
            held.close();
            assertThat(bus.errorOf(settling(a, Settlement.COMPLETE))).isEqualTo(ErrorCode.SessionLockLost);
            SessionReceiver again = accept("s");
            Delivery first = take(again);
            assertThat(TestBus.textOf(first)).isEqualTo("a");
            assertThat(first.deliveryCount()).isZero();
        }

        @Test
        void whatWasSettledBeforeIsOfALostMessageLock() {
            send("s", "a");
            SessionReceiver held = accept("s");
            Delivery a = take(held);
            complete(a);
            assertThat(bus.errorOf(settling(a, Settlement.COMPLETE))).isEqualTo(ErrorCode.MessageLockLost);
        }

        @Test
        @Tag("L13")
        void aKillLosesTheLockAndKeepsTheOrder() {
            send("s", "a", "b", "c");
            SessionReceiver held = accept("s");
            complete(take(held));
            Delivery b = take(held);
            bus.run();
            bus = bus.killed();
            assertThat(bus.errorOf(bus.namespace.settle(b.requireLockToken(), Settlement.COMPLETE)))
                    .isEqualTo(ErrorCode.SessionLockLost);
            SessionReceiver again = accept("s");
            Delivery first = take(again);
            assertThat(TestBus.textOf(first)).isEqualTo("b");
            assertThat(first.deliveryCount()).isEqualTo(1);
            assertThat(textOfNext(again)).isEqualTo("c");
        }

        @Test
        @Tag("L12")
        void theLastFailureIsDeadLetteredAndTheNextMessageComes() {
            bus.get(bus.namespace.updateQueue(queue().maxDeliveryCount(2).build()));
            send("s", "bad", "good");
            SessionReceiver held = accept("s");
            bus.settle(take(held), Settlement.ABANDON);
            bus.settle(take(held), Settlement.ABANDON);
            assertThat(textOfNext(held)).isEqualTo("good");
            assertThat(TestBus.textOf(bus.take(ORDERS.deadLetterQueue()))).isEqualTo("bad");
        }
    }

    @Nested
    @Tag("G5")
    class Abandoning {
        @Test
        void servesTheSameMessageNext() {
            send("s", "a", "b", "c");
            SessionReceiver held = accept("s");
            Delivery a = take(held);
            take(held);
            bus.settle(a, Settlement.ABANDON);
            Delivery again = take(held);
            assertThat(TestBus.textOf(again)).isEqualTo("a");
            assertThat(again.deliveryCount()).isEqualTo(1);
        }

        /** It is back only when its count is on disk; until then the message behind it must wait. */
        @Test
        void isNotOvertakenWhileItIsBeingWritten() {
            send("s", "a", "b");
            SessionReceiver held = accept("s");
            Delivery a = take(held);
            bus.syncs(false);
            CompletableFuture<Void> abandoned = settling(a, Settlement.ABANDON);
            CompletableFuture<Delivery> next = held.receive();
            bus.run();
            assertThat(next).isNotDone();
            bus.syncs(true);
            assertThat(TestBus.textOf(bus.get(next))).isEqualTo("a");
            bus.get(abandoned);
        }

        @Test
        @Tag("L10")
        void releasingDoesNotCount() {
            send("s", "a", "b");
            SessionReceiver held = accept("s");
            bus.settle(take(held), Settlement.RELEASE);
            Delivery again = take(held);
            assertThat(TestBus.textOf(again)).isEqualTo("a");
            assertThat(again.deliveryCount()).isZero();
        }
    }

    @Nested
    class APlainReceiver {
        @Test
        @Tag("G2")
        void takesTheNextFreeSessionAndKeepsIt() {
            send("a", "1", "2");
            Receiver one = plain();
            Receiver two = plain();
            Delivery first = take(one);
            assertThat(next(two)).isNull();
            complete(first);
            assertThat(next(two)).isNull();
            assertThat(textOfNext(one)).isEqualTo("2");
        }

        @Test
        @Tag("G2")
        void movesOnWhenItIsDryAndAllIsSettled() {
            send("a", "1");
            send("b", "2");
            Receiver one = plain();
            Delivery first = take(one);
            assertThat(next(one)).as("while the first is unsettled").isNull();
            complete(first);
            Delivery second = take(one);
            assertThat(second.message().sessionId())
                    .isNotEqualTo(first.message().sessionId());
            complete(second);
            assertThat(bus.counters().active()).isZero();
        }

        @Test
        void waitsForAllSessions() {
            Receiver one = plain();
            CompletableFuture<Delivery> request = one.receive();
            bus.run();
            send("a", "1");
            complete(bus.get(request));
            CompletableFuture<Delivery> other = one.receive();
            send("b", "2");
            assertThat(TestBus.textOf(bus.get(other))).isEqualTo("2");
        }

        @Test
        void hasItsLockForTheMessageItGetsAndHealsByItself() {
            send("a", "1");
            send("b", "2");
            Receiver one = plain();
            Delivery lost = take(one);
            bus.advance(LOCK);
            assertThat(bus.errorOf(settling(lost, Settlement.COMPLETE))).isEqualTo(ErrorCode.SessionLockLost);
            complete(take(one));
            complete(take(one));
            assertThat(bus.counters().active()).isZero();
        }

        @Test
        void thatAsksForNothingMoreDoesNotKeepASessionForEver() {
            send("a", "1", "2");
            Receiver idle = bus.namespace.openReceiver(
                    ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, ReceiverOptions.FOREVER));
            complete(take(idle));
            Receiver other = plain();
            assertThat(next(other)).isNull();
            bus.advance(LOCK);
            assertThat(textOfNext(other)).isEqualTo("2");
        }

        @Test
        void keepsByItselfWhatIsUnsettled() {
            send("a", "1", "2");
            Receiver busy = bus.namespace.openReceiver(
                    ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, ReceiverOptions.FOREVER));
            Delivery first = take(busy);
            bus.advance(LOCK.multipliedBy(10));
            assertThat(next(plain())).isNull();
            complete(first);
        }

        @Test
        @Tag("L9")
        void thatIsClosedKeepsTheSessionUntilItsMessagesAreSettled() {
            send("a", "1", "2");
            Receiver one = plain();
            Delivery first = take(one);
            one.close();
            Receiver two = plain();
            assertThat(next(two)).isNull();
            complete(first);
            assertThat(textOfNext(two)).isEqualTo("2");
        }

        @Test
        @Tag("L1")
        void thatDeletesWhatItReceivesMovesOnToo() {
            send("a", "1", "2");
            send("b", "3");
            Receiver one = bus.namespace.openReceiver(ORDERS, ReceiverOptions.receiveAndDelete());
            assertThat(take(one).message().sessionId())
                    .isEqualTo(take(one).message().sessionId());
            take(one);
            assertThat(bus.counters().active()).isZero();
        }

        @Test
        void ofOneNamedSessionTakesNothingElse() {
            send("a", "1");
            send("b", "2");
            Receiver named = bus.namespace.openReceiver(
                    ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, Duration.ZERO, "b"));
            complete(take(named));
            assertThat(next(named)).isNull();
            CompletableFuture<Delivery> more = named.receive();
            send("b", "3");
            assertThat(TestBus.textOf(bus.get(more))).isEqualTo("3");
        }

        @Test
        void withAFilterIsRefused() {
            assertThatThrownBy(() -> bus.namespace.openReceiver(
                            ORDERS, new ReceiverOptions(ReceiveMode.PEEK_LOCK, (m, r, c) -> true, Duration.ZERO)))
                    .hasMessageContaining("session by session");
        }
    }

    @Test
    @Tag("G8")
    void sessionsAreListed() {
        send("b", "1", "2");
        send("a", "3");
        send("c", "4");
        SessionReceiver held = accept("b");
        take(held);
        assertThat(bus.get(bus.namespace.listSessions(ORDERS, null, 10)))
                .extracting(SessionInfo::sessionId)
                .containsExactly("a", "b", "c");
        assertThat(bus.get(bus.namespace.listSessions(ORDERS, "a", 1)))
                .containsExactly(new SessionInfo("b", 2, 1, true, held.lockedUntilMs(), -1));
    }

    @Test
    @Tag("T9")
    void aMessageExpiresByItself() {
        bus.send(ORDERS, TestBus.text("brief").sessionId("s").timeToLiveMs(1000));
        send("s", "lasting");
        bus.advance(Duration.ofSeconds(2));
        assertThat(textOfNext(accept(null))).isEqualTo("lasting");
    }
}
