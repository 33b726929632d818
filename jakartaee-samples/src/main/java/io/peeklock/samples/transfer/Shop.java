/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.transfer;

import io.peeklock.jms.PeeklockXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.h2.jdbcx.JdbcDataSource;

/**
 * The queue, the table and the topic: made, filled and counted, without any transaction manager.
 *
 * <p>For one thread.
 */
final class Shop {

    static final String ORDERS = "orders";
    static final String BILLING = "billing";

    private static final String INVOICES = "invoices";
    private static final long PATIENCE_MS = 500;

    private final Path directory;

    Shop(Path directory) {
        this.directory = directory;
    }

    static PeeklockXAConnectionFactory bus(Path directory) {
        return new PeeklockXAConnectionFactory("peeklock:file:" + directory.resolve("bus") + "?linger=0");
    }

    static JdbcDataSource database(Path directory) {
        JdbcDataSource database = new JdbcDataSource();
        // By default H2 has it on disk half a second after it says so, and 2.5.252 may lose it when it reuses space in
        // its file.
        database.setURL(
                "jdbc:h2:file:" + directory.resolve("database").toAbsolutePath() + ";WRITE_DELAY=0;REUSE_SPACE=FALSE");
        database.setUser("sa");
        return database;
    }

    /** Makes the table and the subscription, and sends the orders. */
    void open(int orders) throws JMSException, SQLException {
        try (java.sql.Connection connection = database(directory).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table orders (id varchar(20))");
        }
        try (PeeklockXAConnectionFactory factory = bus(directory);
                Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            session.createSharedDurableConsumer(session.createTopic(BILLING), INVOICES)
                    .close();
            MessageProducer producer = session.createProducer(session.createQueue(ORDERS));
            for (int i = 1; i <= orders; i++) {
                producer.send(session.createTextMessage("order-" + i));
            }
            session.commit();
        }
    }

    /** Whether no order waits in the queue; one that is in a transaction, or in doubt, does. */
    boolean isQueueEmpty() throws JMSException {
        try (PeeklockXAConnectionFactory factory = bus(directory);
                Connection connection = factory.createConnection();
                Session session = connection.createSession()) {
            return waiting(session).isEmpty();
        }
    }

    /** Counts, and takes the messages of the topic away. */
    Count count() throws JMSException, SQLException {
        try (PeeklockXAConnectionFactory factory = bus(directory);
                Connection connection = factory.createConnection();
                Session session = connection.createSession()) {
            connection.start();
            return new Count(waiting(session), rows(), published(session));
        }
    }

    private static List<String> waiting(Session session) throws JMSException {
        List<String> orders = new ArrayList<>();
        try (QueueBrowser browser = session.createBrowser(session.createQueue(ORDERS))) {
            for (Object message : Collections.list(browser.getEnumeration())) {
                orders.add(((TextMessage) message).getText());
            }
        }
        return orders;
    }

    private static List<String> published(Session session) throws JMSException {
        List<String> orders = new ArrayList<>();
        try (MessageConsumer consumer = session.createSharedDurableConsumer(session.createTopic(BILLING), INVOICES)) {
            for (Message message = consumer.receive(PATIENCE_MS);
                    message != null;
                    message = consumer.receive(PATIENCE_MS)) {
                orders.add(((TextMessage) message).getText());
            }
        }
        return orders;
    }

    private List<String> rows() throws SQLException {
        List<String> orders = new ArrayList<>();
        try (java.sql.Connection connection = database(directory).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id from orders")) {
            while (rows.next()) {
                orders.add(rows.getString(1));
            }
        }
        return orders;
    }

    /** The orders that are in each place. */
    record Count(List<String> queue, List<String> table, List<String> topic) {

        /** Whether each of so many orders is in the table and in the topic, once, and none is left in the queue. */
        boolean isComplete(int orders) {
            return queue.isEmpty() && isEachOnce(table, orders) && isEachOnce(topic, orders);
        }

        private static boolean isEachOnce(List<String> found, int orders) {
            return found.size() == orders && Set.copyOf(found).size() == orders;
        }

        @Override
        public String toString() {
            return "in the queue " + queue.size() + ", in the table " + table.size() + ", in the topic " + topic.size();
        }
    }
}
