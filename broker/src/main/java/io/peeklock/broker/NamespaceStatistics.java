/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.List;

/**
 * A namespace at a glance. Immutable.
 *
 * @param queues defined queues, temporary ones not counted, nor below
 * @param topics defined topics
 * @param subscriptions defined subscriptions
 * @param temporaryEntities queues, topics and subscriptions in memory alone (rule W6)
 * @param bodyMemoryBytes bytes of bodies in memory under the budget {@link NamespaceConfig#bodyMemoryBytes}
 * @param indexMemoryBytes bytes of the index under the budget {@link NamespaceConfig#indexMemoryBytes}
 * @param partitions each partition, by index
 */
public record NamespaceStatistics(
        int queues,
        int topics,
        int subscriptions,
        int temporaryEntities,
        long bodyMemoryBytes,
        long indexMemoryBytes,
        List<PartitionStatistics> partitions) {

    public NamespaceStatistics {
        partitions = List.copyOf(partitions);
    }

    /** Messages in partitions that serve, in whatever state. */
    public long messages() {
        return partitions.stream().mapToLong(PartitionStatistics::messages).sum();
    }

    /** What they count against quotas. */
    public long sizeBytes() {
        return partitions.stream().mapToLong(PartitionStatistics::sizeBytes).sum();
    }

    /** Bodies that lie in swap files. */
    public long swapBytes() {
        return partitions.stream().mapToLong(PartitionStatistics::swapBytes).sum();
    }

    /** Branches whose transaction manager has not said how they end: {@link Namespace#preparedBranches} names them. */
    public long preparedBranches() {
        return partitions.stream()
                .mapToLong(PartitionStatistics::preparedBranches)
                .sum();
    }

    /** Parts of transactions that wait for another partition: {@link Namespace#partsInDoubt} says why. */
    public long partsInDoubt() {
        return partitions.stream().mapToLong(PartitionStatistics::partsInDoubt).sum();
    }

    /** What is under way between partitions: {@link Namespace#transactionsInDoubt} names it. */
    public long transfers() {
        return partitions.stream().mapToLong(PartitionStatistics::transfers).sum();
    }

    /** Bytes of the journals of partitions that serve. */
    public long diskBytes() {
        return partitions.stream()
                .mapToLong(partition ->
                        partition.journal() == null ? 0 : partition.journal().diskBytes())
                .sum();
    }
}
