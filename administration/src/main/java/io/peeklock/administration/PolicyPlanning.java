/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.administration.AppliedChanges.Kind;
import io.peeklock.administration.Plan.Phase;
import io.peeklock.broker.Administration;
import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.EntityLimits;
import io.peeklock.broker.entity.EntityPath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans the shared access policies of the namespace, of queues and of topics: a list of them in the file is all that there are,
 * those it does not name go (rule Q6). Keys that it does not name stay as they are, and are random in a new policy.
 *
 * <p>Used by one thread, for one file.
 */
final class PolicyPlanning {
    private final Administration bus;
    private final Snapshot there;
    private final EntityLimits limits;
    private final Problems problems;
    private final Plan plan;

    PolicyPlanning(Administration bus, Snapshot there, EntityLimits limits, Problems problems, Plan plan) {
        this.bus = bus;
        this.there = there;
        this.limits = limits;
        this.problems = problems;
        this.plan = plan;
    }

    /**
     * @param owner the queue or topic, null for the namespace
     * @param declared null if the file does not say
     */
    void plan(@Nullable EntityPath owner, @Nullable List<Declaration.Policy> declared) {
        if (declared == null) {
            return;
        }
        Map<String, AccessPolicy> now = new HashMap<>();
        there.policiesOf(owner).forEach(policy -> now.put(policy.name(), policy));
        Set<String> named = new HashSet<>();
        for (Declaration.Policy one : declared) {
            AccessPolicy policy =
                    owner == null ? one.description() : one.description().on(owner);
            AccessPolicy before = now.get(policy.name());
            named.add(policy.name());
            if (named.size() > limits.maxPolicies()) {
                problems.add(one.path(), one.at(), "at most " + limits.maxPolicies() + " policies are allowed here");
            }
            if (before == null) {
                add(Kind.CREATED, policy, () -> bus.createPolicy(policy));
            } else if (differs(before, policy)) {
                add(Kind.CHANGED, policy, () -> bus.updatePolicy(policy));
            }
        }
        // First: there may be no room for the new ones before.
        now.values().stream()
                .filter(policy -> !named.contains(policy.name()))
                .forEach(policy -> plan.add(
                        Phase.DELETE_POLICIES,
                        Kind.DELETED,
                        title(policy),
                        () -> bus.deletePolicy(policy.entity(), policy.name())));
    }

    private void add(Kind kind, AccessPolicy policy, Supplier<CompletableFuture<?>> work) {
        plan.add(Phase.CHANGE_POLICIES, kind, title(policy), work);
    }

    private static String title(AccessPolicy policy) {
        EntityPath owner = policy.entity();
        return "policy '" + policy.name() + "' of "
                + (owner == null ? "the namespace" : owner.kind() + " '" + owner + "'");
    }

    private static boolean differs(AccessPolicy before, AccessPolicy policy) {
        return !before.claims().equals(policy.claims())
                || differs(before.primaryKey(), policy.primaryKey())
                || differs(before.secondaryKey(), policy.secondaryKey());
    }

    private static boolean differs(@Nullable AccessKey before, @Nullable AccessKey wanted) {
        return wanted != null && (before == null || !wanted.equals(before));
    }
}
