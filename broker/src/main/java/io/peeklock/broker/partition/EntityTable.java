/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entities that are in a partition: their fragments, the rules of topics, and which of them forward.
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class EntityTable {
    private final Map<Long, Fragment> fragments = new LinkedHashMap<>();
    /** Subscriptions and their rules, by the id of the topic. */
    private final Map<Long, TopicRules> topics = new HashMap<>();

    /** Those whose messages go on to other entities (rule W1). */
    private final Set<Fragment> forwarding = new LinkedHashSet<>();

    private final Set<Long> unserved = new HashSet<>();

    @Nullable
    Fragment find(long entityId) {
        return fragments.get(entityId);
    }

    Collection<Fragment> all() {
        return fragments.values();
    }

    /** The subscriptions of a topic, in an order that a load does not change. */
    Collection<Fragment> subscriptionsOf(long topicId) {
        // Asked at every send, and most namespaces have no topics.
        TopicRules rules = topics.isEmpty() ? null : topics.get(topicId);
        return rules == null ? List.of() : rules.subscriptions();
    }

    /** The rules of a topic's subscriptions; null if it has none. */
    @Nullable
    TopicRules rulesOf(long topicId) {
        return topics.get(topicId);
    }

    /** Those whose messages go on to other entities. */
    Collection<Fragment> forwarding() {
        return forwarding;
    }

    /** The journal has records of an entity that nobody has defined; they stay there. */
    void keepUnserved(long entityId) {
        unserved.add(entityId);
    }

    /** Whether only a further load can make this entity's fragment. */
    boolean isUnserved(long entityId) {
        return unserved.contains(entityId);
    }

    void apply(Change.EntitySet change) {
        Fragment fragment = change.fragment();
        fragment.define(change.definition());
        fragment.recordWritten(change.recordId());
        fragment.reservedNumber = change.reservedNumber();
        fragments.putIfAbsent(fragment.entityId(), fragment);
        if (fragment.forwards()) {
            forwarding.add(fragment);
        } else {
            forwarding.remove(fragment);
        }
        long topicId = fragment.definition().topicId();
        if (topicId != 0) {
            topics.computeIfAbsent(topicId, id -> new TopicRules()).subscriptionSet(fragment);
        }
        setReceivable(fragment);
        subscriptionsOf(fragment.entityId()).forEach(this::setReceivable);
    }

    /** Nobody receives from a subscription of a disabled topic, though it still gets its copies (rule W3). */
    private void setReceivable(Fragment fragment) {
        fragment.receivable = receiveRefusal(fragment) == null;
    }

    /** Why nobody may receive from it, or null. */
    @Nullable
    BrokerException receiveRefusal(Fragment fragment) {
        BrokerException refusal = fragment.definition().receiveRefusal();
        Fragment topic = fragments.get(fragment.definition().topicId());
        return refusal == null && topic != null ? topic.definition().receiveRefusal() : refusal;
    }

    void apply(Change.RuleSet change) {
        requireTopic(change.subscription()).put(change.subscription(), change.rule());
    }

    void apply(Change.RuleGone change) {
        requireTopic(change.subscription()).remove(change.subscription(), change.ruleId());
    }

    private TopicRules requireTopic(Fragment subscription) {
        TopicRules topic = topics.get(subscription.definition().topicId());
        if (topic == null) {
            throw new IllegalStateException(subscription + " is no subscription that is here");
        }
        return topic;
    }

    void apply(Change.EntityGone change) {
        Fragment fragment = change.fragment();
        fragment.gone = true;
        fragments.remove(fragment.entityId());
        forwarding.remove(fragment);
        TopicRules topic = topics.get(fragment.definition().topicId());
        if (topic != null) {
            topic.subscriptionGone(fragment);
            if (topic.isEmpty()) {
                topics.remove(fragment.definition().topicId());
            }
        }
    }
}
