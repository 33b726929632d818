/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions on queues and subscriptions, spread or not, and after a process has ended: rules G1 to G8, N8. */
class SessionsEverywhereTest extends EveryKindFixture {

    private void sendIn(String session, String... texts) {
        for (String text : texts) {
            bus.send(to, TestBus.text(text).sessionId(session));
        }
    }

    private SessionReceiver accept(String session) {
        return bus.get(bus.namespace.acceptSession(from, session, SessionOptions.peekLock()));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("G1")
    void aMessageWithoutSessionIsRefusedOrDeadLettered(Kind kind, End end) {
        create(kind, true);
        if (kind.isQueue()) {
            assertThat(bus.errorOf(bus.namespace.send(to, message("m").build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
            return;
        }
        send("m");
        end(end);
        assertThat(shown(from)).isEmpty();
        assertThat(shown(from.deadLetterQueue()))
                .extracting(Delivery::deadLetterReason)
                .containsExactly("SessionIdIsNull");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("G2")
    @Tag("G3")
    void oneReceiverHoldsASessionWithAllItsMessagesInOrder(Kind kind, End end) {
        create(kind, true);
        sendIn("a", "a1", "a2");
        sendIn("b", "b1");
        end(end);
        SessionReceiver held = accept("a");
        assertThat(bus.errorOf(bus.namespace.acceptSession(from, "a", SessionOptions.peekLock())))
                .isEqualTo(ErrorCode.SessionCannotBeLocked);
        SessionReceiver next = bus.get(bus.namespace.acceptSession(from, null, SessionOptions.peekLock()));
        assertThat(next.sessionId()).isEqualTo("b");
        sendIn("a", "a3");
        for (String text : List.of("a1", "a2", "a3")) {
            assertThat(TestBus.textOf(bus.get(held.receive()))).isEqualTo(text);
        }
        held.close();
        next.close();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("G4")
    @Tag("G5")
    void whatIsNotSettledComesAgainFirst(Kind kind, End end) {
        create(kind, true);
        sendIn("a", "1", "2", "3");
        SessionReceiver held = accept("a");
        Delivery first = bus.get(held.receive());
        bus.settle(first, Settlement.ABANDON);
        Delivery again = bus.get(held.receive());
        assertThat(again.sequenceNumber()).isEqualTo(first.sequenceNumber());
        bus.settle(again, Settlement.COMPLETE);
        Delivery second = bus.get(held.receive());
        end(end);
        assertThat(bus.errorOf(bus.namespace.settle(second.requireLockToken(), Settlement.COMPLETE)))
                .isEqualTo(ErrorCode.SessionLockLost);
        held = accept("a");
        assertThat(TestBus.textOf(bus.get(held.receive()))).isEqualTo("2");
        bus.advance(LOCK.plusMillis(10));
        SessionReceiver after = accept("a");
        Delivery counted = bus.get(after.receive());
        assertThat(TestBus.textOf(counted)).isEqualTo("2");
        assertThat(counted.deliveryCount()).isBetween(end == End.POWER_CUT ? 1 : 2, 2);
        after.close();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("G6")
    @Tag("G8")
    @Tag("N8")
    void stateListAndPeekAreThereWithoutMessagesAndLocks(Kind kind, End end) {
        create(kind, true);
        SessionReceiver held = accept("a");
        bus.get(held.setSessionState("half done".getBytes(UTF_8)));
        held.close();
        sendIn("b", "b1", "b2");
        end(end);
        assertThat(bus.get(bus.namespace.listSessions(from, null, 100)))
                .extracting(SessionInfo::sessionId)
                .containsExactly("a", "b");
        SessionReceiver other = accept("b");
        assertThat(bus.get(bus.namespace.peekSession(from, "b", 0, 10)))
                .extracting(TestBus::textOf)
                .containsExactly("b1", "b2");
        assertThat(bus.get(bus.namespace.peekSession(from, "a", 0, 10))).isEmpty();
        other.close();
        held = accept("a");
        assertThat(new String(bus.get(held.getSessionState()).orElseThrow(), UTF_8))
                .isEqualTo("half done");
        bus.get(held.setSessionState(null));
        held.close();
        end(end);
        assertThat(bus.get(bus.namespace.listSessions(from, null, 100)))
                .extracting(SessionInfo::sessionId)
                .containsExactly("b");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("G3")
    @Tag("N3")
    @Tag("N4")
    void scheduledMessagesJoinTheirSessionWhenTheirTimeComes(Kind kind, End end) {
        create(kind, true);
        Instant due = Instant.ofEpochMilli(now() + 60_000);
        Message later = TestBus.text("later").sessionId("s").build();
        bus.get(bus.namespace.schedule(to, later, due));
        long cancelled = bus.get(bus.namespace.schedule(to, later, due));
        sendIn("s", "first");
        end(end);
        bus.get(bus.namespace.cancelScheduled(to, List.of(cancelled)));
        SessionReceiver held = accept("s");
        Delivery first = bus.get(held.receive());
        assertThat(TestBus.textOf(first)).isEqualTo("first");
        bus.settle(first, Settlement.COMPLETE);
        CompletableFuture<Delivery> waiting = held.receive();
        for (int i = 0; i < 3; i++) {
            bus.advance(LOCK.minusSeconds(10));
            assertThat(waiting.isDone()).isEqualTo(i == 2);
            bus.get(held.renewSessionLock());
        }
        assertThat(TestBus.textOf(bus.get(waiting))).isEqualTo("later");
        held.close();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("U1")
    @Tag("U3")
    void duplicatesAreRecognisedInTheirSession(Kind kind, End end) {
        create(kind, true, Duration.ofMinutes(1));
        Message.Builder message = TestBus.text("m").applicationMessageId("id").sessionId("s");
        long number = bus.send(to, message);
        SessionReceiver held = accept("s");
        bus.settle(bus.get(held.receive()), Settlement.COMPLETE);
        held.close();
        end(end);
        assertThat(bus.send(to, message)).isEqualTo(number);
        assertThat(shown(from)).isEmpty();
        bus.send(to, message.sessionId("other"));
        assertThat(shown(from)).hasSize(kind.isSpread() ? 1 : 0);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("G7")
    @Tag("P3")
    void whereNoneAreRequiredASessionIsAKeyAndLocksNothing(Kind kind, End end) {
        create(kind);
        sendIn("s", "1", "2");
        end(end);
        int where = kind.isSpread() ? PartitionHash.partitionOf("s", 4) : 0;
        try (var one = bus.namespace.openReceiver(from, ReceiverOptions.peekLock());
                var other = bus.namespace.openReceiver(from, ReceiverOptions.peekLock())) {
            CompletableFuture<Delivery> first = one.receive();
            CompletableFuture<Delivery> second = other.receive();
            assertThat(List.of(TestBus.textOf(bus.get(first)), TestBus.textOf(bus.get(second))))
                    .containsExactlyInAnyOrder("1", "2");
            assertThat(first.join().requireLockToken().partition()).isEqualTo(where);
            assertThat(second.join().requireLockToken().partition()).isEqualTo(where);
        }
    }
}
