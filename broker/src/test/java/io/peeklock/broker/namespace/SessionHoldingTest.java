/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What the holder of a session gets, and what not, at the edges of its holding. */
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class SessionHoldingTest extends SessionFixture {

    SessionHoldingTest(boolean partitioned) {
        super(partitioned);
    }

    /** Some of them lie where any session does. */
    private void sendToFortyOthers() {
        for (int i = 0; i < 40; i++) {
            send("other" + i, "x");
        }
    }

    @Nested
    class WhoHasAcceptedASession {

        @Test
        @Tag("G2")
        @Tag("G3")
        void getsNothingOfAnotherWhenItsLockRunsOut() {
            send("a", "1");
            SessionReceiver held = accept(null);
            complete(take(held));
            CompletableFuture<Delivery> next = held.receive();
            sendToFortyOthers();
            bus.advance(LOCK);
            assertThat(bus.errorOf(next)).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.counters().locked()).isZero();
            assertThat(bus.get(bus.namespace.listSessions(ORDERS, null, 100))).noneMatch(session -> session.held());
        }

        @Test
        @Tag("G3")
        @Tag("L1")
        void deletesNothingOfAnotherWhenItsLockRunsOut() {
            send("a", "1");
            SessionReceiver held = bus.get(bus.namespace.acceptSession(
                    ORDERS, null, new SessionOptions(ReceiveMode.RECEIVE_AND_DELETE, Duration.ZERO)));
            take(held);
            CompletableFuture<Delivery> next = held.receive();
            sendToFortyOthers();
            bus.advance(LOCK);
            assertThat(bus.errorOf(next)).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.counters().active()).isEqualTo(40);
        }

        @Test
        @Tag("G3")
        void getsNothingWhenItsTimeIsOverAndTheTimerIsLate() {
            send("a", "1");
            SessionReceiver held = accept("a");
            bus.runtime.advanceWithoutTimers(LOCK);
            CompletableFuture<Delivery> late = held.receive();
            assertThat(bus.errorOf(late)).isEqualTo(ErrorCode.SessionLockLost);
            bus.advance(LOCK);
            assertThat(take(accept("a")).deliveryCount()).isZero();
        }

        @Test
        @Tag("G3")
        void getsNothingThatComesWhenItsTimeIsOverAndTheTimerIsLate() {
            SessionReceiver held = accept("a");
            CompletableFuture<Delivery> waiting = held.receive();
            bus.run();
            bus.runtime.advanceWithoutTimers(LOCK);
            send("a", "1");
            assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(take(accept("a")).deliveryCount()).isZero();
        }
    }

    @Nested
    class WhoMovesOn {

        @Test
        @Tag("G2")
        void findsTheNextSessionInTheRoundInWhichItHasSettled() {
            send("a", "1");
            send("b", "2");
            Receiver one = plain();
            Delivery first = take(one);
            AtomicReference<CompletableFuture<Delivery>> next = new AtomicReference<>();
            // What is asked for while the partition gives an answer is done in one round afterwards.
            Message later =
                    TestBus.text("3").sessionId(first.message().sessionId()).build();
            bus.namespace.schedule(ORDERS, later, Instant.MAX).thenAccept(number -> {
                settling(first, Settlement.COMPLETE);
                next.set(one.receiveNow(-1));
            });
            bus.run();
            Delivery second = bus.get(next.get());
            assertThat(second.message().sessionId())
                    .isNotEqualTo(first.message().sessionId());
        }

        @Test
        @Tag("G2")
        @Tag("P11")
        void givesItsSessionBackWhenItAsksAnotherPartition() {
            assumeTrue(isPartitioned());
            send("a", "1", "2");
            Receiver one = plain();
            Delivery first = take(one);
            complete(first);
            Delivery other = takeFromElsewhere(first.requireLockToken().partition());
            bus.settle(other, Settlement.RELEASE);
            Delivery found = bus.get(one.receive(other.requireLockToken().partition()));
            assertThat(found.message().sessionId()).isEqualTo(other.message().sessionId());
            assertThat(textOfNext(plain()))
                    .as("of the session that was given back")
                    .isEqualTo("2");
        }

        @Test
        @Tag("P11")
        void keepsItsSessionForWhatIsUnsettledWhenItAsksAnotherPartition() {
            assumeTrue(isPartitioned());
            send("a", "1", "2");
            Receiver one = plain();
            Delivery first = take(one);
            Delivery other = takeFromElsewhere(first.requireLockToken().partition());
            bus.settle(other, Settlement.RELEASE);
            int there = other.requireLockToken().partition();
            CompletableFuture<Delivery> now = one.receiveNow(there);
            CompletableFuture<Delivery> later = one.receive(there);
            bus.run();
            assertThat(now).isCancelled();
            assertThat(later).isNotDone();
            complete(first);
            assertThat(bus.get(later).message().sessionId())
                    .isEqualTo(other.message().sessionId());
        }

        /** A message of a session in another partition. */
        private Delivery takeFromElsewhere(int partition) {
            for (int i = 0; i < 60; i++) {
                send("other" + i, "x");
                Receiver receiver = plain();
                Delivery other = take(receiver);
                receiver.close();
                if (other.requireLockToken().partition() != partition) {
                    return other;
                }
            }
            throw new AssertionError("sixty sessions in one partition");
        }
    }
}
