/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of a namespace, by the entity on which they hold and by name (rule Q6).
 *
 * <p>Read by any thread; changed by one at a time. Whoever keeps what it has found asks {@link #stamp} whether that still
 * holds: another stamp than before, taken before it looked, says that it must look again.
 */
final class PolicyTable {
    /** By the id of the entity, 0 for the namespace, then by name. */
    private final Map<Long, Map<String, PolicyDefinition>> byEntity = new ConcurrentHashMap<>();
    /** By name, then by their ids. */
    private final Map<String, Map<Long, PolicyDefinition>> byName = new ConcurrentHashMap<>();

    private final int maxOfEntity;
    private volatile Object stamp = new Object();

    PolicyTable(EntityLimits limits) {
        this.maxOfEntity = limits.maxPolicies();
    }

    /** Another object after each change. */
    Object stamp() {
        return stamp;
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    @Nullable
    PolicyDefinition find(long entityId, String name) {
        return byEntity.getOrDefault(entityId, Map.of()).get(name);
    }

    /** Those of an entity, in no particular order. */
    Collection<PolicyDefinition> of(long entityId) {
        return byEntity.getOrDefault(entityId, Map.of()).values();
    }

    /** Those of several. */
    List<PolicyDefinition> ofAll(List<EntityDefinition> entities) {
        return entities.stream().flatMap(one -> of(one.id()).stream()).toList();
    }

    /** Those of a name, on whatever entities. */
    Collection<PolicyDefinition> named(String name) {
        return byName.getOrDefault(name, Map.of()).values();
    }

    /**
     * Lets one more pass if its entity may have it.
     *
     * @throws BrokerException QuotaExceeded
     */
    void checkRoomFor(long entityId, String title) {
        if (of(entityId).size() >= maxOfEntity) {
            throw new BrokerException(
                    ErrorCode.QuotaExceeded,
                    title + " has " + maxOfEntity
                            + " policies, as many as it may: delete one, or give its key to more");
        }
    }

    /** Takes a policy that is new, or instead of the one of its name. */
    void put(PolicyDefinition policy) {
        byEntity.computeIfAbsent(policy.entityId(), id -> new ConcurrentHashMap<>())
                .put(policy.name(), policy);
        byName.computeIfAbsent(policy.name(), name -> new ConcurrentHashMap<>()).put(policy.id(), policy);
        stamp = new Object();
    }

    void remove(PolicyDefinition policy) {
        drop(byEntity, policy.entityId(), policy.name());
        drop(byName, policy.name(), policy.id());
        stamp = new Object();
    }

    private static <K, L> void drop(Map<K, Map<L, PolicyDefinition>> from, K key, L inner) {
        from.computeIfPresent(key, (same, policies) -> {
            policies.remove(inner);
            return policies.isEmpty() ? null : policies;
        });
    }

    /** An entity is gone, and its policies with it. */
    void removeAll(long entityId) {
        for (PolicyDefinition policy : of(entityId)) {
            remove(policy);
        }
    }
}
