/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the same lines of a program do on the other broker and here, where docs/migration.md says that it differs.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
final class DifferencesTest {

    /** Where nothing may come. */
    private static final long SOON_MS = 500;
    /** Where something must come. */
    private static final long LONG_MS = 30_000;

    @TempDir
    Path directory;

    private PeeklockConnectionFactory bus;

    @BeforeEach
    void openBus() {
        bus = new PeeklockConnectionFactory("peeklock:mem:" + directory.getFileName() + "?linger=0");
    }

    @Nested
    class OfArtemis {

        @Test
        @Tag("Q5")
        void recoverCountsWhatNobodyHasSeen() throws Exception {
            try (EmbeddedArtemis artemis = new EmbeddedArtemis(directory)) {
                assertThat(countOfTheSecondAfterRecover(artemis.factory(), artemis::delivering))
                        .isEqualTo(2);
            }
            assertThat(countOfTheSecondAfterRecover(bus, queue -> 2)).isEqualTo(1);
        }

        private int countOfTheSecondAfterRecover(ConnectionFactory factory, Delivering delivering) throws Exception {
            try (Connection connection = factory.createConnection();
                    Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
                connection.start();
                Queue orders = session.createQueue("orders");
                send(session, orders, "first");
                send(session, orders, "second");
                MessageConsumer consumer = session.createConsumer(orders);
                assertThat(body(consumer.receive(LONG_MS))).isEqualTo("first");
                await().until(() -> delivering.count("orders") == 2);
                session.recover();
                Message message = consumer.receive(LONG_MS);
                while (!body(message).equals("second")) {
                    message = consumer.receive(LONG_MS);
                }
                return message.getIntProperty("JMSXDeliveryCount");
            }
        }

        @Test
        void itsPropertyOfATimeIsAPropertyHere() throws Exception {
            assertThatPropertyDelaysNothing("_AMQ_SCHED_DELIVERY", System.currentTimeMillis() + 3_600_000);
        }
    }

    @Nested
    class OfActiveMq {

        @Test
        @Tag("Q5")
        void aConsumerKeepsFromOthersWhatItHasNotReceived() throws Exception {
            try (EmbeddedActiveMq activeMq = new EmbeddedActiveMq(directory)) {
                assertThat(receivedBySecondConsumer(activeMq.factory(), activeMq::delivering, SOON_MS))
                        .isNull();
            }
            assertThat(receivedBySecondConsumer(bus, queue -> 2, LONG_MS)).isNotNull();
        }

        private Message receivedBySecondConsumer(ConnectionFactory factory, Delivering delivering, long waitMs)
                throws Exception {
            try (Connection connection = factory.createConnection();
                    Session idle = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                    Session busy = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
                connection.start();
                Queue orders = idle.createQueue("orders");
                send(idle, orders, "first");
                send(idle, orders, "second");
                idle.createConsumer(orders);
                await().until(() -> delivering.count("orders") == 2);
                return busy.createConsumer(orders).receive(waitMs);
            }
        }

        @Test
        void itsPropertyOfADelayIsAPropertyHere() throws Exception {
            assertThatPropertyDelaysNothing("AMQ_SCHEDULED_DELAY", 3_600_000);
        }

        @Test
        void delaysAndSharedSubscriptionsOfTheApiAreNew() throws Exception {
            try (EmbeddedActiveMq activeMq = new EmbeddedActiveMq(directory);
                    Connection connection = activeMq.factory().createConnection();
                    Session session = connection.createSession()) {
                Topic prices = session.createTopic("prices");
                assertThatThrownBy(() -> session.createSharedDurableConsumer(prices, "screens"))
                        .isInstanceOf(UnsupportedOperationException.class);
                assertThatThrownBy(() -> session.createProducer(prices).setDeliveryDelay(1))
                        .isInstanceOf(UnsupportedOperationException.class);
            }
        }

        @Test
        void aNameWithCommasOrWildcardsIsAName() throws Exception {
            try (Connection connection = bus.createConnection();
                    Session session = connection.createSession()) {
                connection.start();
                send(session, session.createQueue("bills,archive"), "bill");
                send(session, session.createTopic("prices.>"), "12.50");
                assertThat(session.createConsumer(session.createQueue("bills")).receive(SOON_MS))
                        .isNull();
                assertThat(session.createConsumer(session.createQueue("bills,archive"))
                                .receive(LONG_MS))
                        .isNotNull();
            }
        }
    }

    private void assertThatPropertyDelaysNothing(String property, long value) throws JMSException {
        try (Connection connection = bus.createConnection();
                Session session = connection.createSession()) {
            connection.start();
            Queue later = session.createQueue("later");
            Message message = session.createTextMessage("later");
            message.setLongProperty(property, value);
            try (MessageProducer producer = session.createProducer(later)) {
                producer.send(message);
            }
            Message received = session.createConsumer(later).receive(LONG_MS);
            assertThat(received.getLongProperty(property)).isEqualTo(value);
        }
    }

    private static void send(Session session, Destination to, String text) throws JMSException {
        try (MessageProducer producer = session.createProducer(to)) {
            producer.send(session.createTextMessage(text));
        }
    }

    private static String body(Message message) throws JMSException {
        return message.getBody(String.class);
    }

    @FunctionalInterface
    private interface Delivering {
        long count(String queue) throws Exception;
    }
}
