/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.ra.store.BusAdapter;
import jakarta.jms.JMSException;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.NamingException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The message-driven beans of one adapter, from its start to its stop.
 *
 * <p>Thread safe.
 */
public final class Activations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Activations.class);

    private final BusAdapter adapter;
    private final BootstrapContext context;
    private final Delays delays = new Delays();
    private final Map<Key, Activation> active = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** By identity: each endpoint factory and each spec is one activation. */
    private static final class Key {
        private final MessageEndpointFactory endpoints;
        private final ActivationSpec spec;

        Key(MessageEndpointFactory endpoints, ActivationSpec spec) {
            this.endpoints = endpoints;
            this.spec = spec;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.spec == spec && key.endpoints.equals(endpoints);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(spec);
        }
    }

    public Activations(BusAdapter adapter, BootstrapContext context) {
        this.adapter = adapter;
        this.context = context;
    }

    /**
     * Begins to deliver. When the bus or the destination cannot be had now, it is tried again, unless the spec has failActivation.
     *
     * @throws ResourceException if the spec is wrong, or not one of this adapter
     */
    public void activate(MessageEndpointFactory endpoints, ActivationSpec spec) throws ResourceException {
        if (!(spec instanceof PeeklockActivationSpec own)) {
            throw new NotSupportedException("an activation spec of this adapter is needed, not "
                    + (spec == null ? "null" : spec.getClass().getName()));
        }
        ActivationSettings settings = own.settings();
        Connecting connecting = new Connecting(new BusAddress(settings.address(), adapter), settings);
        Beans beans = new Beans(endpoints, context.getTransactionSynchronizationRegistry());
        Activation activation = new Activation(adapter, settings, beans, connecting, context.getWorkManager(), delays);
        Key key = new Key(endpoints, spec);
        if (active.putIfAbsent(key, activation) != null) {
            throw new ResourceException("it is active already: " + activation);
        }
        boolean done = false;
        try {
            activation.start();
            done = true;
        } finally {
            if (!done || closed) {
                // The latter by a close that has not seen it.
                active.remove(key, activation);
                activation.stop();
            }
        }
    }

    /** Waits for beans at work, at most as long as the spec says. Does nothing for what is not active. */
    public void deactivate(MessageEndpointFactory endpoints, ActivationSpec spec) {
        Key key = new Key(endpoints, spec);
        Activation activation = active.get(key);
        if (activation != null) {
            try {
                activation.stop();
            } finally {
                active.remove(key, activation);
            }
        }
    }

    /** For the recovery of transactions after a crash, one of each store and user. */
    public XAResource[] resources(ActivationSpec[] specs) throws ResourceException {
        Set<BusAddress.Login> logins = new LinkedHashSet<>();
        for (ActivationSpec spec : specs) {
            if (spec instanceof PeeklockActivationSpec own) {
                try {
                    logins.add(new BusAddress(own.settings().address(), adapter).login());
                } catch (NamingException e) {
                    LOG.warn("{} is not recovered now: {}", own, e.toString());
                }
            }
        }
        List<XAResource> resources = new ArrayList<>();
        for (BusAddress.Login login : logins) {
            try {
                resources.add(adapter.bus().recoveryResource(login.url(), login.userName(), login.password()));
            } catch (JMSException e) {
                throw new ResourceException("no recovery of the bus of " + login + ": " + e.getMessage(), e);
            }
        }
        return resources.toArray(XAResource[]::new);
    }

    /** Ends all activations. Idempotent. */
    @Override
    public void close() {
        closed = true;
        for (Key key : active.keySet()) {
            deactivate(key.endpoints, key.spec);
        }
        delays.close();
    }
}
