/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.entity.DefinitionListener;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.RuleDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Exchange;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.PartitionSettings;
import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.broker.runtime.BusClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of a namespace and the routes to entities over them; tells partitions what becomes of entities.
 *
 * <p>Thread safe.
 */
final class PartitionSet implements DefinitionListener {
    private final Partition[] partitions;
    private final Map<Long, EntityRoute> routes = new ConcurrentHashMap<>();
    private final Set<UnkeyedSend> paused = new HashSet<>();
    private final Preparations preparations = new Preparations();
    private final BusClock clock;
    private volatile Runnable idleSettingChanged = () -> {};
    private boolean closed;

    PartitionSet(int count, PartitionSettings settings, Duration operationTimeout) {
        clock = settings.runtime().clock();
        partitions = new Partition[count];
        for (int i = 0; i < count; i++) {
            partitions[i] = new Partition(i, settings, operationTimeout);
        }
    }

    /** Loads every partition; completes when each serves or is out. */
    CompletableFuture<Void> start(List<EntityDefinition> entities, List<RuleDefinition> rules, long highestEntityId) {
        List<List<Partition.Entity>> perPartition = new ArrayList<>();
        List<List<CompiledRule>> rulesPerPartition = new ArrayList<>();
        for (int i = 0; i < partitions.length; i++) {
            perPartition.add(new ArrayList<>());
            rulesPerPartition.add(new ArrayList<>());
        }
        for (EntityDefinition definition : entities) {
            EntityRoute route = newRoute(definition);
            for (int partition : route.partitions()) {
                perPartition.get(partition).add(new Partition.Entity(definition, route.flags()));
            }
        }
        for (RuleDefinition rule : rules) {
            EntityRoute route = routes.get(rule.subscriptionId());
            CompiledRule compiled = compiled(rule);
            for (int partition : route == null ? new int[0] : route.partitions()) {
                rulesPerPartition.get(partition).add(compiled);
            }
        }
        List<CompletableFuture<?>> loading = new ArrayList<>();
        for (int i = 0; i < partitions.length; i++) {
            loading.add(partitions[i].start(perPartition.get(i), rulesPerPartition.get(i), highestEntityId));
        }
        return CompletableFuture.allOf(loading.toArray(CompletableFuture[]::new));
    }

    int count() {
        return partitions.length;
    }

    Partition get(int index) {
        return partitions[index];
    }

    /** Whether a lock was given out here. */
    boolean has(LockToken token) {
        return token.partition() >= 0 && token.partition() < partitions.length;
    }

    void require(int partition) {
        if (partition < 0 || partition >= partitions.length) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "there is no partition " + partition + ": they are 0 to " + (partitions.length - 1));
        }
    }

    /**
     * The partition that has given out a lock, for who settles or renews it.
     *
     * @throws BrokerException MessageLockLost, if none of them has (rule L7)
     */
    Partition holding(LockToken token) {
        if (!has(token)) {
            throw foreign(token);
        }
        use(token);
        return get(token.partition());
    }

    /** Why a lock that was not given out here cannot be settled (rule L7). */
    static BrokerException foreign(LockToken token) {
        return new BrokerException(
                ErrorCode.MessageLockLost,
                "the lock of message " + token.sequenceNumber()
                        + " is not one of this namespace: settle it in its own");
    }

    /** The ways to all entities. */
    Collection<EntityRoute> routes() {
        return routes.values();
    }

    /** Calls back when an entity that may end when it is idle is new, or has other settings (rule W2); what is called must be quick. */
    void whenIdleSettingChanges(Runnable callback) {
        idleSettingChanged = callback;
    }

    /**
     * The way to an entity that somebody uses now (rule W2).
     *
     * @throws BrokerException EntityNotFound if it is being deleted because nobody did
     */
    EntityRoute use(EntityDefinition definition) {
        EntityRoute route = route(definition);
        route.use();
        return route;
    }

    /** Finds entities to which messages are forwarded, which is a use of them (rule W2). */
    Exchange.Directory directory(Function<String, @Nullable EntityDefinition> definitions) {
        return new Exchange.Directory() {
            @Override
            public @Nullable EntityDefinition destination(String name) {
                EntityDefinition found = definitions.apply(name);
                if (found == null || found.temporary()) {
                    // One that took the name of a destination that was deleted would lose what it gets.
                    return null;
                }
                used(found.id());
                return found;
            }

            @Override
            public void used(long entityId) {
                hold(entityId);
            }
        };
    }

    /** Nobody refuses this use. */
    private void hold(long entityId) {
        EntityRoute route = routes.get(entityId);
        if (route != null) {
            route.held();
        }
    }

    /** Somebody settles or renews what he holds. */
    void use(LockToken token) {
        hold(token.entityId());
    }

    /** The same of who holds a session. */
    void use(SessionToken token) {
        hold(token.entityId());
    }

    /** Where branches are being prepared, and what is being deleted. */
    Preparations preparations() {
        return preparations;
    }

    Partition[] all() {
        return partitions;
    }

    /**
     * The way to an entity. Whoever knows a definition of which there is none has been overtaken by its deletion: he gets one
     * that nobody keeps, and the partitions tell him.
     */
    EntityRoute route(EntityDefinition definition) {
        EntityRoute route = routes.get(definition.id());
        return route == null ? new EntityRoute(definition, topicOf(definition), partitions.length, clock) : route;
    }

    private EntityRoute newRoute(EntityDefinition definition) {
        EntityRoute topic = topicOf(definition);
        return routes.computeIfAbsent(
                definition.id(), id -> new EntityRoute(definition, topic, partitions.length, clock));
    }

    private @Nullable EntityRoute topicOf(EntityDefinition definition) {
        return definition.topicId() == 0 ? null : routes.get(definition.topicId());
    }

    @Override
    public CompletableFuture<Void> changed(EntityDefinition now) {
        EntityRoute route = newRoute(now);
        // Before the partitions serve nobody any more: whoever asks from now on is refused instead of waiting in vain.
        route.changed(now);
        if (now.description().options().endsWhenIdle()) {
            idleSettingChanged.run();
        }
        List<CompletableFuture<?>> told = new ArrayList<>();
        for (int partition : route.partitions()) {
            told.add(partitions[partition].define(new Partition.Entity(now, route.flags())));
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    @Override
    public void found(EntityDefinition now) {
        boolean awaited = routes.values().stream().anyMatch(route -> route.forwardsDeadLettersTo(now));
        for (Partition partition : awaited ? partitions : new Partition[0]) {
            partition.forwardAgain();
        }
    }

    private static CompiledRule compiled(RuleDefinition rule) {
        return CompiledRule.of(rule.id(), rule.subscriptionId(), rule.name(), rule.filter(), rule.action());
    }

    @Override
    public CompletableFuture<Void> ruleChanged(RuleDefinition now, EntityDefinition subscription) {
        EntityRoute route = newRoute(subscription);
        route.changed(subscription);
        CompiledRule compiled = compiled(now);
        List<CompletableFuture<?>> told = new ArrayList<>();
        for (int partition : route.partitions()) {
            told.add(partitions[partition].defineRule(compiled, new Partition.Entity(subscription, route.flags())));
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<Void> ruleDeleted(RuleDefinition gone) {
        hold(gone.subscriptionId());
        EntityRoute route = routes.get(gone.subscriptionId());
        List<CompletableFuture<?>> told = new ArrayList<>();
        for (int partition : route == null ? new int[0] : route.partitions()) {
            told.add(partitions[partition].dropRule(gone.subscriptionId(), gone.id()));
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<Runnable> deleting(EntityDefinition going) {
        return new PreparedWork(this).keepOut(going);
    }

    @Override
    public CompletableFuture<Void> deleted(EntityDefinition gone) {
        EntityRoute route = route(gone);
        routes.remove(gone.id());
        List<CompletableFuture<?>> told = new ArrayList<>();
        for (int partition : route.partitions()) {
            told.add(partitions[partition].drop(gone.id()));
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    List<PartitionHealth> health() {
        List<PartitionHealth> all = new ArrayList<>();
        for (Partition partition : partitions) {
            all.add(partition.health());
        }
        return all;
    }

    /** A send waits for a partition to come back; false if that is over. */
    synchronized boolean pause(UnkeyedSend send) {
        return !closed && paused.add(send);
    }

    /** A send waits no longer; false if it was ended meanwhile. */
    synchronized boolean resume(UnkeyedSend send) {
        return paused.remove(send);
    }

    /** Closes every partition; completes when the last has, however it went. */
    CompletableFuture<Void> close() {
        List<UnkeyedSend> ended;
        synchronized (this) {
            closed = true;
            ended = List.copyOf(paused);
            paused.clear();
        }
        ended.forEach(UnkeyedSend::end);
        List<CompletableFuture<?>> closing = new ArrayList<>();
        for (Partition partition : partitions) {
            closing.add(partition.close());
        }
        return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
    }
}
