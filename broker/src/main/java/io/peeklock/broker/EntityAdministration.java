/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What is defined in a namespace: queues, topics, subscriptions and rules are created, changed, deleted and listed while it
 * runs (rule W4).
 *
 * <p>Thread safe. Futures fail and complete as those of {@link Namespace}.
 */
public interface EntityAdministration {

    /**
     * Creates a queue and returns what was created, durably unless it is temporary: a temporary entity is in no journal, nor
     * are its messages, persistent ones included, and it is gone when the namespace is closed (rule W6). Fails with
     * EntityAlreadyExists.
     */
    CompletableFuture<QueueDescription> createQueue(QueueDescription queue);

    /** Changes the settings that may change; returns when every live partition has them (rule W4). */
    CompletableFuture<QueueDescription> updateQueue(QueueDescription queue);

    /** Deletes a queue with its messages. Fails with EntityNotFound. */
    CompletableFuture<Void> deleteQueue(String name);

    /** The queue's settings. Fails with EntityNotFound. */
    CompletableFuture<QueueDescription> queue(String name);

    /** All queues, by name. */
    CompletableFuture<List<QueueDescription>> queues();

    /** Creates a topic and returns what was created, as {@link #createQueue} does. */
    CompletableFuture<TopicDescription> createTopic(TopicDescription topic);

    /** Changes the settings that may change; returns when every live partition has them (rule W4). */
    CompletableFuture<TopicDescription> updateTopic(TopicDescription topic);

    /** Deletes a topic, its subscriptions and their messages. Fails with EntityNotFound. */
    CompletableFuture<Void> deleteTopic(String name);

    /** The topic's settings. Fails with EntityNotFound. */
    CompletableFuture<TopicDescription> topic(String name);

    /** All topics, by name. */
    CompletableFuture<List<TopicDescription>> topics();

    /**
     * Creates a subscription and returns what was created, as {@link #createQueue} does: it takes all matching messages
     * that are sent to its topic from then on, where the topic lies. Fails with EntityNotFound if there is no such topic,
     * EntityAlreadyExists, InvalidOperation if its selector cannot be parsed, or if it is not temporary and its topic is.
     */
    CompletableFuture<SubscriptionDescription> createSubscription(SubscriptionDescription subscription);

    /**
     * Changes the settings that may change, the filter too; returns when every live partition has them (rule W4). Messages
     * that it has taken stay, whatever the filter is now.
     */
    CompletableFuture<SubscriptionDescription> updateSubscription(SubscriptionDescription subscription);

    /** Deletes a subscription with its messages. Fails with EntityNotFound. */
    CompletableFuture<Void> deleteSubscription(String topic, String name);

    /** The subscription's settings. Fails with EntityNotFound. */
    CompletableFuture<SubscriptionDescription> subscription(String topic, String name);

    /** All subscriptions of a topic, by name. Fails with EntityNotFound if there is no such topic. */
    CompletableFuture<List<SubscriptionDescription>> subscriptions(String topic);

    /**
     * Adds a rule to a subscription, durably unless that is temporary; messages that are sent from then on meet it (rules R2,
     * R4). Fails with EntityNotFound, EntityAlreadyExists, QuotaExceeded if the topic has as many as it may (rule R7),
     * InvalidOperation for SQL that cannot be read.
     */
    CompletableFuture<RuleDescription> createRule(RuleDescription rule);

    /** Gives a rule another filter and action; returns when every live partition has them (rule W4). */
    CompletableFuture<RuleDescription> updateRule(RuleDescription rule);

    /**
     * Takes a rule from a subscription, the rule {@code $Default} like any other: without rules it receives nothing (rule
     * R1). Fails with EntityNotFound.
     */
    CompletableFuture<Void> deleteRule(String topic, String subscription, String name);

    /** One rule. Fails with EntityNotFound. */
    CompletableFuture<RuleDescription> rule(String topic, String subscription, String name);

    /** All rules of a subscription, by name. Fails with EntityNotFound if there is no such subscription. */
    CompletableFuture<List<RuleDescription>> rules(String topic, String subscription);
}
