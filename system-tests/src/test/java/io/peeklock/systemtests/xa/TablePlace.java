/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A table of an H2 database on disk: a row is an order.
 *
 * <p>As {@link Place}.
 */
final class TablePlace implements Place {

    private final Role role;
    private final JdbcDataSource database = new JdbcDataSource();
    // The database is open as long as one of its connections is.
    private final XAConnection recovery;
    // Each is taken once by each process. H2's own choice, for update skip locked, gives a row to two transactions now
    // and then.
    private final Queue<String> free = new ConcurrentLinkedQueue<>();

    private TablePlace(Role role, Path directory) throws SQLException {
        this.role = role;
        // By default what was committed in one phase is on disk only half a second later.
        database.setURL("jdbc:h2:file:" + directory.resolve(role.name()).toAbsolutePath()
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        database.setUser("sa");
        recovery = database.getXAConnection();
    }

    static TablePlace open(Role role, Path directory) throws SQLException {
        TablePlace place = new TablePlace(role, directory);
        try (Connection connection = place.database.getConnection();
                Statement statement = connection.createStatement()) {
            // Without a key: an order that is noted twice is to be seen.
            statement.execute("create table if not exists orders(id varchar(100))");
        }
        place.free.addAll(place.orders());
        return place;
    }

    @Override
    public Role role() {
        return role;
    }

    @Override
    public Desk desk() throws SQLException {
        return new TableDesk(database.getXAConnection());
    }

    @Override
    public void put(String order) throws SQLException {
        try (Connection connection = database.getConnection()) {
            update(connection, "insert into orders values(?)", order);
        }
        free.add(order);
    }

    @Override
    public String storeName() {
        return "kill-tests/" + role;
    }

    @Override
    public AutoCloseable recoverBy(TransactionService service, UnaryOperator<XAResource> seen) throws SQLException {
        return service.recovering(seen.apply(new DelegatingResource(recovery.getXAResource()) {
            @Override
            public void rollback(Xid xid) throws XAException {
                // A connection of H2 knows of prepared transactions from listing them, and has forgotten it after its
                // next rollback.
                recover(TMSTARTRSCAN | TMENDRSCAN);
                super.rollback(xid);
            }
        }));
    }

    @Override
    public Map<String, List<String>> books() throws SQLException {
        return Map.of(role.name(), orders());
    }

    private List<String> orders() throws SQLException {
        List<String> orders = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id from orders")) {
            while (rows.next()) {
                orders.add(rows.getString(1));
            }
        }
        return orders;
    }

    @Override
    public Map<String, List<String>> empty() throws SQLException {
        return books();
    }

    @Override
    public List<String> leftovers() throws SQLException {
        List<String> left = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select transaction_name from information_schema.in_doubt")) {
            while (rows.next()) {
                left.add(role + ": in doubt: " + rows.getString(1));
            }
        }
        return left;
    }

    @Override
    public void close() throws SQLException {
        recovery.close();
    }

    private static int update(Connection connection, String sql, String order) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, order);
            return statement.executeUpdate();
        }
    }

    /** A connection, which H2 wants open until the outcome of its transaction. */
    private final class TableDesk implements Desk {

        private final XAConnection shared;
        private final Connection connection;

        private TableDesk(XAConnection shared) throws SQLException {
            this.shared = shared;
            this.connection = shared.getConnection();
        }

        @Override
        public XAResource resource() {
            try {
                return shared.getXAResource();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String take() throws SQLException {
            String order = free.remove();
            if (update(connection, "delete from orders where id = ?", order) != 1) {
                throw new IllegalStateException("Order " + order + " is not there once");
            }
            return order;
        }

        @Override
        public void note(String order) throws SQLException {
            if (role == Role.ORDERS) {
                return;
            }
            update(connection, "insert into orders values(?)", order);
        }
    }
}
