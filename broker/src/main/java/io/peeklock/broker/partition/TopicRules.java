/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.broker.rule.CorrelationIndex;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which subscriptions of a topic have rules, and how those that match a message are found (rules R3, R4).
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class TopicRules {
    /** By their ids. */
    private final Map<Long, Fragment> subscriptions = new TreeMap<>();
    /** Those with rules that a look must be taken at. */
    private final Map<Long, Fragment> scanned = new TreeMap<>();

    private final CorrelationIndex index = new CorrelationIndex();

    /** A subscription is here, new or with other settings. */
    void subscriptionSet(Fragment subscription) {
        subscriptions.putIfAbsent(subscription.entityId(), subscription);
        scansChanged(subscription);
    }

    void subscriptionGone(Fragment subscription) {
        subscriptions.remove(subscription.entityId());
        scanned.remove(subscription.entityId());
        subscription.rules.all().stream().filter(CompiledRule::isIndexed).forEach(index::remove);
    }

    void put(Fragment subscription, CompiledRule rule) {
        leaveIndex(subscription.rules.put(rule));
        if (rule.isIndexed()) {
            index.add(rule);
        }
        scansChanged(subscription);
    }

    void remove(Fragment subscription, long ruleId) {
        leaveIndex(subscription.rules.remove(ruleId));
        scansChanged(subscription);
    }

    private void leaveIndex(@Nullable CompiledRule before) {
        if (before != null && before.isIndexed()) {
            index.remove(before);
        }
    }

    private void scansChanged(Fragment subscription) {
        if (subscription.rules.scanned().isEmpty()) {
            scanned.remove(subscription.entityId());
        } else {
            scanned.put(subscription.entityId(), subscription);
        }
    }

    boolean isEmpty() {
        return subscriptions.isEmpty();
    }

    @Nullable
    Fragment subscription(long id) {
        return subscriptions.get(id);
    }

    /** All, in an order that a load does not change. */
    Collection<Fragment> subscriptions() {
        return subscriptions.values();
    }

    /** Those with rules that no index finds, in an order that a load does not change. */
    Collection<Fragment> scanned() {
        return scanned.values();
    }

    /** The rules with correlation filters. */
    CorrelationIndex index() {
        return index;
    }
}
