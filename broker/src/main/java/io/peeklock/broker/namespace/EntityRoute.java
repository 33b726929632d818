/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.partition.EntityFlags;
import io.peeklock.broker.routing.RoundRobin;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where an entity lies, and what is shared about it between its partitions and its users. One an entity, for its life;
 * neither what it is nor where it lies ever changes (rule P1), its settings may.
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
    private final @Nullable EntityRoute topic;
    /** Open ones, those of its subscriptions if it is a topic. */
    private final Set<PartitionedReceiver> receivers = ConcurrentHashMap.newKeySet();

    private volatile EntityDefinition definition;

    /** @param topic the way to the topic of a subscription */
    EntityRoute(EntityDefinition definition, @Nullable EntityRoute topic, int partitionCount) {
        this.definition = definition;
        this.topic = topic;
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

    /** Whether message ids are remembered, and are keys (rules U1, P3); fixed at creation. */
    boolean detectsDuplicates() {
        return definition.description().options().detectsDuplicates();
    }

    EntityFlags flags() {
        return flags;
    }

    RoundRobin roundRobin() {
        return roundRobin;
    }

    /** It has other settings: if nobody may receive any more, those who wait are told so. */
    void changed(EntityDefinition now) {
        definition = now;
        receivers.forEach(PartitionedReceiver::mayBeDisabled);
    }

    /** Why nothing can be received now, or null (rule W3). */
    @Nullable
    BrokerException receiveRefusal() {
        BrokerException refusal = definition.receiveRefusal();
        return refusal == null && topic != null ? topic.receiveRefusal() : refusal;
    }

    void opened(PartitionedReceiver receiver) {
        receivers.add(receiver);
        if (topic != null) {
            topic.opened(receiver);
        }
    }

    void closed(PartitionedReceiver receiver) {
        receivers.remove(receiver);
        if (topic != null) {
            topic.closed(receiver);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
