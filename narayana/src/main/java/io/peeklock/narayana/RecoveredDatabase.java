/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.sql.SQLException;
import javax.sql.XAConnection;
import javax.sql.XADataSource;

/**
 * A database as Narayana recovers it, through one connection that is kept until it fails.
 *
 * <p>As {@link RecoverySource}.
 */
record RecoveredDatabase(String name, XADataSource database) implements RecoverySource {

    RecoveredDatabase {
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "a database has a name, the same after each restart: its entries in the log have it");
        }
    }

    @Override
    public String description() {
        return "the database " + name;
    }

    @Override
    public Opened open() throws SQLException {
        XAConnection connection = database.getXAConnection();
        boolean done = false;
        try {
            NamedResource resource = NamedResource.of(name, connection.getXAResource());
            done = true;
            return new OpenedDatabase(connection, resource);
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private record OpenedDatabase(XAConnection connection, NamedResource resource) implements Opened {

        /** Nothing in JDBC says in advance whether a connection for recovery still works. */
        @Override
        public boolean isOpen(boolean scanFailed) {
            return !scanFailed;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
