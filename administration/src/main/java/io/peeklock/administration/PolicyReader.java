/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads shared access policies (rule Q6). Says nothing of their keys, whatever is wrong.
 *
 * <p>Has no state; any thread.
 */
final class PolicyReader {
    static final String FIELD = "AuthorizationRules";

    /** In the order in which they are written. */
    static final Map<Claim, String> RIGHTS = Map.of(Claim.MANAGE, "Manage", Claim.SEND, "Send", Claim.LISTEN, "Listen");

    private PolicyReader() {}

    /** Those of a namespace, a queue or a topic; null if the file does not say. */
    static @Nullable List<Declaration.Policy> read(Section owner) {
        List<Section> listed = owner.sections(FIELD);
        if (listed == null) {
            return null;
        }
        List<Declaration.Policy> policies = new ArrayList<>();
        Map<String, Position> names = new HashMap<>();
        for (Section section : listed) {
            Declaration.Policy policy = policy(section);
            if (policy != null) {
                Position before = names.putIfAbsent(policy.description().name(), policy.at());
                if (before != null) {
                    section.problems()
                            .add(
                                    section.pathOf("Name"),
                                    section.at("Name"),
                                    "the name is there twice, first in " + before);
                }
                policies.add(policy);
            }
        }
        return policies;
    }

    private static Declaration.@Nullable Policy policy(Section section) {
        Problems problems = section.problems();
        int before = problems.count();
        String name = section.requiredText("Name");
        Section properties = section.section("Properties");
        section.end();
        if (properties == null) {
            if (problems.count() == before) {
                problems.add(section.path(), section.at(), "the field Properties is missing");
            }
            return null;
        }
        Set<Claim> claims = claims(properties);
        AccessKey primary = key(properties, "PrimaryKey");
        AccessKey secondary = key(properties, "SecondaryKey");
        properties.end();
        if (problems.count() > before) {
            return null;
        }
        AccessPolicy policy = problems.attempt(
                section.path(), section.at(), () -> new AccessPolicy(null, name, claims, primary, secondary));
        return policy == null ? null : new Declaration.Policy(policy, section.path(), section.at());
    }

    private static Set<Claim> claims(Section properties) {
        Set<Claim> claims = EnumSet.noneOf(Claim.class);
        List<String> rights = properties.texts("Rights");
        for (String right : rights == null ? List.<String>of() : rights) {
            Claim claim = RIGHTS.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(right))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(null);
            if (claim == null) {
                properties
                        .problems()
                        .add(
                                properties.pathOf("Rights"),
                                properties.at("Rights"),
                                "a right is Manage, Send or Listen, not " + Problems.shown(right));
            } else {
                claims.add(claim);
            }
        }
        return claims;
    }

    private static @Nullable AccessKey key(Section properties, String name) {
        String text = properties.text(name);
        return text == null
                ? null
                : properties.problems().attempt(properties.pathOf(name), properties.at(name), () -> AccessKey.of(text));
    }
}
