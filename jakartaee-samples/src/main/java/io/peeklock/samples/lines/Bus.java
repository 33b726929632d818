/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSException;
import java.nio.file.Path;

/**
 * Names of the store and its queue.
 *
 * <p>Immutable; any thread.
 *
 * @param url what the connection factory opens
 */
record Bus(String url) {

    static final String QUEUE = "lines";
    static final String DEAD_LETTER_QUEUE = QUEUE + "/$deadletterqueue";

    /** A store in a directory; queues that are created on first use are partitioned. */
    static Bus in(Path directory, int partitions) {
        String path = directory.toAbsolutePath().toUri().getRawPath();
        return new Bus("peeklock:file:" + path + "?partitions=" + partitions + "&autoCreate.partitioned=true");
    }

    /** Opens the store when the first connection is made; closing the factory lets go of it. */
    PeeklockConnectionFactory connectionFactory() throws JMSException {
        return new PeeklockConnectionFactory(url);
    }
}
