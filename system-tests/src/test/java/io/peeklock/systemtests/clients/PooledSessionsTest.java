/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static io.peeklock.systemtests.clients.WrappedBroker.take;
import static io.peeklock.systemtests.clients.WrappedBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.messaginghub.pooled.jms.JmsPoolSession;

/** What a pool lends comes back to it whole and is lent again. */
class PooledSessionsTest {

    private static final String ORDERS = "orders";

    private WrappedBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new WrappedBroker(FactoryWrapping.POOLED);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private Session lent(int mode) throws JMSException {
        return broker.inSession(mode, session -> {
            try (MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS))) {
                consumer.receiveNoWait();
            }
            return ((JmsPoolSession) session).getInternalSession();
        });
    }

    /** One that a pool cannot reset it throws away. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                Session.AUTO_ACKNOWLEDGE,
                Session.CLIENT_ACKNOWLEDGE,
                Session.DUPS_OK_ACKNOWLEDGE,
                Session.SESSION_TRANSACTED
            })
    void areLentAgain(int mode) throws JMSException {
        assertThat(lent(mode)).isSameAs(lent(mode));
    }

    @Test
    void withAListenerComeBackWithoutIt() throws JMSException {
        List<String> heard = new CopyOnWriteArrayList<>();
        broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
            MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
            consumer.setMessageListener(message -> heard.add(textOf(message)));
            broker.send(ORDERS, "a", "b", "c");
            Awaitility.await().until(() -> heard.size() == 3);
            return true;
        });
        broker.send(ORDERS, "d");
        assertThat(broker.receive(ORDERS)).isEqualTo("d");
        assertThat(heard).containsExactly("a", "b", "c");
    }

    @Test
    void withAListenerThatThrowsGetTheMessageOnceMore() throws JMSException {
        List<String> heard = new CopyOnWriteArrayList<>();
        broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
            MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
            consumer.setMessageListener(message -> {
                heard.add(textOf(message));
                if (heard.size() == 1) {
                    throw new IllegalStateException("not the first time");
                }
            });
            broker.send(ORDERS, "a");
            Awaitility.await().until(() -> heard.size() == 2);
            return true;
        });
        broker.unwrap();
        assertThat(heard).containsExactly("a", "a");
        assertThat(broker.drain(ORDERS)).isEmpty();
    }

    @Test
    void ofAListenerThatRollsBackGetTheMessageOnceMore() throws JMSException {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Connection connection = broker.factory().createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            session.createConsumer(session.createQueue(ORDERS)).setMessageListener(message -> {
                heard.add(textOf(message));
                end(session, heard.size() > 2);
            });
            broker.send(ORDERS, "a", "b");
            Awaitility.await().until(() -> heard.size() == 4);
            session.close();
        }
        broker.unwrap();
        assertThat(heard).containsExactly("a", "a", "a", "b");
        assertThat(broker.drain(ORDERS)).isEmpty();
    }

    /** A stopped connection delivers nothing, a started one what has gathered. */
    @Test
    void areStoppedAndStartedWithTheirConnection() throws JMSException {
        try (Connection connection = broker.factory().createConnection();
                Session session = connection.createSession()) {
            MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
            broker.send("others", "starts the pooled connection");
            broker.send(ORDERS, "a");
            connection.start();
            assertThat(text(take(consumer))).isEqualTo("a");
            connection.stop();
            broker.send(ORDERS, "b");
            connection.start();
            assertThat(text(take(consumer))).isEqualTo("b");
        }
    }

    private static void end(Session session, boolean commit) {
        try {
            if (commit) {
                session.commit();
            } else {
                session.rollback();
            }
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static String textOf(Message message) {
        try {
            return String.valueOf(text(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }
}
