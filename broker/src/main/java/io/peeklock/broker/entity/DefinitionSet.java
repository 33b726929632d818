/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The entities of a namespace, by path and by id.
 *
 * <p>Read by any thread; changed by one at a time.
 */
final class DefinitionSet {

    private final EntityLimits limits;
    private final Map<EntityPath, EntityDefinition> byKey = new ConcurrentHashMap<>();
    private final Map<Long, EntityDefinition> byId = new ConcurrentHashMap<>();
    /** By the id of the topic, then by their own. */
    private final Map<Long, Map<Long, EntityDefinition>> subscriptions = new ConcurrentHashMap<>();

    private final RuleTable rules;
    private final PolicyTable policies;
    /** By the node id. */
    private final Map<String, TransactionLogDefinition> logs = new ConcurrentHashMap<>();
    /** Queues and topics that are not temporary (rules P13, W6). */
    private int lasting;
    /** Partitioned ones among them. */
    private int partitioned;

    DefinitionSet(EntityLimits limits) {
        this.limits = limits;
        this.rules = new RuleTable(limits);
        this.policies = new PolicyTable(limits);
    }

    /**
     * A set of what was loaded.
     *
     * @throws BrokerException InvalidOperation if two of them have one name under these limits
     */
    static DefinitionSet of(EntityLimits limits, DefinitionJournal loaded) {
        DefinitionSet set = new DefinitionSet(limits);
        for (EntityDefinition definition : loaded.loaded()) {
            EntityDefinition other = set.byKey.get(limits.key(definition.path()));
            if (other != null) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        other.title() + " and " + definition.title()
                                + " have one name when case does not count and queues"
                                + " share their names with topics: open the store with profile jms, and delete one of"
                                + " them there");
            }
            set.put(definition);
        }
        for (RuleDefinition rule : loaded.loadedRules()) {
            EntityDefinition owner = set.find(rule.subscriptionId());
            // Where it is missing something was lost, which shows elsewhere.
            if (owner != null) {
                set.requireNameOfItsOwn(rule, owner);
                set.rules.put(owner, rule);
            }
        }
        loaded.loadedPolicies().forEach(set.policies::put);
        loaded.loadedLogs().forEach(log -> set.logs.put(log.node(), log));
        return set;
    }

    private void requireNameOfItsOwn(RuleDefinition rule, EntityDefinition owner) {
        RuleDefinition other = rules.find(owner, rule.name());
        boolean isDefault = owner.subscription().options().defaultRule()
                && limits.canonicalName(rule.name()).equals(limits.canonicalName(RuleDescription.DEFAULT_NAME));
        if (other != null || isDefault) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "rules '" + (other == null ? RuleDescription.DEFAULT_NAME : other.name()) + "' and '" + rule.name()
                            + "' of " + owner.title() + " have one name when case does not count: open the store with"
                            + " profile jms, and delete one of them there");
        }
    }

    EntityLimits limits() {
        return limits;
    }

    /** The rules that are not part of a subscription's definition. */
    RuleTable rules() {
        return rules;
    }

    /** What the holders of keys may do. */
    PolicyTable policies() {
        return policies;
    }

    /** The logs of transaction managers, by the node id; read by any thread, changed by one at a time. */
    Map<String, TransactionLogDefinition> logs() {
        return logs;
    }

    /** What a path names, or whose dead-letter queue it names. */
    @Nullable
    EntityDefinition find(EntityPath path) {
        EntityDefinition found = byKey.get(limits.key(path));
        return found == null || found.kind() != path.kind() ? null : found;
    }

    /** The queue, else the topic, of this name; null if there is none. */
    @Nullable
    EntityDefinition destination(String name) {
        EntityDefinition queue = find(EntityPath.queue(name));
        return queue == null ? find(EntityPath.topic(name)) : queue;
    }

    @Nullable
    EntityDefinition find(long id) {
        return byId.get(id);
    }

    /**
     * The entity of a path.
     *
     * @throws BrokerException EntityNotFound
     */
    EntityDefinition require(EntityPath path) {
        EntityDefinition definition = find(path);
        if (definition == null) {
            EntityPath topic = EntityPath.topic(path.name());
            boolean lacksTopic = path.kind() == EntityKind.SUBSCRIPTION && find(topic) == null;
            EntityPath missing = lacksTopic ? topic : path;
            throw new BrokerException(
                    ErrorCode.EntityNotFound, "there is no " + titleOf(missing) + ": " + adviceFor(missing));
        }
        return definition;
    }

    private static String titleOf(EntityPath missing) {
        if (!missing.deadLetter()) {
            return missing.kind() + " '" + missing + "'";
        }
        EntityPath live = new EntityPath(missing.kind(), missing.name(), missing.subscription(), false);
        return missing.kind() + " '" + live + "' with a dead-letter queue, which can be received from and not sent to";
    }

    private String adviceFor(EntityPath missing) {
        EntityDefinition other = byKey.get(limits.key(missing));
        if (other != null) {
            return other.title() + " has the name; choose another";
        }
        return "create it or mind the spelling";
    }

    List<EntityDefinition> sortedByName() {
        return byId.values().stream()
                .sorted(Comparator.comparing(EntityDefinition::name))
                .toList();
    }

    /** Subscriptions of a topic, by name. */
    List<EntityDefinition> subscriptionsOf(EntityDefinition topic) {
        return subscriptions.getOrDefault(topic.id(), Map.of()).values().stream()
                .sorted(Comparator.comparing(EntityDefinition::name))
                .toList();
    }

    Collection<EntityDefinition> all() {
        return byId.values();
    }

    /**
     * Lets a new entity pass if its name is free and the namespace has room (rules P13, R7).
     *
     * @throws BrokerException EntityAlreadyExists, QuotaExceeded
     */
    void checkRoomFor(EntityDefinition next) {
        EntityDefinition other = byKey.get(limits.key(next.path()));
        if (other != null) {
            throw new BrokerException(
                    ErrorCode.EntityAlreadyExists,
                    "there is a " + other.title() + " already: use or update it, or choose another name");
        }
        if (next.temporary()) {
            return;
        }
        if (next.topicId() != 0) {
            checkSiblings(next);
        } else if (lasting >= limits.maxEntities()) {
            throw full(next, "the namespace has " + limits.maxEntities() + " entities");
        } else if (next.partitioned() && partitioned >= limits.maxPartitionedEntities()) {
            throw full(next, "the namespace has " + limits.maxPartitionedEntities() + " partitioned entities");
        }
    }

    private void checkSiblings(EntityDefinition next) {
        long siblings = subscriptions.getOrDefault(next.topicId(), Map.of()).values().stream()
                .filter(sibling -> !sibling.temporary())
                .count();
        if (siblings >= limits.maxSubscriptions()) {
            throw full(next, "its topic has " + limits.maxSubscriptions() + " subscriptions");
        }
    }

    private static BrokerException full(EntityDefinition next, String what) {
        return new BrokerException(
                ErrorCode.QuotaExceeded, next.title() + " cannot be created: " + what + ", as many as it may");
    }

    /** Takes an entity that is new, or instead of its older version. */
    void put(EntityDefinition now) {
        EntityDefinition before = byId.put(now.id(), now);
        if (before == null) {
            count(now, 1);
        }
        if (now.topicId() != 0) {
            subscriptions
                    .computeIfAbsent(now.topicId(), id -> new ConcurrentHashMap<>())
                    .put(now.id(), now);
        }
        byKey.put(limits.key(now.path()), now);
    }

    void remove(EntityDefinition gone) {
        if (byId.remove(gone.id()) == null) {
            return;
        }
        byKey.remove(limits.key(gone.path()));
        rules.removeAll(gone);
        policies.removeAll(gone.id());
        count(gone, -1);
        subscriptions.remove(gone.id());
        if (gone.topicId() != 0) {
            subscriptions
                    .getOrDefault(gone.topicId(), new ConcurrentHashMap<>())
                    .remove(gone.id());
        }
    }

    private void count(EntityDefinition definition, int delta) {
        if (!definition.temporary() && definition.topicId() == 0) {
            lasting += delta;
            partitioned += definition.partitioned() ? delta : 0;
        }
    }
}
