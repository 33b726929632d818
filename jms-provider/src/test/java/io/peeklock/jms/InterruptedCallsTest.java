/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.PeeklockContext.Action;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls by a thread that has been interrupted: what needs no wait is done, and the others say what has become of them. */
class InterruptedCallsTest {

    private static final String ORDERS = "orders";

    private TestBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        broker.send(ORDERS, "a");
    }

    @AfterEach
    void close() throws JMSException {
        Thread.interrupted();
        broker.close();
    }

    /** The call by a thread with its flag set, which stays set. */
    private static void interrupted(Action call) throws JMSException {
        Thread.currentThread().interrupt();
        try {
            call.run();
        } finally {
            assertThat(Thread.interrupted()).as("flag").isTrue();
        }
    }

    private static void refused(Action call, String... texts) {
        assertThatThrownBy(() -> interrupted(call)).isInstanceOfSatisfying(JMSException.class, e -> {
            assertThat(e).hasMessageContainingAll(texts).hasCauseInstanceOf(InterruptedException.class);
            assertThat(e.getErrorCode()).isEqualTo("Interrupted");
        });
    }

    @Test
    void commitAndRollbackDoNotWaitForSendsThatAreNotThere() throws JMSException {
        try (Session session = broker.session(Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS))) {
            TestBroker.take(consumer);
            interrupted(session::rollback);
            assertThat(TestBroker.deliveryCount(TestBroker.take(consumer))).isEqualTo(2);
            interrupted(session::commit);
        }
        assertThat(broker.drain(ORDERS)).isEmpty();
    }

    @Test
    void aConnectionToAnOpenBrokerIsMade() throws JMSException {
        List<Connection> made = new ArrayList<>();
        interrupted(() -> made.add(broker.factory.createConnection()));
        for (Connection connection : made) {
            connection.close();
        }
        assertThat(made).hasSize(1);
    }

    @Test
    void aProducerWithoutAsynchronousSendsIsClosed() throws JMSException {
        interrupted(broker.session(Session.AUTO_ACKNOWLEDGE).createProducer(null)::close);
    }

    @Test
    void aDestinationThatIsStillLookedUpHasNothingOfTheMessage() throws JMSException {
        try (InterceptedBroker held = new InterceptedBroker("");
                Session session = held.connection.createSession();
                MessageProducer producer = session.createProducer(null)) {
            Queue queue = session.createQueue("new");
            TextMessage message = session.createTextMessage("b");
            held.hold("createQueue");
            refused(() -> producer.send(queue, message), "looking for new", "nothing was sent", "repeated");
            held.release("createQueue");
            producer.send(queue, message);
            assertThat(TestBroker.all(session.createConsumer(queue))).containsExactly("b");
        }
    }

    @Test
    void whatIsClosedSaysSo() throws JMSException {
        Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
        refused(consumer::close, "a consumer of orders", "it is closed", "a listener");
        refused(session::close, "a session", "it is closed", "a listener");
        assertThatThrownBy(session::createMessage).isInstanceOf(jakarta.jms.IllegalStateException.class);
        Connection connection = broker.connect(null);
        connection.createSession();
        refused(connection::close, "it is closed");
        assertThatThrownBy(connection::createSession).isInstanceOf(jakarta.jms.IllegalStateException.class);
    }
}
