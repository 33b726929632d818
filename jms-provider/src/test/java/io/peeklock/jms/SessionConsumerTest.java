/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.SessionInfo;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions that an application accepts by the provider's own interface. */
class SessionConsumerTest extends GroupFixture {

    private BusSession session;

    @BeforeEach
    void open() throws JMSException {
        open(true, "");
        session = session(Session.CLIENT_ACKNOWLEDGE);
    }

    @Nested
    @Tag("G2")
    class Accepting {
        @Test
        void byNameAndNext() throws JMSException {
            send("a", "1");
            send("b", "2");
            SessionConsumer named = session.acceptSession(orders(), "b");
            assertThat(named.sessionId()).isEqualTo("b");
            assertThat(named.getQueue()).isEqualTo(orders());
            SessionConsumer next = session.acceptNextSession(orders(), LONG);
            assertThat(next.sessionId()).isEqualTo("a");
            assertThat(text(take(next))).isEqualTo("1");
            assertThat(text(take(named))).isEqualTo("2");
            assertThat(named.receiveNoWait()).isNull();
        }

        @Test
        void whatIsHeldFails() throws JMSException {
            session.acceptSession(orders(), "a");
            assertCode("SessionCannotBeLocked", () -> session.acceptSession(orders(), "a"));
        }

        @Test
        void withNoneFreeEndsInTime() {
            assertCode("Timeout", () -> session.acceptNextSession(orders(), SOON));
        }

        @Test
        void whatWasGivenUpTakesNothing() throws JMSException {
            assertCode("Timeout", () -> session.acceptNextSession(orders(), SOON));
            send("a", "1");
            assertThat(session.acceptNextSession(orders(), LONG).sessionId()).isEqualTo("a");
        }

        @Test
        void onAPlainQueueFails() {
            assertThatThrownBy(() -> session.acceptSession(broker().queue("plain"), "a"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("sessionRequired");
        }
    }

    @Test
    @Tag("G6")
    void theStateIsTheSessions() throws JMSException {
        SessionConsumer held = session.acceptSession(orders(), "a");
        assertThat(held.getSessionState()).isEmpty();
        held.setSessionState(new byte[] {1, 2});
        held.close();
        SessionConsumer again = session.acceptSession(orders(), "a");
        assertThat(again.getSessionState()).contains(new byte[] {1, 2});
        again.setSessionState(null);
        assertThat(again.getSessionState()).isEmpty();
    }

    @Test
    @Tag("F6")
    void whatWasDeferredIsReceivedByTheHolder() throws JMSException {
        send("a", "1", "2");
        SessionConsumer held = session.acceptSession(orders(), "a");
        PeekLocked first = PeekLocked.of(take(held));
        first.defer();
        assertThat(text(take(held))).isEqualTo("2");
        assertCode("InvalidOperation", () -> session.receiveDeferred(orders(), first.sequenceNumber()));
        Message deferred = held.receiveDeferred(first.sequenceNumber()).get(0);
        assertThat(text(deferred)).isEqualTo("1");
        deferred.acknowledge();
        assertCode("MessageNotFound", () -> held.receiveDeferred(first.sequenceNumber()));
    }

    @Test
    @Tag("F6")
    @Tag("L1")
    void whatWasDeferredIsRemovedFirstInPreAcknowledge() throws JMSException {
        send("a", "1", "2");
        SessionConsumer held = session.acceptSession(orders(), "a");
        long[] numbers = new long[2];
        for (int i = 0; i < 2; i++) {
            PeekLocked lock = PeekLocked.of(take(held));
            lock.defer();
            numbers[i] = lock.sequenceNumber();
        }
        held.close();
        BusSession other = session(BusSession.PRE_ACKNOWLEDGE);
        SessionConsumer again = other.acceptSession(orders(), "a");
        assertThat(again.receiveDeferred(numbers)).hasSize(2);
        assertThat(other.peek(orders(), 0, 10)).isEmpty();
    }

    @Test
    @Tag("G3")
    void renewingMovesTheEnd() throws JMSException {
        SessionConsumer held = session.acceptSession(orders(), "a");
        Instant before = held.lockedUntil();
        Instant renewed = held.renewSessionLock();
        assertThat(renewed).isAfterOrEqualTo(before);
        assertThat(held.lockedUntil()).isEqualTo(renewed);
    }

    @Test
    @Tag("G8")
    void sessionsAreListed() throws JMSException {
        send("b", "1", "2");
        send("a", "3");
        SessionConsumer held = session.acceptSession(orders(), "b");
        take(held);
        List<SessionInfo> listed = session.listSessions(orders());
        String holder = listed.get(1).holder();
        assertThat(holder).startsWith("connection ");
        assertThat(listed)
                .containsExactly(
                        new SessionInfo("a", 1, 0, false, 0, -1),
                        new SessionInfo("b", 2, 1, true, held.lockedUntil().toEpochMilli(), -1, holder));
    }

    @Nested
    @Tag("G4")
    class Closing {
        @Test
        void givesBackAndCounts() throws JMSException {
            send("a", "1", "2");
            SessionConsumer held = session.acceptSession(orders(), "a");
            Message first = take(held);
            held.close();
            SessionConsumer again = session.acceptSession(orders(), "a");
            Message back = take(again);
            assertThat(text(back)).isEqualTo("1");
            assertThat(deliveryCount(back)).isEqualTo(2);
            back.acknowledge();
            assertThat(text(take(again))).isEqualTo("2");
            // It is not the session's any more: acknowledging it is acknowledging the others.
            first.acknowledge();
            assertThat(again.receiveNoWait()).isNull();
        }

        @Test
        void countsNothingUnderProfileAzure() throws JMSException {
            close();
            open(true, "?profile=azure");
            session = session(Session.CLIENT_ACKNOWLEDGE);
            send("a", "1", "2");
            SessionConsumer held = session.acceptSession(orders(), "a");
            take(held);
            held.close();
            SessionConsumer again = session.acceptSession(orders(), "a");
            assertThat(deliveryCount(take(again))).isEqualTo(1);
            session.close();
            session = session(Session.CLIENT_ACKNOWLEDGE);
            assertThat(deliveryCount(take(session.createConsumer(orders())))).isEqualTo(1);
        }

        @Test
        void endsWithItsSession() throws JMSException {
            SessionConsumer held = session.acceptSession(orders(), "a");
            session.close();
            assertThatThrownBy(held::getSessionState).isInstanceOf(IllegalStateException.class);
            assertThat(session(Session.AUTO_ACKNOWLEDGE)
                            .acceptSession(orders(), "a")
                            .sessionId())
                    .isEqualTo("a");
        }
    }
}
