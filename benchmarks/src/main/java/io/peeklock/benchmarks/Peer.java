/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;

/**
 * A Jakarta Messaging provider embedded in this JVM. All that is measured goes through its connection factory.
 *
 * <p>Not thread safe; the connection factory is.
 */
interface Peer {

    /** Starts on an empty directory. */
    void start(Path directory) throws Exception;

    /** The way in; valid between {@link #start} and {@link #stop}. */
    ConnectionFactory connectionFactory();

    /** Stops in good order and frees everything but the directory. */
    void stop() throws Exception;
}
