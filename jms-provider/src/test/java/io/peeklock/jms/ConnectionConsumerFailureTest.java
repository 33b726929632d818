/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a message when a server session, its pool or its listener fails. */
@DisplayName("ConnectionConsumer, ServerSession, Session.run: failures")
class ConnectionConsumerFailureTest extends ConnectionConsumerFixture {

    @Test
    void aListenerThatThrowsGetsTheMessageAgain() throws Exception {
        TestServerSessions pool = new TestServerSessions(connection, 1, Session.AUTO_ACKNOWLEDGE, message -> {
            note(message);
            if (seen.size() == 1) {
                throw new IllegalArgumentException("on purpose");
            }
        });
        consume(pool, 1);
        broker.send(ORDERS, "a");
        Awaitility.await().until(() -> seen.size() == 2);
        assertThat(seen).containsExactly("a1", "a2");
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED})
    void whatASessionHasNotSettledIsDeliveredAgainWhenItCloses(int mode) throws Exception {
        TestServerSessions pool = new TestServerSessions(connection, 2, mode, this::note);
        ServerSession other = pool.take();
        consume(pool, 1);
        broker.send(ORDERS, "a");
        assertThat(next()).isEqualTo("a1");
        ServerSession first = pool.take();
        first.getSession().close();
        pool.giveBack(other);
        assertThat(next()).isEqualTo("a2");
    }

    @Test
    void whatATransactionRollsBackIsDeliveredAgainAndWhatItCommitsIsNot() throws Exception {
        Session[] self = new Session[1];
        TestServerSessions pool = new TestServerSessions(connection, 1, Session.SESSION_TRANSACTED, message -> {
            note(message);
            try {
                if (TestBroker.deliveryCount(message) == 1) {
                    self[0].rollback();
                } else {
                    self[0].commit();
                }
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        });
        self[0] = pool.sessions.get(0);
        consume(pool, 1);
        broker.send(ORDERS, "a");
        Awaitility.await().until(() -> seen.size() == 2 && pool.idle() == 1);
        assertThat(seen).containsExactly("a1", "a2");
        assertThat(broker.drain(ORDERS)).isEmpty();
    }

    @Test
    void recoverOfAClientAcknowledgedSessionDeliversAgain() throws Exception {
        TestServerSessions pool = new TestServerSessions(connection, 1, Session.CLIENT_ACKNOWLEDGE, this::note);
        consume(pool, 1);
        broker.send(ORDERS, "a");
        assertThat(next()).isEqualTo("a1");
        pool.sessions.get(0).recover();
        assertThat(next()).isEqualTo("a2");
    }

    @Test
    void aPoolThatThrowsIsReportedAndTheMessageComesLaterUncounted() throws Exception {
        TestServerSessions pool = pool(1);
        pool.failing(new JMSException("no sessions"));
        consume(pool, 1);
        broker.send(ORDERS, "a");
        assertThat(failure()).hasMessage("no sessions");
        pool.failing(null);
        assertThat(next()).isEqualTo("a1");
    }

    @Test
    void aSessionThatDoesNotStartIsReportedAndTheMessageComesLaterUncounted() throws Exception {
        TestServerSessions pool = pool(1);
        pool.failingStarts(new JMSException("no threads"));
        consume(pool, 2);
        broker.send(ORDERS, "a", "b");
        assertThat(failure()).hasMessage("no threads");
        pool.failingStarts(null);
        assertThat(List.of(next(), next())).containsExactly("a1", "b1");
    }

    @Test
    void aSessionThatDiesBeforeItRunsGivesBackUncountedWhenItIsClosed() throws Exception {
        TestServerSessions pool = pool(1);
        pool.dying();
        ConnectionConsumer consumer = consume(pool, 1);
        broker.send(ORDERS, "a");
        Awaitility.await().until(() -> pool.idle() == 0);
        consumer.close();
        pool.sessions.get(0).close();
        Message again = TestBroker.take(broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue(ORDERS)));
        assertThat(TestBroker.deliveryCount(again)).isEqualTo(1);
    }

    /** It may be one of many, and the pool make another. */
    @Test
    void aClosedSessionIsReportedAndTheMessageComesLaterUncountedToAnother() throws Exception {
        TestServerSessions pool = pool(2);
        ServerSession other = pool.take();
        ServerSession closed = pool.take();
        closed.getSession().close();
        pool.giveBack(closed);
        consume(pool, 1);
        broker.send(ORDERS, "a");
        assertThat(failure().getErrorCode()).isEqualTo("Closed");
        pool.giveBack(other);
        assertThat(next()).isEqualTo("a1");
    }

    @Test
    void anErrorOfThePoolIsReportedAndTheMessageComesLaterUncounted() throws Exception {
        TestServerSessions pool = pool(1);
        ServerSessionPool broken = () -> {
            if (reported.isEmpty()) {
                throw new NoClassDefFoundError("on purpose");
            }
            return pool.getServerSession();
        };
        connection.createConnectionConsumer(broker.queue(ORDERS), null, broken, 1);
        broker.send(ORDERS, "a");
        assertThat(next()).isEqualTo("a1");
        assertThat(failure()).hasMessageContaining("on purpose");
    }

    @Test
    void aSessionOfAnotherConnectionIsReportedAndGetsNothing() throws Exception {
        try (Connection other = broker.factory.createConnection()) {
            consume(new TestServerSessions(other, 1, Session.AUTO_ACKNOWLEDGE, this::note), 1);
            broker.send(ORDERS, "a");
            assertThat(failure()).hasMessageContaining("must be made by the connection");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void aQueueThatIsDeletedIsReported() throws Exception {
        consume(pool(1), 1);
        ((BusSession) broker.session(Session.AUTO_ACKNOWLEDGE))
                .namespace()
                .deleteQueue(ORDERS)
                .get();
        assertThat(failure().getErrorCode()).isEqualTo("EntityNotFound");
    }
}
