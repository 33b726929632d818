/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of unacknowledged messages of the sessions of an application server's pool. */
@Tag("Q5")
@DisplayName("maxUnacknowledged, ConnectionConsumer")
class UnacknowledgedServerSessionsTest {

    private static final int LIMIT = 2;

    private final List<Message> seen = new CopyOnWriteArrayList<>();
    private TestBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker("?maxUnacknowledged=" + LIMIT);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private TestServerSessions pool(int size, int mode) throws JMSException {
        return new TestServerSessions(broker.connection, size, mode, seen::add);
    }

    private ConnectionConsumer consume(String queue, TestServerSessions pool, int maxMessages) throws JMSException {
        return broker.connection.createConnectionConsumer(broker.queue(queue), null, pool, maxMessages);
    }

    /** The sessions have as many as they may, and the next message waits for one of them. */
    private void awaitFull(TestServerSessions pool, int held) {
        await().until(() -> pool.idle() == 0 && broker.locked("orders").size() == held + 1);
        assertThat(seen).hasSize(held);
    }

    private List<String> texts() throws JMSException {
        List<String> texts = new CopyOnWriteArrayList<>();
        for (Message message : seen) {
            texts.add(String.valueOf(TestBroker.text(message)));
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void aSessionIsLoadedWithNoMoreThanItMayHaveUntilItAcknowledges(int maxMessages) throws JMSException {
        broker.send("orders", "1", "2", "3", "4", "5");
        TestServerSessions pool = pool(1, Session.CLIENT_ACKNOWLEDGE);
        consume("orders", pool, maxMessages);
        awaitFull(pool, 2);
        seen.get(1).acknowledge();
        await().until(() -> seen.size() == 4);
        await().until(() -> broker.locked("orders").size() == 3);
        seen.get(3).acknowledge();
        await().until(() -> seen.size() == 5);
        assertThat(texts()).containsExactly("1", "2", "3", "4", "5");
        await().until(() -> pool.idle() == 1);
    }

    @Test
    void oneThatIsFullHoldsUpNoOther() throws JMSException {
        broker.send("orders", "1", "2", "3", "4", "5", "6");
        TestServerSessions pool = pool(2, BusSession.INDIVIDUAL_ACKNOWLEDGE);
        consume("orders", pool, 1);
        awaitFull(pool, 4);
        seen.get(0).acknowledge();
        await().until(() -> seen.size() == 5);
        PeekLocked.of(seen.get(1)).complete();
        await().until(() -> seen.size() == 6);
        assertThat(texts()).containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6");
    }

    @Test
    void lostLocksMakeRoom() throws JMSException {
        broker.send("deleted", "1", "2");
        TestServerSessions pool = pool(1, Session.CLIENT_ACKNOWLEDGE);
        consume("deleted", pool, 1);
        await().until(() -> seen.size() == 2);
        broker.send("orders", "3");
        consume("orders", pool, 1);
        await().until(() -> broker.locked("orders").size() == 1);
        assertThat(seen).hasSize(2);
        broker.namespace().deleteQueue("deleted").join();
        await().until(() -> seen.size() == 3);
        assertThat(texts()).containsExactly("1", "2", "3");
    }

    @Test
    void recoverMakesRoom() throws JMSException {
        broker.send("orders", "1", "2", "3");
        TestServerSessions pool = pool(1, Session.CLIENT_ACKNOWLEDGE);
        consume("orders", pool, 1);
        awaitFull(pool, 2);
        pool.sessions.get(0).recover();
        await().until(() -> seen.size() == 4);
        assertThat(broker.locked("orders")).hasSize(3);
    }

    @Test
    void theClosedConsumerLetsFullSessionsGoBackToTheirPool() throws JMSException {
        broker.send("orders", "1", "2", "3");
        TestServerSessions pool = pool(1, Session.CLIENT_ACKNOWLEDGE);
        ConnectionConsumer consumer = consume("orders", pool, 1);
        awaitFull(pool, 2);
        consumer.close();
        await().until(() -> pool.idle() == 1);
        assertThat(broker.drain("orders")).containsExactly("3");
        seen.get(1).acknowledge();
        assertThat(broker.locked("orders")).isEmpty();
    }

    @Test
    void aFullSessionThatIsClosedGoesBackToItsPool() throws JMSException {
        broker.send("orders", "1", "2", "3");
        TestServerSessions pool = pool(1, Session.CLIENT_ACKNOWLEDGE);
        consume("orders", pool, 1);
        awaitFull(pool, 2);
        int runs = pool.runs.get();
        pool.sessions.get(0).close();
        // The run says that the session is closed.
        await().dontCatchUncaughtExceptions().until(() -> pool.runs.get() > runs);
    }

    @Test
    void otherModesAreNotLimited() throws JMSException {
        broker.send("orders", "1", "2", "3", "4", "5");
        TestServerSessions pool = pool(1, Session.SESSION_TRANSACTED);
        consume("orders", pool, 10);
        await().until(() -> seen.size() == 5);
        await().until(() -> pool.idle() == 1);
        pool.sessions.get(0).commit();
        assertThat(broker.drain("orders")).isEmpty();
    }
}
