/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.GroupFixture.assertCode;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an application hears of a session that it has lost. */
@Tag("G4")
class SessionLockLossTest {

    private SteppedBroker broker;
    private PeeklockConnection connection;
    private Queue orders;

    @BeforeEach
    void open() throws JMSException {
        // Locks are renewed for no time at all.
        broker = new SteppedBroker("&lockRenewal=0");
        connection = broker.connect();
        Session session = connection.createSession();
        orders = session.createQueue("orders");
        ((BusSession) session)
                .namespace()
                .createQueue(
                        QueueDescription.builder("orders").sessionRequired(true).build())
                .join();
        for (String text : new String[] {"1", "2"}) {
            Message message = session.createTextMessage(text);
            message.setStringProperty("JMSXGroupID", "a");
            session.createProducer(orders).send(message);
        }
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
        broker.close();
    }

    @Test
    void anAcceptedSessionFailsAndCanBeAcceptedAgain() throws JMSException {
        BusSession session = (BusSession) connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        SessionConsumer held = session.acceptSession(orders, "a");
        Message first = held.receiveNoWait();
        broker.pass(SteppedBroker.LOCK);
        assertCode("SessionLockLost", first::acknowledge);
        assertCode("SessionLockLost", held::receiveNoWait);
        assertCode("SessionLockLost", held::renewSessionLock);
        held.close();
        SessionConsumer again = session.acceptSession(orders, "a");
        assertThat(text(again.receiveNoWait())).isEqualTo("1");
    }

    @Test
    void aPlainConsumerGoesOnByItself() throws JMSException {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(orders);
        Message first = consumer.receiveNoWait();
        broker.pass(SteppedBroker.LOCK);
        assertCode("SessionLockLost", first::acknowledge);
        Message again = consumer.receiveNoWait();
        assertThat(text(again)).isEqualTo("1");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(text(consumer.receiveNoWait())).isEqualTo("2");
        again.acknowledge();
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void anAcceptedSessionHealsByItself() throws JMSException {
        BusSession session = (BusSession) connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        SessionConsumer held = session.acceptSession(orders, "a");
        held.receiveNoWait();
        broker.pass(SteppedBroker.LOCK);
        assertCode("SessionLockLost", () -> held.setSessionState(new byte[] {1}));
        assertCode("SessionLockLost", held::receiveNoWait);
        Message again = held.receiveNoWait();
        assertThat(text(again)).isEqualTo("1");
        assertThat(again.getJMSRedelivered()).isTrue();
        held.setSessionState(new byte[] {1});
        held.renewSessionLock();
        assertThat(text(held.receiveNoWait())).isEqualTo("2");
        // What was lost is listed, the rest is done.
        assertCode("SessionLockLost", again::acknowledge);
        assertThat(held.receiveNoWait()).isNull();
    }

    @Test
    void aListenerOfAnAcceptedSessionGoesOnAndTheExceptionListenerIsTold() throws Exception {
        BlockingQueue<String> errors = new LinkedBlockingQueue<>();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        connection.setExceptionListener(e -> errors.add(String.valueOf(e.getErrorCode())));
        BusSession session = (BusSession) connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        SessionConsumer held = session.acceptSession(orders, "b");
        held.setMessageListener(message -> {
            try {
                seen.add(String.valueOf(text(message)));
            } catch (JMSException e) {
                seen.add(e.toString());
            }
        });
        broker.pass(SteppedBroker.LOCK);
        assertThat(errors.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo("SessionLockLost");
        Session sender = connection.createSession();
        Message message = sender.createTextMessage("3");
        message.setStringProperty("JMSXGroupID", "b");
        sender.createProducer(orders).send(message);
        await().until(() -> {
            broker.pass(Duration.ofSeconds(1));
            return !seen.isEmpty();
        });
        assertThat(seen).containsExactly("3");
    }
}
