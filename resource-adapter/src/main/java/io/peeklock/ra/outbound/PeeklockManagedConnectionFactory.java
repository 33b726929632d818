/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.ra.store.BusAdapter;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * What a server's connection pool is configured with and makes connections by (Jakarta Connectors 2.1, chapter 6).
 *
 * <p>Set up on one thread, then thread safe.
 */
public final class PeeklockManagedConnectionFactory implements ManagedConnectionFactory, ResourceAdapterAssociation {

    private static final long serialVersionUID = 1L;

    private transient @Nullable BusAdapter adapter;
    private transient @Nullable PrintWriter logWriter;
    private @Nullable String url;
    private @Nullable String userName;
    private @Nullable String password;
    private @Nullable String clientId;

    @Override
    public Object createConnectionFactory(ConnectionManager connections) throws ResourceException {
        throw new NotSupportedException("not yet");
    }

    @Override
    public Object createConnectionFactory() throws ResourceException {
        throw new NotSupportedException("not yet");
    }

    @Override
    public ManagedConnection createManagedConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo info)
            throws ResourceException {
        throw new NotSupportedException("not yet");
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable ManagedConnection matchManagedConnections(
            Set candidates, @Nullable Subject subject, @Nullable ConnectionRequestInfo info) {
        return null;
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

    public void setUrl(@Nullable String url) {
        this.url = url;
    }

    public @Nullable String getUserName() {
        return userName;
    }

    public void setUserName(@Nullable String userName) {
        this.userName = userName;
    }

    public @Nullable String getPassword() {
        return password;
    }

    public void setPassword(@Nullable String password) {
        this.password = password;
    }

    public @Nullable String getClientId() {
        return clientId;
    }

    public void setClientId(@Nullable String clientId) {
        this.clientId = clientId;
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
}
