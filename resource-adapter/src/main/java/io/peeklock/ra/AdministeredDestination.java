/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import jakarta.jms.Destination;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.resource.Referenceable;
import java.io.Serializable;
import java.util.Objects;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A destination that a server makes of its configuration: without a name first, which is set then.
 *
 * <p>A bean of the server: set up on one thread, then only read. Equal when kind and name are.
 */
public abstract sealed class AdministeredDestination implements Destination, Referenceable, Serializable
        permits AdministeredQueue, AdministeredTopic {

    private static final long serialVersionUID = 1L;

    private @Nullable String physicalName;
    private @Nullable Reference reference;

    AdministeredDestination() {}

    /** The name in the bus; null before it is set. */
    public final @Nullable String getPhysicalName() {
        return physicalName;
    }

    /** @throws IllegalArgumentException if there is nothing in it */
    public final void setPhysicalName(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("physicalName: the name of a queue or topic is needed");
        }
        physicalName = name;
    }

    final String name() {
        String name = physicalName;
        if (name == null) {
            throw new IllegalStateRuntimeException(
                    "this administered object has no name: set its property physicalName in the server's configuration");
        }
        return name;
    }

    /** Where the server has bound it; null if it has not. */
    @Override
    public final @Nullable Reference getReference() throws NamingException {
        return reference;
    }

    /** By the server, for {@link #getReference()}. */
    @Override
    public final void setReference(@Nullable Reference reference) {
        this.reference = reference;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof AdministeredDestination destination
                && getClass() == destination.getClass()
                && Objects.equals(physicalName, destination.physicalName);
    }

    @Override
    public final int hashCode() {
        return Objects.hashCode(physicalName);
    }
}
