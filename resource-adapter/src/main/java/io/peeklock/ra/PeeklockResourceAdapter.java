/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.ra.inbound.Activations;
import io.peeklock.ra.store.AdapterBus;
import io.peeklock.ra.store.Bus;
import io.peeklock.ra.store.BusAdapter;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.io.Serializable;
import java.util.Objects;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The bus as a server sees it (Jakarta Connectors 2.1, chapter 5): started with its settings, then asked for connections and beans.
 *
 * <p>Set up on one thread; between start and stop thread safe. It opens nothing before somebody connects.
 */
public final class PeeklockResourceAdapter implements BusAdapter, Serializable {

    private static final long serialVersionUID = 1L;

    private @Nullable String url;
    private @Nullable String userName;
    private @Nullable String password;

    private transient volatile @Nullable Started started;

    /** What there is between start and stop. */
    private record Started(AdapterBus bus, Activations activations) {}

    @Override
    public void start(BootstrapContext context) throws ResourceAdapterInternalException {
        if (url != null) {
            try {
                ConnectionFactorySettings.parse(url);
            } catch (IllegalArgumentException e) {
                String why = url.startsWith("${")
                        ? "it names a system property that is not set: " + url
                        : String.valueOf(e.getMessage());
                throw new ResourceAdapterInternalException("property url of the resource adapter: " + why, e);
            }
        }
        if (password != null && userName == null) {
            throw new ResourceAdapterInternalException(
                    "property password of the resource adapter needs the property userName");
        }
        EarlyClasses.loadWhereNeeded(PeeklockResourceAdapter.class.getClassLoader());
        started = new Started(new AdapterBus(), new Activations(this, context));
    }

    @Override
    public void stop() {
        Started now = started;
        started = null;
        if (now != null) {
            try {
                now.activations.close();
            } finally {
                now.bus.close();
                RecordMethods.forget();
            }
        }
    }

    private Started started() throws ResourceException {
        Started now = started;
        if (now == null) {
            throw new jakarta.resource.spi.IllegalStateException("the resource adapter is not started");
        }
        return now;
    }

    @Override
    public Bus bus() throws ResourceException {
        return started().bus;
    }

    // ---- Beans

    @Override
    public void endpointActivation(MessageEndpointFactory endpoints, ActivationSpec spec) throws ResourceException {
        started().activations.activate(endpoints, spec);
    }

    @Override
    public void endpointDeactivation(MessageEndpointFactory endpoints, ActivationSpec spec) {
        Started now = started;
        if (now != null) {
            now.activations.deactivate(endpoints, spec);
        }
    }

    @Override
    public XAResource[] getXAResources(ActivationSpec[] specs) throws ResourceException {
        return started().activations.resources(specs);
    }

    // ---- Settings

    @Override
    public @Nullable String getUrl() {
        return url;
    }

    /** Where the bus is, for connection factories and beans that do not say it themselves. */
    public void setUrl(@Nullable String url) {
        this.url = BusAdapter.setting(url);
    }

    @Override
    public @Nullable String getUserName() {
        return userName;
    }

    public void setUserName(@Nullable String userName) {
        this.userName = BusAdapter.setting(userName);
    }

    @Override
    public @Nullable String getPassword() {
        return password;
    }

    public void setPassword(@Nullable String password) {
        this.password = password == null || password.isEmpty() ? null : password;
    }

    /** By its settings, as the Jakarta Connectors specification asks for (section 5.3.3). */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PeeklockResourceAdapter adapter
                && Objects.equals(url, adapter.url)
                && Objects.equals(userName, adapter.userName)
                && Objects.equals(password, adapter.password);
    }

    @Override
    public int hashCode() {
        return Objects.hash(url, userName, password);
    }

    @Override
    public String toString() {
        return "Peeklock resource adapter";
    }
}
