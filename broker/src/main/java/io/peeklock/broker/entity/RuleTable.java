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
 * The rules of a namespace, by subscription and name; those that are part of a subscription's definition are not here.
 *
 * <p>Read by any thread; changed by one at a time.
 */
final class RuleTable {

    /** How many rules the subscriptions of a topic have together (rule R7). Changed by one thread at a time. */
    private static final class Census {
        private int correlation;
        private int others;
    }

    private final EntityLimits limits;
    private final Map<Long, Map<String, RuleDefinition>> bySubscription = new ConcurrentHashMap<>();
    /** By the id of the topic. */
    private final Map<Long, Census> counts = new ConcurrentHashMap<>();

    RuleTable(EntityLimits limits) {
        this.limits = limits;
    }

    @Nullable
    RuleDefinition find(EntityDefinition subscription, String name) {
        return bySubscription.getOrDefault(subscription.id(), Map.of()).get(limits.canonicalName(name));
    }

    /** Those of a subscription, in no particular order. */
    Collection<RuleDefinition> of(EntityDefinition subscription) {
        return bySubscription.getOrDefault(subscription.id(), Map.of()).values();
    }

    /** Those of several. */
    List<RuleDefinition> ofAll(List<EntityDefinition> subscriptions) {
        return subscriptions.stream().flatMap(one -> of(one).stream()).toList();
    }

    List<RuleDefinition> all() {
        return bySubscription.values().stream()
                .flatMap(rules -> rules.values().stream())
                .toList();
    }

    /** Takes a rule that is new, or instead of the one of its name. */
    void put(EntityDefinition subscription, RuleDefinition rule) {
        RuleDefinition before = bySubscription
                .computeIfAbsent(subscription.id(), id -> new ConcurrentHashMap<>())
                .put(limits.canonicalName(rule.name()), rule);
        if (before != null) {
            count(subscription, before, -1);
        }
        count(subscription, rule, 1);
    }

    void remove(EntityDefinition subscription, RuleDefinition rule) {
        Map<String, RuleDefinition> rules = bySubscription.get(subscription.id());
        if (rules != null && rules.remove(limits.canonicalName(rule.name())) != null) {
            count(subscription, rule, -1);
        }
    }

    /** A subscription is gone, and its rules with it. */
    void removeAll(EntityDefinition subscription) {
        Map<String, RuleDefinition> gone = bySubscription.remove(subscription.id());
        if (gone != null) {
            gone.values().forEach(rule -> count(subscription, rule, -1));
        }
    }

    private void count(EntityDefinition subscription, RuleDefinition rule, int delta) {
        Census census = counts.computeIfAbsent(subscription.topicId(), id -> new Census());
        if (rule.filter() instanceof CorrelationFilter) {
            census.correlation += delta;
        } else {
            census.others += delta;
        }
        if (census.correlation == 0 && census.others == 0) {
            counts.remove(subscription.topicId());
        }
    }

    /**
     * Lets a rule pass if its topic may have one more like it.
     *
     * @param before the one in whose place it comes, or null
     * @throws BrokerException QuotaExceeded
     */
    void checkRoomFor(EntityDefinition subscription, RuleFilter next, @Nullable RuleFilter before) {
        Census census = counts.getOrDefault(subscription.topicId(), new Census());
        boolean correlation = next instanceof CorrelationFilter;
        boolean replaces = before != null && (before instanceof CorrelationFilter) == correlation;
        int limit = correlation ? limits.maxCorrelationRules() : limits.maxOtherRules();
        if (!replaces && (correlation ? census.correlation : census.others) >= limit) {
            throw new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "topic '" + subscription.subscription().topic() + "' has " + limit + " rules with "
                            + (correlation
                                    ? "correlation filters"
                                    : "SQL filters and others that are looked at one by one")
                            + ", as many as it may");
        }
    }
}
