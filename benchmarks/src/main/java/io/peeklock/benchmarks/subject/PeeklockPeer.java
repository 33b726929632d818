/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.Peer;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Peeklock with its files in the directory and what its URL does not say as it comes.
 *
 * <p>Not thread safe.
 */
public final class PeeklockPeer implements Peer {

    /** More than is ever sent: the default of 1 GiB would end a workload that only sends. */
    private static final String QUEUE_SIZE = "64GiB";

    private final String options;
    private @Nullable PeeklockConnectionFactory factory;
    private @Nullable PeeklockXAConnectionFactory xaFactory;

    /** @param options more settings for the end of the factory's URL, each after an ampersand */
    public PeeklockPeer(String options) {
        this.options = options;
    }

    @Override
    public void start(Path directory) {
        String url = "peeklock:file:" + directory + "?linger=0s&defaultQueueSize=" + QUEUE_SIZE + options;
        factory = new PeeklockConnectionFactory(url);
        xaFactory = new PeeklockXAConnectionFactory(url);
    }

    @Override
    public ConnectionFactory connectionFactory() {
        if (factory == null) {
            throw new IllegalStateException("not started");
        }
        return factory;
    }

    @Override
    public XAConnectionFactory xaConnectionFactory() {
        if (xaFactory == null) {
            throw new IllegalStateException("not started");
        }
        return xaFactory;
    }

    /** The broker has closed with its last connection: it does not linger here. */
    @Override
    public void stop() {
        if (factory != null) {
            factory.close();
        }
        if (xaFactory != null) {
            xaFactory.close();
        }
    }
}
