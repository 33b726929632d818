/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.Administration;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is defined in a namespace at a moment, temporary entities included. Immutable once it is complete.
 *
 * @param queues by name
 * @param topics by name
 * @param subscriptions by the name of the topic
 * @param rules by the path of the subscription
 * @param policies by what they are on, see {@link #key}; keys included
 */
record Snapshot(
        List<QueueDescription> queues,
        List<TopicDescription> topics,
        Map<String, List<SubscriptionDescription>> subscriptions,
        Map<String, List<RuleDescription>> rules,
        Map<String, List<AccessPolicy>> policies) {

    /** Takes one. What is deleted meanwhile is not in it. */
    static CompletableFuture<Snapshot> of(Administration bus) {
        Snapshot taken =
                new Snapshot(new ArrayList<>(), new ArrayList<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        return bus.queues()
                .thenAccept(taken.queues::addAll)
                .thenCompose(done -> bus.topics())
                .thenAccept(taken.topics::addAll)
                .thenCompose(done -> each(taken.topics, topic -> subscriptions(bus, topic, taken)))
                .thenCompose(done -> policies(bus, null, taken))
                .thenCompose(done -> each(taken.queues, queue -> policies(bus, queue.path(), taken)))
                .thenCompose(done -> each(taken.topics, topic -> policies(bus, topic.path(), taken)))
                .thenApply(done -> taken);
    }

    private static CompletableFuture<Void> subscriptions(Administration bus, TopicDescription topic, Snapshot into) {
        return ifThere(bus.subscriptions(topic.name())).thenCompose(found -> {
            synchronized (into) {
                into.subscriptions.put(topic.name(), found);
            }
            return each(found, subscription -> rules(bus, subscription, into));
        });
    }

    private static CompletableFuture<Void> rules(
            Administration bus, SubscriptionDescription subscription, Snapshot into) {
        return ifThere(bus.rules(subscription.topic(), subscription.name())).thenAccept(found -> {
            synchronized (into) {
                into.rules.put(subscription.path().toString(), found);
            }
        });
    }

    /** Those that the bearer of a key may not see are not there for it. */
    private static CompletableFuture<Void> policies(Administration bus, @Nullable EntityPath owner, Snapshot into) {
        return unless(bus.policies(owner), Set.of(ErrorCode.EntityNotFound, ErrorCode.Unauthorized))
                .thenAccept(found -> {
                    synchronized (into) {
                        into.policies.put(key(owner), found);
                    }
                });
    }

    /** Of a queue, a topic or, null, the namespace. */
    private static String key(@Nullable EntityPath owner) {
        return owner == null ? "" : owner.kind() + " " + owner;
    }

    private static <T> CompletableFuture<Void> each(List<T> all, Function<T, CompletableFuture<Void>> work) {
        return CompletableFuture.allOf(all.stream().map(work).toArray(CompletableFuture[]::new));
    }

    private static <T> CompletableFuture<List<T>> ifThere(CompletableFuture<List<T>> listed) {
        return unless(listed, Set.of(ErrorCode.EntityNotFound));
    }

    private static <T> CompletableFuture<List<T>> unless(CompletableFuture<List<T>> listed, Set<ErrorCode> none) {
        return listed.exceptionally(failure -> {
            if (Unwrapped.cause(failure) instanceof BrokerException e && none.contains(e.code())) {
                return List.of();
            }
            throw failure instanceof RuntimeException e ? e : new CompletionException(failure);
        });
    }

    List<SubscriptionDescription> subscriptionsOf(String topic) {
        return subscriptions.getOrDefault(topic, List.of());
    }

    List<AccessPolicy> policiesOf(@Nullable EntityPath owner) {
        return policies.getOrDefault(key(owner), List.of());
    }

    List<RuleDescription> rulesOf(EntityPath subscription) {
        return rules.getOrDefault(subscription.toString(), List.of());
    }
}
