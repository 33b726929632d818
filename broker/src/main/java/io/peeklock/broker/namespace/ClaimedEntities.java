/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityDescription;
import io.peeklock.broker.entity.EntityNames;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the bearer of a key may do with entities, rules and policies, each call with the claim that it needs (rule Q6).
 *
 * <p>Thread safe.
 */
abstract class ClaimedEntities implements Namespace {
    final Namespace namespace;
    final Bearer bearer;

    ClaimedEntities(Namespace namespace, Bearer bearer) {
        this.namespace = namespace;
        this.bearer = bearer;
    }

    /** Says why something is not allowed, or null. */
    @FunctionalInterface
    interface Check {
        @Nullable
        BrokerException refusal();
    }

    /** Runs an operation unless it is refused. What is wrong at once, with a name for example, is in the future too. */
    static <T> CompletableFuture<T> checked(Check check, Supplier<CompletableFuture<T>> operation) {
        try {
            BrokerException refusal = check.refusal();
            return refusal == null ? operation.get() : CompletableFuture.failedFuture(refusal);
        } catch (BrokerException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    static @Nullable BrokerException first(@Nullable BrokerException one, @Nullable BrokerException other) {
        return one == null ? other : one;
    }

    // ---- Entities. What is temporary is its maker's, who needs any claim to make it.

    /**
     * Under another name it would get what is meant for a queue or topic that is not there yet. What is temporary forwards
     * nothing, and whoever may create the rest may send to everything it forwards to.
     */
    private @Nullable BrokerException refusalOfCreating(EntityDescription description) {
        boolean ownAffair =
                description.temporary() && description.path().name().startsWith(EntityNames.TEMPORARY_PREFIX);
        return ownAffair ? bearer.refusalOfAll() : bearer.refusalOfCreating(description.path());
    }

    private @Nullable BrokerException refusalOfManaging(EntityPath path) {
        return bearer.isOwn(path) ? null : bearer.refusal(Claim.MANAGE, path);
    }

    /** Remembers what is temporary as the bearer's own. */
    private <T extends EntityDescription> CompletableFuture<T> made(CompletableFuture<T> creation) {
        return Unwrapping.unwrapped(creation.thenApply(created -> {
            if (created.temporary()) {
                bearer.owns(created.path());
            }
            return created;
        }));
    }

    private CompletableFuture<Void> deleted(EntityPath path, Supplier<CompletableFuture<Void>> deletion) {
        Runnable forget = bearer.forgetting(path);
        return Unwrapping.unwrapped(deletion.get().thenRun(forget));
    }

    @Override
    public final CompletableFuture<QueueDescription> createQueue(QueueDescription queue) {
        return checked(() -> refusalOfCreating(queue), () -> made(namespace.createQueue(queue)));
    }

    @Override
    public final CompletableFuture<QueueDescription> updateQueue(QueueDescription queue) {
        return checked(
                () -> first(refusalOfManaging(queue.path()), bearer.refusalOfTargets(queue)),
                () -> namespace.updateQueue(queue));
    }

    @Override
    public final CompletableFuture<Void> deleteQueue(String name) {
        return checked(
                () -> refusalOfManaging(EntityPath.queue(name)),
                () -> deleted(EntityPath.queue(name), () -> namespace.deleteQueue(name)));
    }

    @Override
    public final CompletableFuture<QueueDescription> queue(String name) {
        return checked(() -> bearer.refusalOfAny(EntityPath.queue(name)), () -> namespace.queue(name));
    }

    /** Those on which there is any claim. */
    @Override
    public final CompletableFuture<List<QueueDescription>> queues() {
        return checked(() -> bearer.refusalOfAll(), () -> visible(namespace.queues()));
    }

    @Override
    public final CompletableFuture<TopicDescription> createTopic(TopicDescription topic) {
        return checked(() -> refusalOfCreating(topic), () -> made(namespace.createTopic(topic)));
    }

    @Override
    public final CompletableFuture<TopicDescription> updateTopic(TopicDescription topic) {
        return checked(() -> refusalOfManaging(topic.path()), () -> namespace.updateTopic(topic));
    }

    @Override
    public final CompletableFuture<Void> deleteTopic(String name) {
        return checked(
                () -> refusalOfManaging(EntityPath.topic(name)),
                () -> deleted(EntityPath.topic(name), () -> namespace.deleteTopic(name)));
    }

    @Override
    public final CompletableFuture<TopicDescription> topic(String name) {
        return checked(() -> bearer.refusalOfAny(EntityPath.topic(name)), () -> namespace.topic(name));
    }

    /** Those on which there is any claim. */
    @Override
    public final CompletableFuture<List<TopicDescription>> topics() {
        return checked(() -> bearer.refusalOfAll(), () -> visible(namespace.topics()));
    }

    private <T extends EntityDescription> CompletableFuture<List<T>> visible(CompletableFuture<List<T>> all) {
        return Unwrapping.unwrapped(all.thenApply(list -> list.stream()
                .filter(one -> bearer.refusalOfAny(one.path()) == null)
                .toList()));
    }

    // ---- Subscriptions. Whoever listens to a topic may subscribe to it as applications do.

    private @Nullable BrokerException refusalOfSubscribing(SubscriptionDescription subscription) {
        boolean asApplication = subscription.madeByApplication() || subscription.temporary();
        return bearer.refusal(asApplication ? Claim.LISTEN : Claim.MANAGE, subscription.path());
    }

    private @Nullable BrokerException refusalOfChanging(EntityPath subscription, boolean asApplication) {
        boolean listener = asApplication && bearer.isMadeByApplication(subscription);
        return bearer.isOwn(subscription) ? null : bearer.refusal(listener ? Claim.LISTEN : Claim.MANAGE, subscription);
    }

    @Override
    public final CompletableFuture<SubscriptionDescription> createSubscription(SubscriptionDescription subscription) {
        return checked(
                () -> first(refusalOfSubscribing(subscription), bearer.refusalOfTargets(subscription)),
                () -> made(namespace.createSubscription(subscription)));
    }

    @Override
    public final CompletableFuture<SubscriptionDescription> updateSubscription(SubscriptionDescription subscription) {
        return checked(
                () -> first(
                        refusalOfChanging(subscription.path(), subscription.madeByApplication()),
                        bearer.refusalOfTargets(subscription)),
                () -> namespace.updateSubscription(subscription));
    }

    @Override
    public final CompletableFuture<Void> deleteSubscription(String topic, String name) {
        return checked(
                () -> refusalOfChanging(EntityPath.subscription(topic, name), true),
                () -> deleted(EntityPath.subscription(topic, name), () -> namespace.deleteSubscription(topic, name)));
    }

    @Override
    public final CompletableFuture<SubscriptionDescription> subscription(String topic, String name) {
        return checked(
                () -> bearer.refusal(Claim.LISTEN, EntityPath.subscription(topic, name)),
                () -> namespace.subscription(topic, name));
    }

    @Override
    public final CompletableFuture<List<SubscriptionDescription>> subscriptions(String topic) {
        return checked(
                () -> bearer.refusal(Claim.LISTEN, EntityPath.topic(topic)), () -> namespace.subscriptions(topic));
    }

    @Override
    public final CompletableFuture<RuleDescription> createRule(RuleDescription rule) {
        return checked(() -> bearer.refusal(Claim.MANAGE, rule.path()), () -> namespace.createRule(rule));
    }

    @Override
    public final CompletableFuture<RuleDescription> updateRule(RuleDescription rule) {
        return checked(() -> bearer.refusal(Claim.MANAGE, rule.path()), () -> namespace.updateRule(rule));
    }

    @Override
    public final CompletableFuture<Void> deleteRule(String topic, String subscription, String name) {
        return checked(
                () -> bearer.refusal(Claim.MANAGE, EntityPath.subscription(topic, subscription)),
                () -> namespace.deleteRule(topic, subscription, name));
    }

    @Override
    public final CompletableFuture<RuleDescription> rule(String topic, String subscription, String name) {
        return checked(
                () -> bearer.refusal(Claim.LISTEN, EntityPath.subscription(topic, subscription)),
                () -> namespace.rule(topic, subscription, name));
    }

    @Override
    public final CompletableFuture<List<RuleDescription>> rules(String topic, String subscription) {
        return checked(
                () -> bearer.refusal(Claim.LISTEN, EntityPath.subscription(topic, subscription)),
                () -> namespace.rules(topic, subscription));
    }

    // ---- Policies

    private @Nullable BrokerException refusalOfPolicies(@Nullable EntityPath entity) {
        return entity == null ? bearer.refusal(Claim.MANAGE) : bearer.refusal(Claim.MANAGE, entity);
    }

    @Override
    public final CompletableFuture<AccessPolicy> createPolicy(AccessPolicy policy) {
        return checked(() -> refusalOfPolicies(policy.entity()), () -> namespace.createPolicy(policy));
    }

    @Override
    public final CompletableFuture<AccessPolicy> updatePolicy(AccessPolicy policy) {
        return checked(() -> refusalOfPolicies(policy.entity()), () -> namespace.updatePolicy(policy));
    }

    @Override
    public final CompletableFuture<Void> deletePolicy(@Nullable EntityPath entity, String name) {
        return checked(() -> refusalOfPolicies(entity), () -> namespace.deletePolicy(entity, name));
    }

    @Override
    public final CompletableFuture<AccessPolicy> policy(@Nullable EntityPath entity, String name) {
        return checked(() -> refusalOfPolicies(entity), () -> namespace.policy(entity, name));
    }

    @Override
    public final CompletableFuture<List<AccessPolicy>> policies(@Nullable EntityPath entity) {
        return checked(() -> refusalOfPolicies(entity), () -> namespace.policies(entity));
    }

    static void require(@Nullable BrokerException refusal) {
        if (refusal != null) {
            throw refusal;
        }
    }
}
