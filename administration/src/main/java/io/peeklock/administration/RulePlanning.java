/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.administration.AppliedChanges.Kind;
import io.peeklock.administration.Plan.Phase;
import io.peeklock.broker.Administration;
import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityLimits;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.rule.SqlAction;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans the rules of subscriptions: a list of them in the file is all that a subscription has, those it does not name go (rules
 * R1, R7). An empty list is the rule {@code $Default} alone.
 *
 * <p>Used by one thread, for one file.
 */
final class RulePlanning {
    private final Administration bus;
    private final Snapshot there;
    private final EntityLimits limits;
    private final Problems problems;
    private final Plan plan;
    /** By the paths of subscriptions of which the file says it. */
    private final Map<String, Collection<RuleDescription>> wanted = new HashMap<>();

    RulePlanning(Administration bus, Snapshot there, EntityLimits limits, Problems problems, Plan plan) {
        this.bus = bus;
        this.there = there;
        this.limits = limits;
        this.problems = problems;
        this.plan = plan;
    }

    /** Whether a new subscription begins with the rule {@code $Default} as a part of itself. */
    boolean hasDefault(Declaration.Subscription subscription) {
        List<Declaration.Rule> rules = subscription.rules();
        return (rules == null || rules.isEmpty()) && subscription.settings().flag(Field.DEFAULT_RULE, true);
    }

    /**
     * @param isNew whether the subscription is not there yet
     * @param partitioned whether its topic is
     */
    void plan(Declaration.Subscription subscription, SubscriptionDescription next, boolean isNew, boolean partitioned) {
        Map<String, RuleDescription> named = wanted(subscription, next, partitioned);
        if (named == null) {
            return;
        }
        wanted.put(next.path().toString(), named.values());
        Map<String, RuleDescription> now = new LinkedHashMap<>();
        there.rulesOf(next.path()).forEach(rule -> now.put(key(rule.name()), rule));
        boolean hasDefault = isNew && hasDefault(subscription);
        named.forEach((key, rule) -> {
            RuleDescription before = now.get(key);
            if (before == null && !(hasDefault && isDefault(rule))) {
                plan.add(Phase.CHANGE_RULES, Kind.CREATED, rule.title(), () -> bus.createRule(rule));
            } else if (before != null && !isSame(before, rule)) {
                plan.add(Phase.CHANGE_RULES, Kind.CHANGED, rule.title(), () -> bus.updateRule(rule));
            }
        });
        // After the others are there: no message in between meets none.
        now.forEach((key, rule) -> {
            if (!named.containsKey(key)) {
                plan.add(
                        Phase.CHANGE_RULES,
                        Kind.DELETED,
                        rule.title(),
                        () -> bus.deleteRule(rule.topic(), rule.subscription(), rule.name()));
            }
        });
    }

    /** The rules that it is to have, by name; null if they stay as they are. */
    private @Nullable Map<String, RuleDescription> wanted(
            Declaration.Subscription subscription, SubscriptionDescription next, boolean partitioned) {
        List<Declaration.Rule> rules = subscription.rules();
        if (rules == null) {
            return null;
        }
        Map<String, RuleDescription> named = new LinkedHashMap<>();
        if (rules.isEmpty() && subscription.settings().flag(Field.DEFAULT_RULE, true)) {
            RuleDescription all =
                    new RuleDescription(next.topic(), next.name(), RuleDescription.DEFAULT_NAME, new TrueFilter());
            named.put(key(all.name()), all);
        }
        Set<String> names = new HashSet<>();
        for (Declaration.Rule rule : rules) {
            RuleDescription description = rule.description();
            if (!names.add(key(description.name()))) {
                problems.add(
                        rule.path() + ".Name",
                        rule.at(),
                        "the name '" + description.name() + "' is another's: under profile azure case does not count");
            }
            String action = description.action();
            if (partitioned && action != null && SqlAction.parse(action).changesKeys()) {
                problems.add(
                        rule.path() + ".Properties.Action",
                        rule.at(),
                        "the action changes the session id or the partition key, which say where a message of a"
                                + " partitioned topic lies: set them when it is sent");
            }
            named.put(
                    key(description.name()),
                    new RuleDescription(
                            next.topic(), next.name(), description.name(), description.filter(), description.action()));
        }
        return named;
    }

    private String key(String name) {
        return limits.canonicalName(name);
    }

    static boolean isDefault(RuleDescription rule) {
        return rule.name().equals(RuleDescription.DEFAULT_NAME)
                && rule.filter() instanceof TrueFilter
                && rule.action() == null;
    }

    private static boolean isSame(RuleDescription before, RuleDescription rule) {
        return before.filter().equals(rule.filter()) && Objects.equals(before.action(), rule.action());
    }

    /** Rule R7, over all subscriptions of a topic; the rule that a subscription begins with does not count. */
    void checkCounts(Declaration.Topic topic, Collection<SubscriptionDescription> subscriptions) {
        long correlation = 0;
        long others = 0;
        for (SubscriptionDescription subscription : subscriptions) {
            Collection<RuleDescription> rules =
                    wanted.getOrDefault(subscription.path().toString(), there.rulesOf(subscription.path()));
            for (RuleDescription rule : rules) {
                if (rule.filter() instanceof CorrelationFilter) {
                    correlation++;
                } else if (!(subscription.options().defaultRule() && isDefault(rule))) {
                    others++;
                }
            }
        }
        if (correlation > limits.maxCorrelationRules()) {
            tooMany(topic, correlation + " rules with correlation filters", limits.maxCorrelationRules());
        }
        if (others > limits.maxOtherRules()) {
            tooMany(topic, others + " rules with other than correlation filters", limits.maxOtherRules());
        }
    }

    private void tooMany(Declaration.Topic topic, String what, int allowed) {
        problems.add(
                topic.path(), topic.at(), "the topic would have " + what + ", of " + allowed + " that are allowed");
    }
}
