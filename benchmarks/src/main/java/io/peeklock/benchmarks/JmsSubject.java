/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * A provider under a workload.
 *
 * <p>Not thread safe.
 */
record JmsSubject(Peer peer) implements Subject {

    @Override
    public List<Worker> open(Workload workload, Path directory) throws Exception {
        peer.start(directory);
        return workload.workers(peer.connectionFactory());
    }

    @Override
    public void close() throws Exception {
        peer.stop();
    }
}
