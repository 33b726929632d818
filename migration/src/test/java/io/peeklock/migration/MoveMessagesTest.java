/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is left in an embedded Artemis or ActiveMQ is moved, with all that belongs to the messages, and no message twice.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
final class MoveMessagesTest {

    /** How long a move waits for more; one that has not waited long enough is followed by another. */
    private static final long PATIENCE_MS = 1_000;
    /** Where a message must come. */
    private static final long LONG_MS = 30_000;
    /** Where two messages must come into one batch, and a third is waited for. */
    private static final long BOTH_MS = 10_000;

    private static final int MANY = 250;

    @TempDir
    Path directory;

    private PeeklockConnectionFactory bus;

    @BeforeEach
    void openBus() throws JMSException {
        bus = new PeeklockConnectionFactory("peeklock:mem:" + directory.getFileName());
        try (Connection connection = bus.createConnection();
                BusSession session = (BusSession) connection.createSession()) {
            session.namespace()
                    .createQueue(QueueDescription.builder("orders")
                            .duplicateDetectionWindow(Duration.ofDays(1))
                            .build())
                    .join();
        }
    }

    @Test
    void fromArtemisKeepsWhatBelongsToAMessage() throws Exception {
        try (EmbeddedArtemis artemis = new EmbeddedArtemis(directory)) {
            assertThatMessagesAreKept(artemis.factory());
        }
    }

    @Test
    void fromActiveMqKeepsWhatBelongsToAMessage() throws Exception {
        try (EmbeddedActiveMq activeMq = new EmbeddedActiveMq(directory)) {
            assertThatMessagesAreKept(activeMq.factory());
        }
    }

    private void assertThatMessagesAreKept(ConnectionFactory old) throws JMSException {
        long before = System.currentTimeMillis();
        try (Connection from = old.createConnection();
                Connection to = bus.createConnection()) {
            from.start();
            to.start();
            fill(from);
            moveAll(from, to, MANY + 5);
            assertThat(move(from, to)).isZero();
            try (Session session = to.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("orders"))) {
                assertThatOrderIsWhole(consumer.receive(LONG_MS), before);
                assertThat(((BytesMessage) consumer.receive(LONG_MS)).readInt()).isEqualTo(4711);
                assertThat(((MapMessage) consumer.receive(LONG_MS)).getDouble("price"))
                        .isEqualTo(12.5);
                assertThat(((StreamMessage) consumer.receive(LONG_MS)).readString())
                        .isEqualTo("tea");
                assertThat(((ObjectMessage) consumer.receive(LONG_MS)).getObject())
                        .isEqualTo(List.of("tea", "cake"));
                for (int i = 0; i < MANY; i++) {
                    assertThat(consumer.receive(LONG_MS).getBody(String.class)).isEqualTo("order " + i);
                }
                assertThat(consumer.receiveNoWait()).isNull();
            }
        }
    }

    private static void assertThatOrderIsWhole(Message order, long before) throws JMSException {
        assertThat(order.getBody(String.class)).isEqualTo("two teas");
        assertThat(order.getJMSType()).isEqualTo("order");
        assertThat(order.getJMSCorrelationID()).isEqualTo("table 7");
        assertThat(order.getJMSPriority()).isEqualTo(7);
        assertThat(order.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(order.getJMSExpiration()).isBetween(before, System.currentTimeMillis() + 3_600_000);
        assertThat(order.getStringProperty("country")).isEqualTo("IT");
        assertThat(order.getObjectProperty("cups")).isEqualTo(2);
        assertThat(order.getStringProperty("JMSXGroupID")).isEqualTo("A");
        assertThat(order.getStringProperty("JMS_SB_MessageId")).startsWith("ID:");
        assertThat(order.getLongProperty(MoveMessages.FIRST_SENT)).isBetween(before, order.getJMSTimestamp());
    }

    private static void fill(Connection connection) throws JMSException {
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue("orders"))) {
            TextMessage order = session.createTextMessage("two teas");
            order.setJMSType("order");
            order.setJMSCorrelationID("table 7");
            order.setStringProperty("country", "IT");
            order.setIntProperty("cups", 2);
            order.setStringProperty("JMSXGroupID", "A");
            producer.send(order, DeliveryMode.NON_PERSISTENT, 7, 3_600_000);
            BytesMessage bytes = session.createBytesMessage();
            bytes.writeInt(4711);
            producer.send(bytes);
            MapMessage map = session.createMapMessage();
            map.setDouble("price", 12.5);
            producer.send(map);
            StreamMessage stream = session.createStreamMessage();
            stream.writeString("tea");
            producer.send(stream);
            producer.send(session.createObjectMessage(new ArrayList<>(List.of("tea", "cake"))));
            for (int i = 0; i < MANY; i++) {
                producer.send(session.createTextMessage("order " + i));
            }
            session.commit();
        }
    }

    private static void moveAll(Connection from, Connection to, long expected) throws JMSException {
        long moved = move(from, to);
        while (moved < expected) {
            moved += move(from, to);
        }
        assertThat(moved).isEqualTo(expected);
    }

    private static long move(Connection from, Connection to) throws JMSException {
        MoveMessages orders = new MoveMessages(from, to, PATIENCE_MS);
        return orders.move(session -> session.createConsumer(session.createQueue("orders")), "orders");
    }

    @Test
    @Tag("U1")
    void aBatchThatWasStoppedBetweenTheCommitsIsThereOnce() throws Exception {
        try (EmbeddedArtemis artemis = new EmbeddedArtemis(directory);
                Connection to = bus.createConnection()) {
            to.start();
            try (Connection from = artemis.factory().createConnection()) {
                from.start();
                send(from, "order 1", "order 2");
                MoveMessages stopped = new MoveMessages(goneAtTheCommit(from), to, BOTH_MS);
                assertThatThrownBy(() -> stopped.move(
                                session -> session.createConsumer(session.createQueue("orders")), "orders"))
                        .hasMessage("gone");
            }
            assertThat(activeOrders(to)).isEqualTo(2);
            try (Connection from = artemis.factory().createConnection()) {
                from.start();
                moveAll(from, to, 2);
            }
            assertThat(activeOrders(to)).isEqualTo(2);
        }
    }

    private static long activeOrders(Connection to) throws JMSException {
        try (BusSession session = (BusSession) to.createSession()) {
            return session.namespace()
                    .counters(EntityPath.queue("orders"))
                    .join()
                    .active();
        }
    }

    /** Its sessions fail at their commit, as if the old broker had gone before it. */
    private static Connection goneAtTheCommit(Connection connection) {
        return delegating(
                Connection.class,
                connection,
                (name, result) -> name.equals("createSession")
                        ? delegating(Session.class, (Session) result.call(), (method, inner) -> {
                            if (method.equals("commit")) {
                                throw new JMSException("gone");
                            }
                            return inner.call();
                        })
                        : result.call());
    }

    private static <T> T delegating(Class<T> type, T to, Delegation delegation) {
        return type.cast(Proxy.newProxyInstance(
                MoveMessagesTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> delegation.call(method.getName(), () -> method.invoke(to, arguments))));
    }

    @FunctionalInterface
    private interface Delegation {
        Object call(String method, Callable<?> original) throws Exception;
    }

    @Test
    void aDurableSubscriptionIsMovedThroughAQueue() throws Exception {
        try (EmbeddedActiveMq activeMq = new EmbeddedActiveMq(directory);
                Connection from = activeMq.factory().createConnection();
                Connection to = bus.createConnection()) {
            from.setClientID("shop");
            from.start();
            to.setClientID("shop");
            to.start();
            try (Session session = from.createSession()) {
                var prices = session.createTopic("prices");
                session.createDurableSubscriber(prices, "ledger").close();
                session.createProducer(prices).send(session.createTextMessage("12.50"));
            }
            try (BusSession session = (BusSession) to.createSession()) {
                session.createDurableSubscriber(session.createTopic("prices"), "ledger")
                        .close();

                EntityPath ledger = EntityPath.parse("prices/Subscriptions/$D$shop$ledger");
                do {
                    new MoveMessages(from, to, PATIENCE_MS)
                            .move(s -> s.createDurableSubscriber(s.createTopic("prices"), "ledger"), "orders");
                    session.namespace()
                            .moveMessages(
                                    EntityPath.queue("orders"),
                                    EntityPath.parse("prices/Subscriptions/$D$shop$ledger"),
                                    MessageSelection.ALL,
                                    DeadLetterProperties.KEEP)
                            .result()
                            .join();
                } while (session.namespace().counters(ledger).join().active() == 0);

                Message price = session.createDurableSubscriber(session.createTopic("prices"), "ledger")
                        .receive(LONG_MS);
                assertThat(price.getBody(String.class)).isEqualTo("12.50");
            }
        }
    }

    private static void send(Connection connection, String... texts) throws JMSException {
        try (Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("orders"))) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }
}
