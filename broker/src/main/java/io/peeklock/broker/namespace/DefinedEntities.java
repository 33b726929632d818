/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityDescription;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.broker.rule.SqlAction;
import io.peeklock.broker.selector.Selector;
import io.peeklock.journal.JournalStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Creates, changes, deletes and lists the entities of a namespace (rules W4, W5).
 *
 * <p>Thread safe. Futures may fail wrapped; what is wrong at once is thrown.
 */
final class DefinedEntities {
    private final Definitions definitions;
    private final NamespaceConfig config;
    private final int partitions;

    DefinedEntities(Definitions definitions, NamespaceConfig config, int partitions) {
        this.definitions = definitions;
        this.config = config;
        this.partitions = partitions;
    }

    CompletableFuture<QueueDescription> create(QueueDescription queue) {
        requireHome(queue.path(), queue.homePartition());
        return definitions.create(queue).thenApply(EntityDefinition::queue);
    }

    CompletableFuture<TopicDescription> create(TopicDescription topic) {
        requireHome(topic.path(), topic.homePartition());
        return definitions.create(topic).thenApply(EntityDefinition::topic);
    }

    CompletableFuture<SubscriptionDescription> create(SubscriptionDescription subscription) {
        Selector.parse(subscription.filter().selector());
        return definitions.create(subscription).thenApply(EntityDefinition::subscription);
    }

    private void requireHome(EntityPath path, int homePartition) {
        if (homePartition >= partitions) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    path.kind() + " '" + path + "': home partition " + homePartition + " is not below " + partitions
                            + ", the number of partitions of this namespace");
        }
    }

    CompletableFuture<EntityDefinition> update(EntityDescription description) {
        if (description instanceof SubscriptionDescription subscription) {
            Selector.parse(subscription.filter().selector());
        }
        return definitions.update(description);
    }

    CompletableFuture<Void> delete(EntityPath path) {
        return definitions.delete(path).thenAccept(gone -> {});
    }

    /** All queues, or all topics, by name. */
    <T> CompletableFuture<List<T>> list(EntityKind kind, Function<EntityDefinition, T> as) {
        return CompletableFuture.completedFuture(definitions.list().stream()
                .filter(definition -> definition.kind() == kind)
                .map(as)
                .toList());
    }

    CompletableFuture<List<SubscriptionDescription>> subscriptions(EntityPath topic) {
        return CompletableFuture.completedFuture(definitions.subscriptionsOf(definitions.require(topic)).stream()
                .map(EntityDefinition::subscription)
                .toList());
    }

    CompletableFuture<RuleDescription> create(RuleDescription rule) {
        check(rule);
        return definitions.rules().create(rule);
    }

    CompletableFuture<RuleDescription> update(RuleDescription rule) {
        check(rule);
        return definitions.rules().update(rule);
    }

    private void check(RuleDescription rule) {
        try {
            CompiledRule.check(rule.filter(), rule.action());
        } catch (BrokerException e) {
            throw new BrokerException(e.code(), rule.title() + ": " + e.getMessage(), e);
        }
        String action = rule.action();
        boolean partitioned = definitions.require(rule.path()).partitioned();
        if (partitioned && action != null && SqlAction.parse(action).changesKeys()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "the action of " + rule.title() + " changes the session id or the partition key, which say where a"
                            + " message of a partitioned topic lies: set them when it is sent");
        }
    }

    CompletableFuture<Void> deleteRule(EntityPath subscription, String name) {
        return definitions.rules().delete(subscription, name);
    }

    CompletableFuture<RuleDescription> rule(EntityPath subscription, String name) {
        return CompletableFuture.completedFuture(definitions.rules().require(subscription, name));
    }

    CompletableFuture<List<RuleDescription>> rules(EntityPath subscription) {
        return CompletableFuture.completedFuture(definitions.rules().list(subscription));
    }

    /** Of the journal of definitions. */
    PartitionHealth health() {
        String reason = definitions.readOnlyReason().orElse(null);
        PartitionHealth.State state = reason == null ? PartitionHealth.State.SERVING : PartitionHealth.State.FAILED;
        return new PartitionHealth(JournalStore.DEFINITIONS, state, reason, List.of());
    }

    CompletableFuture<EntitySettings> resolve(EntityPath path, boolean create) {
        var found = definitions.find(path);
        if (found.isPresent()) {
            return CompletableFuture.completedFuture(definitions.settings(found.get()));
        }
        if (!create || !config.autoCreate() || path.deadLetter() || path.kind() == EntityKind.SUBSCRIPTION) {
            definitions.require(path);
        }
        EntityDescription plain = path.kind() == EntityKind.QUEUE
                ? QueueDescription.builder(path.name())
                        .partitioned(config.autoCreatePartitioned())
                        .build()
                : TopicDescription.builder(path.name())
                        .partitioned(config.autoCreatePartitioned())
                        .build();
        return definitions.createIfAbsent(plain).thenApply(definitions::settings);
    }
}
