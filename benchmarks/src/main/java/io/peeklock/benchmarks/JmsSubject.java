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
 * @param onlyAcknowledgements whether it differs from another contestant in acknowledgements alone, and so says nothing
 *     new about the rest
 */
record JmsSubject(Peer peer, boolean onlyAcknowledgements) implements Subject {

    JmsSubject(Peer peer) {
        this(peer, false);
    }

    @Override
    public boolean takes(Workload workload) {
        return !onlyAcknowledgements || workload.journalLoad().deletes();
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
