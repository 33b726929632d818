/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.database;

import java.io.PrintWriter;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * H2 as a server's data source, whose part in a commit can be stopped for ever: see {@link StopPoint}.
 *
 * <p>A bean of the server: set up on one thread, then thread safe.
 */
public final class StoppingDataSource implements XADataSource, Serializable {

    private static final long serialVersionUID = 1L;

    private final JdbcDataSource h2 = new JdbcDataSource();

    public String getUrl() {
        return h2.getURL();
    }

    public void setUrl(String url) {
        h2.setURL(url);
    }

    public String getUser() {
        return h2.getUser();
    }

    public void setUser(String user) {
        h2.setUser(user);
    }

    public String getPassword() {
        return h2.getPassword();
    }

    public void setPassword(String password) {
        h2.setPassword(password);
    }

    @Override
    public XAConnection getXAConnection() throws SQLException {
        return new StoppingConnection(h2.getXAConnection());
    }

    @Override
    public XAConnection getXAConnection(String user, String password) throws SQLException {
        return new StoppingConnection(h2.getXAConnection(user, password));
    }

    @Override
    public PrintWriter getLogWriter() {
        return h2.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        h2.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) {
        h2.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() {
        return h2.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return h2.getParentLogger();
    }
}
