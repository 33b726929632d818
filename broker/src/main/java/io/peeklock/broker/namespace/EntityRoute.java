/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.partition.EntityFlags;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.broker.routing.RoundRobin;

/**
 * Where an entity lies, and what is shared about it between its partitions and its users. One an entity, for its life;
 * neither what it is nor where it lies ever changes (rule P1).
 *
 * <p>Thread safe.
 */
final class EntityRoute {
    private final long entityId;
    private final String name;
    private final boolean partitioned;
    private final int homePartition;
    private final int[] partitions;
    private final EntityFlags flags;
    private final RoundRobin roundRobin;

    EntityRoute(EntityDefinition definition, int partitionCount) {
        this.entityId = definition.id();
        this.name = definition.name();
        this.partitioned = definition.partitioned();
        this.homePartition = definition.homePartition();
        this.flags = EntityFlags.forPartitions(partitionCount);
        this.roundRobin = new RoundRobin(partitionCount, (int) definition.id());
        this.partitions = new int[partitioned ? partitionCount : 1];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = partitioned ? i : homePartition;
        }
    }

    long entityId() {
        return entityId;
    }

    boolean isPartitioned() {
        return partitioned;
    }

    /** The partition of an unpartitioned entity. */
    int homePartition() {
        return homePartition;
    }

    /** The partitions it lies in. Not to be changed. */
    int[] partitions() {
        return partitions;
    }

    boolean liesIn(int partition) {
        return partitioned ? partition >= 0 && partition < partitions.length : partition == homePartition;
    }

    /** Where the messages of a key lie, a session's for example (rule P5). */
    int partitionOf(String key, int partitionCount) {
        return partitioned ? PartitionHash.partitionOf(key, partitionCount) : homePartition;
    }

    EntityFlags flags() {
        return flags;
    }

    RoundRobin roundRobin() {
        return roundRobin;
    }

    @Override
    public String toString() {
        return name;
    }
}
