/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.transfer;

import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.narayana.NamedResource;
import io.peeklock.narayana.PeeklockTransactions;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.h2.jdbcx.JdbcDataSource;

/**
 * Takes orders from a queue, inserts them into a table and publishes them to a topic: each of them in one XA transaction over
 * the bus and the database, so that a process that is killed in the middle leaves all of it or nothing.
 *
 * <p>For one thread.
 */
final class Transfer implements AutoCloseable {

    private static final String DATABASE = "orders-db";

    private final PeeklockXAConnectionFactory bus;
    private final PeeklockTransactions transactions;
    private final XAConnection connection;
    private final XASession session;
    private final MessageConsumer orders;
    private final MessageProducer billing;
    private final javax.sql.XAConnection database;
    private final Connection table;

    /** Opens what it needs, and has recovered, from now on, what an earlier process has left in doubt. */
    Transfer(Path directory) throws JMSException, SQLException {
        bus = Shop.bus(directory);
        JdbcDataSource dataSource = Shop.database(directory);
        transactions = PeeklockTransactions.narayana(directory.resolve("transactions"))
                .node("transfer")
                .recovering(bus)
                .recovering(DATABASE, dataSource)
                // For a sample in which nobody is to wait for two minutes. The process that has died does not come
                // back.
                .recoveryPeriod(Duration.ofSeconds(1))
                .recoveryBackOff(Duration.ofSeconds(1))
                // Longer than the back-off: within one scan, what has just been committed looks like what nobody will
                // commit.
                .orphanSafety(Duration.ofSeconds(3))
                .start();
        connection = bus.createXAConnection();
        session = connection.createXASession();
        orders = session.createConsumer(session.createQueue(Shop.ORDERS));
        billing = session.createProducer(session.createTopic(Shop.BILLING));
        database = dataSource.getXAConnection();
        table = database.getConnection();
        connection.start();
    }

    /**
     * Transfers the next order.
     *
     * @return false if none has come in that time
     */
    boolean transferOne(Duration patience) throws Exception {
        TransactionManager manager = transactions.transactionManager();
        manager.begin();
        boolean done = false;
        try {
            Transaction transaction = manager.getTransaction();
            transaction.enlistResource(session.getXAResource());
            transaction.enlistResource(NamedResource.of(DATABASE, database.getXAResource()));
            TextMessage order = (TextMessage) orders.receive(patience.toMillis());
            if (order != null) {
                insert(order.getText());
                billing.send(session.createTextMessage(order.getText()));
                done = true;
            }
        } finally {
            if (done) {
                manager.commit();
            } else {
                manager.rollback();
            }
        }
        return done;
    }

    private void insert(String order) throws SQLException {
        try (PreparedStatement statement = table.prepareStatement("insert into orders values (?)")) {
            statement.setString(1, order);
            statement.executeUpdate();
        }
    }

    /** Whether the log has a transaction that is decided and not done everywhere. */
    boolean isInDoubt() {
        return transactions.logEntries() > 0;
    }

    @Override
    public void close() throws Exception {
        connection.close();
        transactions.close();
        database.close();
        bus.close();
    }
}
