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
 *
 * @param scope what the provider in this configuration is measured for
 */
record JmsSubject(Peer peer, Scope scope) implements Subject {

    /** What says something that no other contestant says already. */
    enum Scope {
        EVERYTHING,
        /** It differs from another one in acknowledgements alone. */
        ACKNOWLEDGEMENTS,
        /** It differs from another one in what it opens and holds. */
        START_UP
    }

    @Override
    public boolean takes(Workload workload) {
        return switch (scope) {
            case EVERYTHING -> true;
            case ACKNOWLEDGEMENTS -> workload.journalLoad().deletes();
            case START_UP -> false;
        };
    }

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
