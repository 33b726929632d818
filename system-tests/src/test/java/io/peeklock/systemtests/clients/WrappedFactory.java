/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import jakarta.jms.ConnectionFactory;

/**
 * A connection factory with what is around it, and how that is ended.
 *
 * <p>Thread safe if the factory is.
 *
 * @param end closes what the wrapping has kept open
 */
public record WrappedFactory(ConnectionFactory factory, Runnable end) implements AutoCloseable {

    @Override
    public void close() {
        end.run();
    }
}
