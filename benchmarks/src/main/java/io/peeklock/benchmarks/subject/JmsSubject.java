/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.Peer;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.util.List;

/**
 * A provider under a workload.
 *
 * <p>Not thread safe.
 *
 * @param scope what the provider in this configuration is measured for
 */
public record JmsSubject(Peer peer, Scope scope) implements Subject {

    /** What says something that no other contestant says already. */
    enum Scope {
        EVERYTHING,
        /** Everything but what the next one is for. */
        UNPARTITIONED,
        /** It differs from another one where Peeklock's queue is partitioned, and in what it opens and holds. */
        PARTITIONED,
        /** It differs from another one in acknowledgements alone. */
        ACKNOWLEDGEMENTS
    }

    @Override
    public boolean takes(Workload workload) {
        return switch (scope) {
            case EVERYTHING -> true;
            case UNPARTITIONED -> !workload.partitioned();
            case PARTITIONED -> workload.partitioned();
            case ACKNOWLEDGEMENTS -> workload.acknowledging() != Workload.Acknowledging.NOBODY;
        };
    }

    @Override
    public List<Worker> open(Workload workload, Path directory) throws Exception {
        peer.start(directory);
        return workload.workers(peer);
    }

    @Override
    public void close() throws Exception {
        peer.stop();
    }
}
