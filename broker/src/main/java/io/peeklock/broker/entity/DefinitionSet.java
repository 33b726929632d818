/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entities of a namespace at one moment, by name and by id.
 *
 * <p>Immutable. A change copies it: changes are rare, lookups are not.
 */
final class DefinitionSet {

    private final EntityLimits limits;
    private final Map<String, EntityDefinition> byName;
    private final Map<Long, EntityDefinition> byId;
    private final int partitioned;

    private DefinitionSet(
            EntityLimits limits,
            Map<String, EntityDefinition> byName,
            Map<Long, EntityDefinition> byId,
            int partitioned) {
        this.limits = limits;
        this.byName = byName;
        this.byId = byId;
        this.partitioned = partitioned;
    }

    /**
     * A set of what was loaded.
     *
     * @throws BrokerException InvalidOperation if two of them have one name under these limits
     */
    static DefinitionSet of(EntityLimits limits, Collection<EntityDefinition> definitions) {
        Map<String, EntityDefinition> byName = new HashMap<>();
        Map<Long, EntityDefinition> byId = new HashMap<>();
        int partitioned = 0;
        for (EntityDefinition definition : definitions) {
            EntityDefinition other = byName.put(limits.canonicalName(definition.name()), definition);
            if (other != null) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        "queues '" + other.name() + "' and '" + definition.name() + "' have one name when case does not"
                                + " count: open the store with profile jms, and delete one of them there");
            }
            byId.put(definition.id(), definition);
            partitioned += definition.queue().partitioned() ? 1 : 0;
        }
        return new DefinitionSet(limits, byName, byId, partitioned);
    }

    @Nullable
    EntityDefinition find(String name) {
        return byName.get(limits.canonicalName(name));
    }

    @Nullable
    EntityDefinition find(long id) {
        return byId.get(id);
    }

    /**
     * The entity of a name.
     *
     * @throws BrokerException EntityNotFound
     */
    EntityDefinition require(String name) {
        EntityDefinition definition = find(name);
        if (definition == null) {
            throw new BrokerException(ErrorCode.EntityNotFound, "there is no queue '" + name + "'");
        }
        return definition;
    }

    List<EntityDefinition> sortedByName() {
        return byName.values().stream()
                .sorted(Comparator.comparing(EntityDefinition::name))
                .toList();
    }

    Collection<EntityDefinition> all() {
        return byId.values();
    }

    /**
     * Lets a new queue pass if its name is free and the namespace has room (rule P13).
     *
     * @throws BrokerException EntityAlreadyExists, QuotaExceeded
     */
    void checkRoomFor(QueueDescription queue) {
        EntityDefinition other = find(queue.name());
        if (other != null) {
            throw new BrokerException(ErrorCode.EntityAlreadyExists, "there is a queue '" + other.name() + "' already");
        }
        if (byId.size() >= limits.maxEntities()) {
            throw full(queue, limits.maxEntities() + " entities");
        }
        if (queue.partitioned() && partitioned >= limits.maxPartitionedEntities()) {
            throw full(queue, limits.maxPartitionedEntities() + " partitioned entities");
        }
    }

    private static BrokerException full(QueueDescription queue, String what) {
        return new BrokerException(
                ErrorCode.QuotaExceeded,
                "queue '" + queue.name() + "' cannot be created: the namespace has " + what + ", as many as it may");
    }

    /** With an entity that is new, or instead of its older version. */
    DefinitionSet with(EntityDefinition now) {
        return changed(byId.get(now.id()), now);
    }

    DefinitionSet without(EntityDefinition gone) {
        return changed(byId.get(gone.id()), null);
    }

    private DefinitionSet changed(@Nullable EntityDefinition before, @Nullable EntityDefinition now) {
        Map<String, EntityDefinition> names = new HashMap<>(byName);
        Map<Long, EntityDefinition> ids = new HashMap<>(byId);
        int count = partitioned;
        if (before != null) {
            names.remove(limits.canonicalName(before.name()));
            ids.remove(before.id());
            count -= before.queue().partitioned() ? 1 : 0;
        }
        if (now != null) {
            names.put(limits.canonicalName(now.name()), now);
            ids.put(now.id(), now);
            count += now.queue().partitioned() ? 1 : 0;
        }
        return new DefinitionSet(limits, names, ids, count);
    }
}
