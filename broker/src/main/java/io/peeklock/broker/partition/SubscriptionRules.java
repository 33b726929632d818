/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SelectorFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.rule.CompiledRule;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one subscription (rule R1).
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class SubscriptionRules {
    private final Map<Long, CompiledRule> all = new HashMap<>();
    /** Those that a look must be taken at, by id: that of the default rule is 0. */
    private final Map<Long, CompiledRule> scanned = new TreeMap<>();

    private @Nullable SubscriptionFilter defaultFilter;

    /** Takes over what the definition says of the rule that a subscription begins with. */
    void define(EntityDefinition definition) {
        if (!(definition.description() instanceof SubscriptionDescription subscription)) {
            return;
        }
        if (!subscription.options().defaultRule()) {
            defaultFilter = null;
            scanned.remove(0L);
        } else if (!subscription.filter().equals(defaultFilter)) {
            defaultFilter = subscription.filter();
            SelectorFilter filter = new SelectorFilter(defaultFilter);
            scanned.put(0L, CompiledRule.of(0, definition.id(), RuleDescription.DEFAULT_NAME, filter, null));
        }
    }

    /** Returns the rule in whose place this one comes, or null. */
    @Nullable
    CompiledRule put(CompiledRule rule) {
        if (rule.isIndexed()) {
            scanned.remove(rule.id());
        } else {
            scanned.put(rule.id(), rule);
        }
        return all.put(rule.id(), rule);
    }

    /** Returns the rule that was there, or null. */
    @Nullable
    CompiledRule remove(long ruleId) {
        scanned.remove(ruleId);
        return all.remove(ruleId);
    }

    /** All but the one that the definition has. */
    Collection<CompiledRule> all() {
        return all.values();
    }

    /** Those that no index finds, in an order that a load does not change. */
    Collection<CompiledRule> scanned() {
        return scanned.values();
    }
}
