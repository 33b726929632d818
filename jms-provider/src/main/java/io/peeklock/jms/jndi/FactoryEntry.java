/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.jndi;

import jakarta.jms.ConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection factory that is made when it is first looked up.
 *
 * <p>Thread safe. Making one opens nothing and is quick, so that a monitor may be held meanwhile.
 */
final class FactoryEntry {

    private final String url;
    private final ConnectionFactoryMaker maker;
    private @Nullable ConnectionFactory made;

    FactoryEntry(String url, ConnectionFactoryMaker maker) {
        this.url = url;
        this.maker = maker;
    }

    synchronized ConnectionFactory factory() {
        ConnectionFactory factory = made;
        if (factory == null) {
            factory = maker.make(url);
            made = factory;
        }
        return factory;
    }
}
