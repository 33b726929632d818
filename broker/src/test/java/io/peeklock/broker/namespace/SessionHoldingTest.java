/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.BackOff;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
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

        @Test
        @Tag("G4")
        void settlesNothingWhenItsTimeIsOverAndTheTimerIsLate() {
            send("a", "1");
            Delivery first = take(accept("a"));
            bus.runtime.advanceWithoutTimers(LOCK);
            assertThat(bus.errorOf(settling(first, Settlement.COMPLETE))).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(take(accept("a")).sequenceNumber()).isEqualTo(first.sequenceNumber());
        }

        @Test
        @Tag("F6")
        void getsNothingDeferredWhenItsTimeIsOverAndTheTimerIsLate() {
            send("a", "1");
            SessionReceiver held = accept("a");
            Delivery first = take(held);
            bus.settle(first, Settlement.DEFER);
            List<Long> number = List.of(first.sequenceNumber());
            bus.runtime.advanceWithoutTimers(LOCK);
            assertThat(bus.errorOf(held.receiveDeferred(number))).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.get(accept("a").receiveDeferred(number)).get(0).deliveryCount())
                    .isZero();
        }

        @Test
        @Tag("G4")
        @Tag("X1")
        void commitsNothingOnceItsTimeIsOver() {
            send("a", "1");
            Delivery first = take(accept("a"));
            int partition = first.requireLockToken().partition();
            bus.advance(LOCK);
            OutgoingMessage sent =
                    new OutgoingMessage(ORDERS, TestBus.text("2").sessionId("a").build());
            CompletableFuture<Void> committed = bus.namespace.commit(
                    new PartitionCommit(partition, List.of(sent), List.of(first.requireLockToken())));
            assertThat(bus.errorOf(committed)).isEqualTo(ErrorCode.SessionLockLost);
            assertThat(bus.counters().active()).isEqualTo(1);
        }

        @Test
        @Tag("G2")
        void tookTheOneThatHasBeenFreeLongest() {
            List<String> ids = IntStream.range(0, 100)
                    .mapToObj(i -> "s" + i)
                    .filter(id -> PartitionHash.partitionOf(id, 16) == 3)
                    .toList();
            String first = ids.get(2);
            String second = ids.get(1);
            String third = ids.get(0);
            send(first, "1");
            send(second, "2");
            send(third, "3");
            SessionReceiver held = accept(null);
            assertThat(held.sessionId()).isEqualTo(first);
            held.close();
            assertThat(accept(null).sessionId()).isEqualTo(second);
            assertThat(accept(null).sessionId()).isEqualTo(third);
            assertThat(accept(null).sessionId()).isEqualTo(first);
        }

        @Test
        @Tag("G5")
        void getsAnAbandonedMessageAtOnceWhateverTheBackOff() {
            EntityPath slow = EntityPath.queue("slow");
            bus.create(QueueDescription.builder("slow")
                    .partitioned(isPartitioned())
                    .sessionRequired(true)
                    .abandonBackOff(new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(3))));
            bus.send(slow, TestBus.text("1").sessionId("a"));
            bus.send(slow, TestBus.text("2").sessionId("a"));
            SessionReceiver held = bus.get(bus.namespace.acceptSession(slow, "a", SessionOptions.peekLock()));
            bus.settle(take(held), Settlement.ABANDON);
            assertThat(textOfNext(held)).isEqualTo("1");
        }
    }

    @Test
    @Tag("T9")
    @Tag("T6")
    void aMessageThatHasExpiredIsPassedOverAlsoBeforeItIsSwept() {
        for (String session : List.of("a", "b")) {
            bus.send(ORDERS, TestBus.text("expires").sessionId(session).timeToLiveMs(1000));
            send(session, "stays");
        }
        SessionReceiver held = accept("a");
        bus.runtime.advanceWithoutTimers(Duration.ofSeconds(1));
        assertThat(textOfNext(held)).isEqualTo("stays");
        assertThat(textOfNext(plain())).isEqualTo("stays");
    }

    @Test
    @Tag("N9")
    void aBrowseShowsThemInTheOrderOfTheirNumbers() {
        for (int i = 0; i < 5; i++) {
            bus.send(ORDERS, TestBus.text("m" + i).sessionId("a").priority(i));
        }
        assertThat(bus.get(bus.namespace.browse(ORDERS, null, BrowsePosition.START, 10))
                        .deliveries())
                .extracting(TestBus::textOf)
                .containsExactly("m0", "m1", "m2", "m3", "m4");
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
    }

    /** The session id is a partition key and nothing more. */
    @Test
    @Tag("G7")
    void whereSessionsAreNotRequiredItsMessagesLieTogetherAndAreLockedEachForItself() {
        EntityPath free = EntityPath.queue("free");
        bus.create(QueueDescription.builder("free").partitioned(isPartitioned()));
        Set<Integer> partitions = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            bus.send(free, TestBus.text("m" + i).sessionId("a"));
        }
        for (int i = 0; i < 8; i++) {
            partitions.add(bus.take(free).requireLockToken().partition());
        }
        assertThat(partitions).hasSize(1);
    }
}
