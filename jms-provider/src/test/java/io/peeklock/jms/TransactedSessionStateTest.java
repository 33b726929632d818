/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a session of the bus is part of the transaction of a transacted session: rules G6, X1. */
@Tag("G6")
@Tag("X1")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class TransactedSessionStateTest extends GroupFixture {

    private final boolean partitioned;
    private BusSession session;
    private SessionConsumer held;

    TransactedSessionStateTest(boolean partitioned) {
        this.partitioned = partitioned;
    }

    @BeforeEach
    void open() throws JMSException {
        open(partitioned, "?partitions=4");
        session = session(Session.SESSION_TRANSACTED);
        held = session.acceptSession(orders(), "a");
    }

    /** As the next holder sees it. */
    private Optional<byte[]> durable() throws JMSException {
        session.close();
        try (BusSession other = session(Session.AUTO_ACKNOWLEDGE)) {
            return other.acceptSession(orders(), "a").getSessionState();
        }
    }

    @Test
    void isSetByTheCommit() throws JMSException {
        send("a", "1");
        take(held);
        held.setSessionState(new byte[] {1});
        assertThat(held.getSessionState()).as("its own").contains(new byte[] {1});
        held.setSessionState(new byte[] {2});
        session.commit();
        assertThat(held.getSessionState()).contains(new byte[] {2});
        assertThat(durable()).contains(new byte[] {2});
    }

    @Test
    void isForgottenByARollback() throws JMSException {
        held.setSessionState(new byte[] {1});
        session.commit();
        send("a", "1");
        take(held);
        held.setSessionState(null);
        assertThat(held.getSessionState()).as("its own").isEmpty();
        session.rollback();
        assertThat(held.getSessionState()).contains(new byte[] {1});
        assertThat(text(take(held))).isEqualTo("1");
        assertThat(durable()).contains(new byte[] {1});
    }

    @Test
    void isForgottenByAClose() throws JMSException {
        held.setSessionState(new byte[] {1});
        assertThat(durable()).isEmpty();
    }

    @Test
    void isWhatItWasWhenItWasSet() throws JMSException {
        byte[] mine = {1};
        held.setSessionState(mine);
        mine[0] = 2;
        byte[] own = held.getSessionState().orElseThrow();
        own[0] = 3;
        session.commit();
        assertThat(held.getSessionState()).contains(new byte[] {1});
    }

    @Test
    @Tag("Q3")
    void isRefusedAtTheCallIfItIsTooLarge() throws JMSException {
        send("a", "1");
        take(held);
        held.setSessionState(new byte[] {1});
        assertCode("MessageSizeExceeded", () -> held.setSessionState(new byte[128 * 1024 + 1]));
        session.commit();
        assertThat(held.receiveNoWait()).isNull();
        assertThat(durable()).contains(new byte[] {1});
    }

    @Test
    @Tag("F6")
    void goesWithTheDeferralOfAMessage() throws JMSException {
        send("a", "1", "2");
        PeekLocked first = PeekLocked.of(take(held));
        first.defer();
        take(held);
        held.setSessionState(Long.toString(first.sequenceNumber()).getBytes(UTF_8));
        session.commit();
        Message deferred = held.receiveDeferred(first.sequenceNumber()).get(0);
        assertThat(text(deferred)).isEqualTo("1");
        session.commit();
        assertThat(session.peek(orders(), 0, 10)).isEmpty();
    }
}
