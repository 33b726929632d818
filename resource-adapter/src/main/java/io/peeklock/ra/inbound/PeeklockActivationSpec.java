/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ResourceAdapter;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a message-driven bean receives, and how.
 *
 * <p>A bean of the server: set up on one thread, then only read.
 */
public final class PeeklockActivationSpec implements ActivationSpec, Serializable {

    private static final long serialVersionUID = 1L;

    private transient @Nullable ResourceAdapter adapter;
    private @Nullable String destinationLookup;
    private @Nullable String destinationType;

    public @Nullable String getDestinationLookup() {
        return destinationLookup;
    }

    public void setDestinationLookup(@Nullable String name) {
        destinationLookup = name;
    }

    public @Nullable String getDestinationType() {
        return destinationType;
    }

    public void setDestinationType(@Nullable String type) {
        destinationType = type;
    }

    @Override
    public void validate() {}

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public void setResourceAdapter(ResourceAdapter adapter) {
        this.adapter = adapter;
    }
}
