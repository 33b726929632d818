/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TransactionLogs;
import io.peeklock.broker.error.BrokerException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a namespace on what is defined in it: queues, topics, subscriptions, rules and policies
 * (rules Q6, W4, W5).
 *
 * <p>Thread safe.
 */
abstract class AdministeredNamespace implements OpenedNamespace {
    private final Definitions definitions;
    private final DefinedEntities defined;
    private final TransactionLogs logs;
    private final SecureRandom random = new SecureRandom();
    private final OpenClaims openClaims = new OpenClaims();
    private final Bearers bearers;

    AdministeredNamespace(Definitions definitions, DefinedEntities defined) {
        this.definitions = definitions;
        this.defined = defined;
        this.bearers = new Bearers(definitions);
        this.logs = new TransactionLogs(definitions);
        definitions.policies().whenChanged(openClaims::look);
    }

    final DefinedEntities definedEntities() {
        return defined;
    }

    /**
     * Lets an operation pass.
     *
     * @throws BrokerException Closed
     */
    abstract void requireOpen();

    /** Who may end which branches without a manager's claim. */
    abstract BranchOwners branchOwners();

    @Override
    public final CompletableFuture<QueueDescription> createQueue(QueueDescription queue) {
        return administer(() -> defined.create(queue));
    }

    @Override
    public final CompletableFuture<QueueDescription> updateQueue(QueueDescription queue) {
        return administer(() -> defined.update(queue).thenApply(EntityDefinition::queue));
    }

    @Override
    public final CompletableFuture<Void> deleteQueue(String name) {
        return administer(() -> defined.delete(EntityPath.queue(name)));
    }

    @Override
    public final CompletableFuture<QueueDescription> queue(String name) {
        return administer(() -> found(EntityPath.queue(name)).thenApply(EntityDefinition::queue));
    }

    @Override
    public final CompletableFuture<List<QueueDescription>> queues() {
        return administer(() -> defined.list(EntityKind.QUEUE, EntityDefinition::queue));
    }

    @Override
    public final CompletableFuture<TopicDescription> createTopic(TopicDescription topic) {
        return administer(() -> defined.create(topic));
    }

    @Override
    public final CompletableFuture<TopicDescription> updateTopic(TopicDescription topic) {
        return administer(() -> defined.update(topic).thenApply(EntityDefinition::topic));
    }

    @Override
    public final CompletableFuture<Void> deleteTopic(String name) {
        return administer(() -> defined.delete(EntityPath.topic(name)));
    }

    @Override
    public final CompletableFuture<TopicDescription> topic(String name) {
        return administer(() -> found(EntityPath.topic(name)).thenApply(EntityDefinition::topic));
    }

    @Override
    public final CompletableFuture<List<TopicDescription>> topics() {
        return administer(() -> defined.list(EntityKind.TOPIC, EntityDefinition::topic));
    }

    @Override
    public final CompletableFuture<SubscriptionDescription> createSubscription(SubscriptionDescription subscription) {
        return administer(() -> defined.create(subscription));
    }

    @Override
    public final CompletableFuture<SubscriptionDescription> updateSubscription(SubscriptionDescription subscription) {
        return administer(() -> defined.update(subscription).thenApply(EntityDefinition::subscription));
    }

    @Override
    public final CompletableFuture<Void> deleteSubscription(String topic, String name) {
        return administer(() -> defined.delete(EntityPath.subscription(topic, name)));
    }

    @Override
    public final CompletableFuture<SubscriptionDescription> subscription(String topic, String name) {
        return administer(() -> found(EntityPath.subscription(topic, name)).thenApply(EntityDefinition::subscription));
    }

    @Override
    public final CompletableFuture<List<SubscriptionDescription>> subscriptions(String topic) {
        return administer(() -> defined.subscriptions(EntityPath.topic(topic)));
    }

    @Override
    public final CompletableFuture<RuleDescription> createRule(RuleDescription rule) {
        return administer(() -> defined.create(rule));
    }

    @Override
    public final CompletableFuture<RuleDescription> updateRule(RuleDescription rule) {
        return administer(() -> defined.update(rule));
    }

    @Override
    public final CompletableFuture<Void> deleteRule(String topic, String subscription, String name) {
        return administer(() -> defined.deleteRule(EntityPath.subscription(topic, subscription), name));
    }

    @Override
    public final CompletableFuture<RuleDescription> rule(String topic, String subscription, String name) {
        return administer(() -> defined.rule(EntityPath.subscription(topic, subscription), name));
    }

    @Override
    public final CompletableFuture<List<RuleDescription>> rules(String topic, String subscription) {
        return administer(() -> defined.rules(EntityPath.subscription(topic, subscription)));
    }

    @Override
    public final CompletableFuture<AccessPolicy> createPolicy(AccessPolicy policy) {
        return administer(() -> definitions.policies().create(policy, random));
    }

    @Override
    public final CompletableFuture<AccessPolicy> updatePolicy(AccessPolicy policy) {
        return administer(() -> definitions.policies().update(policy));
    }

    @Override
    public final CompletableFuture<Void> deletePolicy(@Nullable EntityPath entity, String name) {
        return administer(() -> definitions.policies().delete(entity, name));
    }

    @Override
    public final CompletableFuture<AccessPolicy> policy(@Nullable EntityPath entity, String name) {
        return administer(
                () -> CompletableFuture.completedFuture(definitions.policies().require(entity, name)));
    }

    @Override
    public final CompletableFuture<List<AccessPolicy>> policies(@Nullable EntityPath entity) {
        return administer(
                () -> CompletableFuture.completedFuture(definitions.policies().list(entity)));
    }

    @Override
    public final CompletableFuture<UUID> rememberTransactionLog(String node, UUID log) {
        return administer(() -> logs.remember(node, log));
    }

    @Override
    public final CompletableFuture<Boolean> forgetTransactionLog(String node) {
        return administer(() -> logs.forget(node));
    }

    @Override
    public final Map<String, UUID> transactionLogs() {
        requireOpen();
        return logs.list();
    }

    @Override
    public final boolean hasPolicies() {
        return definitions.policies().exist();
    }

    @Override
    public final Namespace authorize(String user, String key) {
        requireOpen();
        return new ClaimedNamespace(this, bearers.of(user, key), openClaims, branchOwners());
    }

    /** Whoever has the namespace itself may do everything. */
    @Override
    public final void requireClaim(Claim claim, EntityPath path) {}

    private CompletableFuture<EntityDefinition> found(EntityPath path) {
        return CompletableFuture.completedFuture(definitions.require(path));
    }

    @Override
    public final CompletableFuture<EntitySettings> resolve(EntityPath path, boolean create) {
        return administer(() -> defined.resolve(path, create));
    }

    /** Runs what answers with a future, so that every failure is in the future. */
    final <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> operation) {
        try {
            requireOpen();
            return operation.get();
        } catch (BrokerException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The same for what may fail wrapped. */
    final <T> CompletableFuture<T> administer(Supplier<CompletableFuture<T>> operation) {
        return attempt(() -> Unwrapping.unwrapped(operation.get()));
    }
}
