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
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
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
        Map<String, AccessPolicy> others = new LinkedHashMap<>();
        there.policiesOf(owner).forEach(policy -> others.put(policy.name(), policy));
        int count = others.size();
        Map<AccessPolicy, Optional<AccessPolicy>> wanted = new LinkedHashMap<>();
        for (Declaration.Policy one : declared) {
            AccessPolicy policy =
                    owner == null ? one.description() : one.description().on(owner);
            wanted.put(policy, Optional.ofNullable(others.remove(policy.name())));
            if (wanted.size() > limits.maxPolicies()) {
                problems.add(one.path(), one.at(), "at most " + limits.maxPolicies() + " policies are allowed here");
            }
        }
        Queue<AccessPolicy> going = new ArrayDeque<>(others.values());
        for (Map.Entry<AccessPolicy, Optional<AccessPolicy>> one : wanted.entrySet()) {
            AccessPolicy policy = one.getKey();
            AccessPolicy before = one.getValue().orElse(null);
            if (before == null) {
                // One goes for one that comes, and only where there is no room: there are never none.
                AccessPolicy makesRoom = count < limits.maxPolicies() ? null : going.poll();
                if (makesRoom == null) {
                    count++;
                } else {
                    delete(Phase.CHANGE_POLICIES, makesRoom);
                }
                add(Kind.CREATED, policy, () -> bus.createPolicy(policy));
            } else if (differs(before, policy)) {
                add(Kind.CHANGED, policy, () -> bus.updatePolicy(policy));
            }
        }
        going.forEach(policy -> delete(Phase.DELETE_POLICIES, policy));
    }

    private void delete(Phase when, AccessPolicy policy) {
        plan.add(when, Kind.DELETED, title(policy), () -> bus.deletePolicy(policy.entity(), policy.name()));
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
