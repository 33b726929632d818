/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.transfer;

import io.peeklock.samples.server.Chronicle;
import io.peeklock.samples.server.Story;
import jakarta.annotation.Resource;
import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.servlet.annotation.WebServlet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Sends orders, one of which fails at the end of its first transaction, and looks what is in the table and in the warehouse. For one
 * request at a time.
 */
@DataSourceDefinition(
        name = TransferStory.DATABASE,
        className = "org.h2.jdbcx.JdbcDataSource",
        url = "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1",
        user = "sa",
        password = "sa")
@WebServlet("/xa-transfer")
public class TransferStory extends Story {

    static final String DATABASE = "java:app/jdbc/shop";

    private static final long serialVersionUID = 1L;
    private static final List<String> ORDERS = List.of("an espresso", "a hot milk", "a tea");
    private static final int NOTES = 4;
    private static final long PATIENCE_MS = 30_000;

    @Resource(name = "jms/bus")
    private transient ConnectionFactory bus;

    @Resource(lookup = DATABASE)
    private transient DataSource database;

    @Inject
    private transient Chronicle chronicle;

    @Override
    protected void tell(Consumer<String> line) throws InterruptedException, SQLException {
        run("drop table if exists orders");
        run("create table orders (text varchar(100))");
        try (JMSContext context = bus.createContext()) {
            Queue transfers = context.createQueue("transfers");
            for (String order : ORDERS) {
                context.createProducer().send(transfers, order);
            }
            chronicle.take(NOTES).forEach(line);
            try (JMSConsumer warehouse = context.createConsumer(context.createQueue("warehouse"))) {
                for (int i = 0; i < ORDERS.size(); i++) {
                    line.accept("the warehouse hears: " + warehouse.receiveBody(String.class, PATIENCE_MS));
                }
                line.accept("and nothing else: " + (warehouse.receiveNoWait() == null));
            }
        }
        line.accept("in the table: " + rows());
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int rows() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from orders")) {
            count.next();
            return count.getInt(1);
        }
    }
}
