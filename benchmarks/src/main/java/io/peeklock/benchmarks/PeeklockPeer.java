/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Peeklock with its files in the directory and what its URL does not say as it comes.
 *
 * <p>Not thread safe.
 */
final class PeeklockPeer implements Peer {

    private final String options;
    private @Nullable ConnectionFactory factory;

    /** @param options the end of the factory's URL, empty or from its question mark on */
    PeeklockPeer(String options) {
        this.options = options;
    }

    @Override
    public void start(Path directory) throws ReflectiveOperationException {
        factory = Class.forName("io.peeklock.jms.PeeklockConnectionFactory")
                .asSubclass(ConnectionFactory.class)
                .getConstructor(String.class)
                .newInstance("peeklock:file:" + directory + options);
    }

    @Override
    public ConnectionFactory connectionFactory() {
        if (factory == null) {
            throw new IllegalStateException("not started");
        }
        return factory;
    }

    @Override
    public void stop() throws Exception {
        if (factory instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
