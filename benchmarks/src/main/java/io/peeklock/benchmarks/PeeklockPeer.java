/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import io.peeklock.jms.PeeklockConnectionFactory;
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
    private @Nullable PeeklockConnectionFactory factory;

    /** @param options more settings for the end of the factory's URL, each after an ampersand */
    PeeklockPeer(String options) {
        this.options = options;
    }

    @Override
    public void start(Path directory) {
        factory = new PeeklockConnectionFactory("peeklock:file:" + directory + "?linger=0s" + options);
    }

    @Override
    public ConnectionFactory connectionFactory() {
        if (factory == null) {
            throw new IllegalStateException("not started");
        }
        return factory;
    }

    /** The broker has closed with its last connection: it does not linger here. */
    @Override
    public void stop() {
        if (factory != null) {
            factory.close();
        }
    }
}
