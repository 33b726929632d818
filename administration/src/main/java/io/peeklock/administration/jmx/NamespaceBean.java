/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import io.peeklock.broker.NamespaceStatistics;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.PartitionStatistics;
import io.peeklock.journal.SyncTimes;
import java.util.Objects;
import java.util.function.ToLongFunction;

/** A namespace. Immutable, thread safe. */
record NamespaceBean(Source source) implements NamespaceMXBean {
    private static final double NANOS_PER_MILLI = 1e6;

    private NamespaceStatistics now() {
        return source.now().namespace();
    }

    @Override
    public String getId() {
        return source.namespace().id().toString();
    }

    @Override
    public String[] getWarnings() {
        return source.namespace().warnings().toArray(new String[0]);
    }

    @Override
    public int getPartitions() {
        return source.namespace().partitions();
    }

    @Override
    public int getFailedPartitions() {
        return (int) now().partitions().stream()
                .filter(partition -> partition.health().state() == State.FAILED)
                .count();
    }

    @Override
    public int getQueues() {
        return now().queues();
    }

    @Override
    public int getTopics() {
        return now().topics();
    }

    @Override
    public int getSubscriptions() {
        return now().subscriptions();
    }

    @Override
    public int getTemporaryEntities() {
        return now().temporaryEntities();
    }

    @Override
    public int getEntitiesWithoutBean() {
        return source.now().unwatched();
    }

    @Override
    public long getMessages() {
        return now().messages();
    }

    @Override
    public long getSizeBytes() {
        return now().sizeBytes();
    }

    @Override
    public long getDiskBytes() {
        return now().diskBytes();
    }

    @Override
    public long getSwapBytes() {
        return now().swapBytes();
    }

    @Override
    public long getBodyMemoryBytes() {
        return now().bodyMemoryBytes();
    }

    @Override
    public long getIndexMemoryBytes() {
        return now().indexMemoryBytes();
    }

    @Override
    public long getPreparedBranches() {
        return now().preparedBranches();
    }

    @Override
    public long getPartsInDoubt() {
        return now().partsInDoubt();
    }

    @Override
    public long getTransfers() {
        return now().transfers();
    }

    @Override
    public double getSyncP99Millis() {
        return longest(SyncTimes::p99Nanos);
    }

    @Override
    public double getSyncMaxMillis() {
        return longest(SyncTimes::maxNanos);
    }

    private double longest(ToLongFunction<SyncTimes> time) {
        return now().partitions().stream()
                        .map(PartitionStatistics::journal)
                        .filter(Objects::nonNull)
                        .mapToLong(journal -> time.applyAsLong(journal.syncTimes()))
                        .max()
                        .orElse(0)
                / NANOS_PER_MILLI;
    }
}
