/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A database of H2 on files, with a table of words.
 *
 * <p>Thread safe.
 */
final class Database {

    private final JdbcDataSource source = new JdbcDataSource();

    Database(Path directory) throws SQLException {
        // Without WRITE_DELAY=0 what was committed in one phase is durable half a second later.
        source.setURL("jdbc:h2:" + directory.toAbsolutePath().resolve("words") + ";WRITE_DELAY=0");
        source.setUser("sa");
        execute("create table if not exists words (word varchar)");
    }

    XADataSource source() {
        return source;
    }

    /** Within the branch that the connection's resource is associated with. */
    static void write(XAConnection connection, String word) throws SQLException {
        try (PreparedStatement insert = connection.getConnection().prepareStatement("insert into words values (?)")) {
            insert.setString(1, word);
            insert.executeUpdate();
        }
    }

    List<String> words() throws SQLException {
        return query("select word from words order by word");
    }

    int inDoubt() throws SQLException {
        return query("select transaction_name from information_schema.in_doubt").size();
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
