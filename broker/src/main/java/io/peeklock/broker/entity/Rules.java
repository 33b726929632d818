/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The rules of a namespace's subscriptions: creates, changes and deletes them as {@link Definitions} does entities, and
 * finds them (rules R1, R7, W4).
 *
 * <p>Thread safe; futures as those of {@link Definitions}.
 */
public final class Rules {
    private final Definitions definitions;

    Rules(Definitions definitions) {
        this.definitions = definitions;
    }

    /** All rules of a subscription, by name. Fails with EntityNotFound. */
    public List<RuleDescription> list(EntityPath subscription) {
        DefinitionSet current = definitions.current();
        return RuleChanges.list(current, current.require(subscription));
    }

    /**
     * One rule.
     *
     * @throws BrokerException EntityNotFound
     */
    public RuleDescription require(EntityPath subscription, String name) {
        EntityLimits limits = definitions.current().limits();
        return list(subscription).stream()
                .filter(rule -> limits.canonicalName(rule.name()).equals(limits.canonicalName(name)))
                .findFirst()
                .orElseThrow(() -> new BrokerException(
                        ErrorCode.EntityNotFound, "there is no rule '" + name + "' of '" + subscription + "'"));
    }

    /** Those that are not part of a subscription's definition. */
    public List<RuleDefinition> definitions() {
        return definitions.current().rules().all();
    }

    /** Adds a rule to a subscription. Fails with EntityNotFound, EntityAlreadyExists, QuotaExceeded (rule R7). */
    public CompletableFuture<RuleDescription> create(RuleDescription rule) {
        return definitions.changeRules(rule.path(), true, changes -> changes.create(rule));
    }

    /** Gives a rule another filter and action. Fails with EntityNotFound, QuotaExceeded (rule R7). */
    public CompletableFuture<RuleDescription> update(RuleDescription rule) {
        return definitions.changeRules(rule.path(), false, changes -> changes.update(rule));
    }

    /** Takes a rule from a subscription. Fails with EntityNotFound. */
    public CompletableFuture<Void> delete(EntityPath subscription, String name) {
        return definitions.changeRules(subscription, false, changes -> changes.delete(name));
    }
}
