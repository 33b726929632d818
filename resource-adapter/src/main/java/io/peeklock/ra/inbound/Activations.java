/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.ra.store.BusAdapter;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import javax.transaction.xa.XAResource;

/**
 * The message-driven beans of one adapter, from its start to its stop.
 *
 * <p>Thread safe.
 */
public final class Activations implements AutoCloseable {

    public Activations(BusAdapter adapter, BootstrapContext context) {}

    public void activate(MessageEndpointFactory endpoints, ActivationSpec spec) throws ResourceException {
        throw new NotSupportedException("no message-driven beans yet");
    }

    /** Does nothing for what is not active. */
    public void deactivate(MessageEndpointFactory endpoints, ActivationSpec spec) {}

    /** For the recovery of transactions after a crash, one of each store and user. */
    public XAResource[] resources(ActivationSpec[] specs) throws ResourceException {
        return new XAResource[0];
    }

    /** Ends all activations. Idempotent. */
    @Override
    public void close() {}
}
