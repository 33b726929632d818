/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.nio.file.Path;

/**
 * A Jakarta Messaging provider embedded in this JVM. All that is measured goes through its connection
 * factories.
 *
 * <p>Not thread safe; the connection factories are.
 */
public interface Peer {

    /** Starts on an empty directory. */
    void start(Path directory) throws Exception;

    /** The way in; valid between {@link #start} and {@link #stop}. */
    ConnectionFactory connectionFactory();

    /** The way in for global transactions, to the same queues; valid as the other. */
    XAConnectionFactory xaConnectionFactory();

    /** Stops in good order and frees everything but the directory. */
    void stop() throws Exception;
}
