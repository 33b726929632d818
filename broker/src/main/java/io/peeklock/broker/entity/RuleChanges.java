/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One change of a subscription's rules: made durable, carried to the partitions, then found (rules R1, R7, W4).
 *
 * <p>Used by one thread, for one change. The rule {@code $Default} of a new subscription is its description's filter as long
 * as its options say so; another rule of that name, and what it is changed to, is a rule like any other.
 */
final class RuleChanges {
    private final DefinitionSet current;
    private final DefinitionJournal journal;
    private final DefinitionListener listener;
    private final EntityDefinition subscription;
    private final LongSupplier temporaryId;

    /** @param temporaryId gives the id of a rule of a temporary subscription */
    RuleChanges(
            DefinitionSet current,
            DefinitionJournal journal,
            DefinitionListener listener,
            EntityDefinition subscription,
            LongSupplier temporaryId) {
        this.current = current;
        this.journal = journal;
        this.listener = listener;
        this.subscription = subscription;
        this.temporaryId = temporaryId;
    }

    /** All rules of a subscription, by name. */
    static List<RuleDescription> list(DefinitionSet set, EntityDefinition subscription) {
        List<RuleDescription> all = new ArrayList<>();
        set.rules().of(subscription).forEach(rule -> all.add(rule.describe(subscription)));
        if (subscription.subscription().options().defaultRule()) {
            all.add(defaultRule(subscription));
        }
        all.sort(Comparator.comparing(RuleDescription::name));
        return all;
    }

    private static RuleDescription defaultRule(EntityDefinition definition) {
        SubscriptionDescription owner = definition.subscription();
        RuleFilter filter =
                owner.filter().equals(SubscriptionFilter.ALL) ? new TrueFilter() : new SelectorFilter(owner.filter());
        return new RuleDescription(owner.topic(), owner.name(), RuleDescription.DEFAULT_NAME, filter);
    }

    /** Tells what turned out to have become of rules, after the subscriptions that are there. */
    static List<CompletableFuture<Void>> adopt(DefinitionSet before, DefinitionSet found, DefinitionListener listener) {
        List<CompletableFuture<Void>> told = new ArrayList<>();
        List<RuleDefinition> known = before.rules().all();
        List<RuleDefinition> now = found.rules().all();
        Set<RuleDefinition> unchanged = new HashSet<>(known);
        for (RuleDefinition rule : now) {
            EntityDefinition owner = found.find(rule.subscriptionId());
            if (owner != null && !unchanged.contains(rule)) {
                told.add(listener.ruleChanged(rule, owner));
            }
        }
        Set<Long> there = new HashSet<>();
        now.forEach(rule -> there.add(rule.id()));
        for (RuleDefinition rule : known) {
            if (!there.contains(rule.id()) && found.find(rule.subscriptionId()) != null) {
                told.add(listener.ruleDeleted(rule));
            }
        }
        return told;
    }

    private boolean isDefault(String name) {
        return subscription.subscription().options().defaultRule()
                && current.limits()
                        .canonicalName(name)
                        .equals(current.limits().canonicalName(RuleDescription.DEFAULT_NAME));
    }

    CompletableFuture<RuleDescription> create(RuleDescription rule) {
        if (isDefault(rule.name()) || current.rules().find(subscription, rule.name()) != null) {
            throw new BrokerException(
                    ErrorCode.EntityAlreadyExists,
                    "there is a " + rule.title() + " already: update it, or choose another name");
        }
        current.rules().checkRoomFor(subscription, rule.filter(), null);
        return put(newRule(rule), subscription, true);
    }

    private RuleDefinition newRule(RuleDescription rule) {
        long id = subscription.temporary() ? temporaryId.getAsLong() : journal.nextId();
        return new RuleDefinition(id, subscription.id(), rule.name(), rule.filter(), rule.action());
    }

    CompletableFuture<RuleDescription> update(RuleDescription rule) {
        if (isDefault(rule.name())) {
            return updateDefault(rule);
        }
        RuleDefinition before = require(rule.name());
        RuleDefinition now =
                new RuleDefinition(before.id(), subscription.id(), before.name(), rule.filter(), rule.action());
        if (now.equals(before)) {
            return CompletableFuture.completedFuture(now.describe(subscription));
        }
        current.rules().checkRoomFor(subscription, rule.filter(), before.filter());
        return put(now, subscription, false);
    }

    private CompletableFuture<RuleDescription> updateDefault(RuleDescription rule) {
        SubscriptionFilter filter = rule.action() != null ? null : filterOf(rule.filter());
        SubscriptionDescription owner = subscription.subscription();
        if (filter != null) {
            EntityDefinition now =
                    subscription.changedTo(owner.toBuilder().filter(filter).build());
            return change(now).thenApply(done -> defaultRule(now));
        }
        // From now on a rule like any other: both at once, so that no message meets neither.
        current.rules().checkRoomFor(subscription, rule.filter(), null);
        return put(newRule(rule), withoutDefault(), true);
    }

    /** The filter of a description that does the same; null if there is none. */
    private static @Nullable SubscriptionFilter filterOf(RuleFilter filter) {
        if (filter instanceof SelectorFilter selector) {
            return selector.filter();
        }
        return filter instanceof TrueFilter ? SubscriptionFilter.ALL : null;
    }

    private EntityDefinition withoutDefault() {
        SubscriptionDescription owner = subscription.subscription();
        return subscription.changedTo(owner.toBuilder()
                .options(owner.options().toBuilder().defaultRule(false).build())
                .build());
    }

    CompletableFuture<Void> delete(String name) {
        if (isDefault(name)) {
            return change(withoutDefault());
        }
        RuleDefinition gone = require(name);
        CompletableFuture<Void> durable = gone.temporary()
                ? CompletableFuture.completedFuture(null)
                : journal.remove(List.of(), List.of(gone), List.of());
        return durable.thenCompose(done -> {
            current.rules().remove(subscription, gone);
            return listener.ruleDeleted(gone);
        });
    }

    private RuleDefinition require(String name) {
        RuleDefinition found = current.rules().find(subscription, name);
        if (found == null) {
            throw new BrokerException(
                    ErrorCode.EntityNotFound, "there is no rule '" + name + "' of " + subscription.title());
        }
        return found;
    }

    private CompletableFuture<Void> change(EntityDefinition now) {
        CompletableFuture<Void> durable =
                now.temporary() ? CompletableFuture.completedFuture(null) : journal.change(now);
        return durable.thenCompose(done -> listener.changed(now).whenComplete((told, failure) -> current.put(now)));
    }

    private CompletableFuture<RuleDescription> put(RuleDefinition rule, EntityDefinition owner, boolean isNew) {
        CompletableFuture<Void> durable = rule.temporary()
                ? CompletableFuture.completedFuture(null)
                : journal.putRule(rule, isNew, owner.equals(subscription) ? null : owner);
        return durable.thenCompose(done -> listener.ruleChanged(rule, owner).whenComplete((told, failure) -> {
                    // Found even if the listener failed: it is durable.
                    current.put(owner);
                    current.rules().put(owner, rule);
                }))
                .thenApply(told -> rule.describe(owner));
    }
}
