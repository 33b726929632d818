/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes while something is being closed or taken away is neither lost nor left behind. */
class CloseRaceTest {

    private static final String ORDERS = "orders";
    private static final int ROUNDS = 300;

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    private void see(Message message) {
        try {
            seen.add(TestBroker.text(message) + " " + TestBroker.deliveryCount(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private void assertAllSeen(TestBroker broker, List<String> expected) {
        Awaitility.await().untilAsserted(() -> {
            for (String text : broker.drain(ORDERS)) {
                seen.add(text + " 1");
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE, BusSession.PRE_ACKNOWLEDGE})
    @Tag("L10")
    void aListenersConsumerClosedWhileMessagesComeLosesAndCountsNothing(int mode) throws Exception {
        try (TestBroker broker = new TestBroker()) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                try (Session session = broker.session(mode)) {
                    MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
                    consumer.setMessageListener(this::see);
                    String text = "m" + i;
                    CyclicBarrier together = new CyclicBarrier(2);
                    Running<Void> sender = Running.start(() -> {
                        together.await();
                        broker.send(ORDERS, text);
                        return null;
                    });
                    together.await();
                    consumer.close();
                    sender.result();
                    expected.add(text + " 1");
                }
            }
            assertAllSeen(broker, expected);
        }
    }

    @Test
    void aListenerTakenAwayAtOnceLeavesNoMessageLocked() throws Exception {
        try (TestBroker broker = new TestBroker();
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS))) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                consumer.setMessageListener(this::see);
                consumer.setMessageListener(null);
                broker.send(ORDERS, "m" + i);
                expected.add("m" + i + " 1");
            }
            assertAllSeen(broker, expected);
        }
    }

    @Test
    void aConnectionClosedWhileItsSessionCommitsGivesBackItsBroker() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            try (PeeklockConnectionFactory factory =
                    new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID())) {
                Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(ORDERS));
                CyclicBarrier together = new CyclicBarrier(2);
                Running<Void> committer = Running.start(() -> {
                    together.await();
                    while (true) {
                        try {
                            producer.send(session.createMessage());
                            session.commit();
                        } catch (IllegalStateException | TransactionRolledBackException e) {
                            // The close came before the commit, and rolled back what was sent.
                            return null;
                        }
                    }
                });
                together.await();
                connection.close();
                committer.result();
            }
            assertThat(BrokerRegistry.ofThisClassLoader().size()).isZero();
        }
    }

    @Test
    void aFactoryClosedWhileItConnectsKeepsNoBrokerOpen() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            PeeklockConnectionFactory factory = new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID());
            CyclicBarrier together = new CyclicBarrier(2);
            Running<Void> user = Running.start(() -> {
                together.await();
                try (Connection connection = factory.createConnection()) {
                    connection.start();
                } catch (IllegalStateException e) {
                    assertThat(e.getErrorCode()).isEqualTo("Closed");
                }
                return null;
            });
            together.await();
            factory.close();
            user.result();
            assertThat(BrokerRegistry.ofThisClassLoader().size()).isZero();
        }
    }
}
