/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many listeners of one session: a message costs what it costs beside one, and each gets its turn. */
@Tag("L5")
class ManyListenersTest {

    private static final int LISTENERS = 200;
    private static final int MESSAGES = 100;

    /** A request a message, and what begins and ends besides. */
    private static final long MOST_REQUESTS = 2 * MESSAGES;

    private InterceptedBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new InterceptedBroker("");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void listen(int acknowledgeMode, Set<String> heard) throws JMSException {
        Session session = broker.connection.createSession(acknowledgeMode);
        for (int i = 0; i < LISTENERS; i++) {
            session.createConsumer(session.createQueue("queue-" + i))
                    .setMessageListener(message -> hear(message, heard));
        }
    }

    private static void hear(Message message, Set<String> heard) {
        try {
            heard.add(TestBroker.text(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private void send(int queue, String text) throws JMSException {
        try (Session session = broker.connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("queue-" + queue))) {
            producer.send(session.createTextMessage(text));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    void areNotAskedForWhenAnotherOneOfTheirSessionHasAMessage(int acknowledgeMode) throws JMSException {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        listen(acknowledgeMode, heard);
        send(LISTENERS - 1, "first");
        Awaitility.await().until(() -> heard.size() == 1);
        long before = broker.requests();
        for (int i = 0; i < MESSAGES; i++) {
            send(LISTENERS - 1, "m" + i);
        }
        Awaitility.await().until(() -> heard.size() == 1 + MESSAGES);
        assertThat(broker.requests() - before).isLessThanOrEqualTo(MOST_REQUESTS);
    }

    @Test
    void getEachOneItsTurn() throws JMSException {
        AtomicInteger sent = new AtomicInteger();
        broker.connection.stop();
        Set<String> heard = ConcurrentHashMap.newKeySet();
        listen(Session.AUTO_ACKNOWLEDGE, heard);
        for (String which : List.of("a", "b")) {
            for (int i = 0; i < LISTENERS; i++) {
                send(i, which + i);
                sent.incrementAndGet();
            }
        }
        broker.connection.start();
        Awaitility.await().until(() -> heard.size() == sent.get());
    }
}
