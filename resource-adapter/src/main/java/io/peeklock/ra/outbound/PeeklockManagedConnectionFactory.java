/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.ra.store.Bus;
import io.peeklock.ra.store.BusAdapter;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * What a server's connection pool is configured with and makes connections by (Jakarta Connectors 2.1, chapter 6).
 *
 * <p>Set up on one thread, then thread safe.
 */
public final class PeeklockManagedConnectionFactory
        implements ManagedConnectionFactory, ValidatingManagedConnectionFactory, ResourceAdapterAssociation {

    private static final long serialVersionUID = 1L;

    private static final String NO_URL =
            "property url is missing: set it for the resource adapter or the connection factory, to"
                    + " peeklock:file:<directory> or peeklock:mem:<name>";

    private transient @Nullable BusAdapter adapter;
    private transient @Nullable PrintWriter logWriter;
    private final transient DroppedHandles dropped = new DroppedHandles();
    private transient volatile boolean dissociatable;
    private @Nullable String url;
    private @Nullable String userName;
    private @Nullable String password;
    private @Nullable String clientId;

    // ---- Connections

    @Override
    public ConnectionFactoryHandle createConnectionFactory(ConnectionManager connections) throws ResourceException {
        validate();
        if (DissociatableConnection.isForServerOf(connections)) {
            dissociatable = true;
        }
        return new ConnectionFactoryHandle(this, connections);
    }

    /** Without a server that pools: each connection is one of its own. */
    @Override
    public ConnectionFactoryHandle createConnectionFactory() throws ResourceException {
        return createConnectionFactory(new UnpooledConnections());
    }

    /** Opens nothing yet. */
    @Override
    public PeeklockManagedConnection createManagedConnection(
            @Nullable Subject subject, @Nullable ConnectionRequestInfo info) throws ResourceException {
        Login login = login(subject, info);
        Bus bus = requireAdapter().bus();
        // What has a client id must not be held beside the pool: only one can have it.
        return dissociatable && !hasClientId(login)
                ? new DissociatableConnection(this, bus, login, dropped)
                : new PeeklockManagedConnection(this, bus, login);
    }

    private static boolean hasClientId(Login login) {
        return login.clientId() != null
                || ConnectionFactorySettings.parse(login.url()).clientId() != null;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable ManagedConnection matchManagedConnections(
            Set candidates, @Nullable Subject subject, @Nullable ConnectionRequestInfo info) throws ResourceException {
        Login wanted = login(subject, info);
        for (Object candidate : candidates) {
            if (candidate instanceof PeeklockManagedConnection connection && connection.isFor(this, wanted)) {
                return connection;
            }
        }
        return null;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Set getInvalidConnections(Set candidates) {
        Set<Object> invalid = new HashSet<>();
        for (Object candidate : candidates) {
            if (candidate instanceof PeeklockManagedConnection connection && !connection.isUseful()) {
                invalid.add(connection);
            }
        }
        return invalid;
    }

    /** Whom the server names, else the application, else this configuration, else the adapter's. */
    Login login(@Nullable Subject subject, @Nullable ConnectionRequestInfo info) throws ResourceException {
        BusAdapter of = requireAdapter();
        String where = url == null ? of.getUrl() : url;
        if (where == null) {
            throw new InvalidPropertyException(NO_URL);
        }
        PasswordCredential credential = credential(subject);
        if (credential != null) {
            return new Login(where, credential.getUserName(), new String(credential.getPassword()), clientId);
        }
        if (info instanceof ConnectionRequest request && request.userName() != null) {
            return new Login(where, request.userName(), request.password(), clientId);
        }
        return userName == null
                ? new Login(where, of.getUserName(), of.getPassword(), clientId)
                : new Login(where, userName, password, clientId);
    }

    /** What the server's security domain, or its recovery, connects as. */
    private @Nullable PasswordCredential credential(@Nullable Subject subject) {
        if (subject == null) {
            return null;
        }
        for (PasswordCredential each : subject.getPrivateCredentials(PasswordCredential.class)) {
            if (equals(each.getManagedConnectionFactory())) {
                return each;
            }
        }
        return null;
    }

    // ---- The adapter

    private BusAdapter requireAdapter() throws ResourceException {
        BusAdapter now = adapter;
        if (now == null) {
            throw new IllegalStateException("the connection factory has not been told its resource adapter");
        }
        return now;
    }

    private void validate() throws ResourceException {
        String inherited = requireAdapter().getUrl();
        if (url == null && inherited == null) {
            throw new InvalidPropertyException(NO_URL);
        }
        String where = url == null ? inherited : url;
        ConnectionFactorySettings settings;
        try {
            settings = ConnectionFactorySettings.parse(where);
        } catch (IllegalArgumentException e) {
            throw new InvalidPropertyException("property url of a connection factory: " + e.getMessage(), e);
        }
        if (clientId != null && settings.clientId() != null) {
            throw new InvalidPropertyException("the client id is in the property clientId and in the url: keep one");
        }
        if (password != null && userName == null) {
            throw new InvalidPropertyException("property password of a connection factory needs the property userName");
        }
    }

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public void setResourceAdapter(ResourceAdapter adapter) throws ResourceException {
        if (!(adapter instanceof BusAdapter bus)) {
            throw new ResourceException("not an adapter of Peeklock: " + adapter);
        }
        this.adapter = bus;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter writer) {
        logWriter = writer;
    }

    public @Nullable String getUrl() {
        return url;
    }

    /** Where the bus is, if not where the adapter says. */
    public void setUrl(@Nullable String url) {
        this.url = BusAdapter.setting(url);
    }

    public @Nullable String getUserName() {
        return userName;
    }

    /** Who connects where an application names nobody; null for the adapter's user. */
    public void setUserName(@Nullable String userName) {
        this.userName = BusAdapter.setting(userName);
    }

    public @Nullable String getPassword() {
        return password;
    }

    public void setPassword(@Nullable String password) {
        this.password = password == null || password.isEmpty() ? null : password;
    }

    public @Nullable String getClientId() {
        return clientId;
    }

    /** The client id of the connections: one at a time can have it. */
    public void setClientId(@Nullable String clientId) {
        this.clientId = BusAdapter.setting(clientId);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PeeklockManagedConnectionFactory factory
                && Objects.equals(adapter, factory.adapter)
                && Objects.equals(url, factory.url)
                && Objects.equals(userName, factory.userName)
                && Objects.equals(password, factory.password)
                && Objects.equals(clientId, factory.clientId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(url, userName, clientId);
    }

    @Override
    public String toString() {
        return url == null ? "the adapter's bus" : "a bus of its own";
    }
}
