/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.inside;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The database: a table of texts, each of which can be there once. A bean of the server. */
@Stateless
public class Ledger {

    @Resource(name = "jdbc/database")
    private DataSource database;

    /** Makes the table, if it is not there. */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void create() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists ledger (text varchar primary key)");
        }
    }

    public void write(String text) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into ledger values (?)")) {
            insert.setString(1, text);
            insert.executeUpdate();
        }
    }

    public int count(String text) throws SQLException {
        return count("select count(*) from ledger where text = ?", text);
    }

    /** How many begin so. */
    public int countFrom(String prefix) throws SQLException {
        return count("select count(*) from ledger where text like ? || '%'", prefix);
    }

    private int count(String sql, String parameter) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, parameter);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
