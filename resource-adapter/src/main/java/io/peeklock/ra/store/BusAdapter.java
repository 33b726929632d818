/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ResourceAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The adapter as connection factories and activations see it: its settings, which they inherit, and its stores.
 *
 * <p>Thread safe once it is started.
 */
public interface BusAdapter extends ResourceAdapter {

    /** Null if each connection factory and activation has its own. */
    @Nullable
    String getUrl();

    /** Who connects where nobody is named; null for nobody. */
    @Nullable
    String getUserName();

    @Nullable
    String getPassword();

    /** @throws ResourceException if the adapter is not started */
    Bus bus() throws ResourceException;

    /** A property as it is meant: servers give empty text, or spaces around it, for what an administrator has left out. */
    static @Nullable String setting(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }
}
