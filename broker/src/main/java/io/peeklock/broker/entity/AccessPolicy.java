/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A shared access policy: claims under a name and two keys, on one queue or topic or on the whole namespace (rule Q6).
 *
 * <p>Immutable. Its keys are not in {@link #toString}. With two keys one can be changed while programs still use the other.
 *
 * @param entity a queue, or a topic, whose policies are those of its subscriptions too; null for the whole namespace
 * @param name 1 to {@value #MAX_NAME_CHARS} letters, digits, points, dashes and underscores, a letter or digit first and last;
 *     one policy of an entity has it, and policies of several entities may
 * @param claims one or more; {@link Claim#MANAGE} stands for all
 * @param primaryKey null: a random one when it is created, the one it has when it is changed
 * @param secondaryKey as the primary key
 */
public record AccessPolicy(
        @Nullable EntityPath entity,
        String name,
        Set<Claim> claims,
        @Nullable AccessKey primaryKey,
        @Nullable AccessKey secondaryKey) {

    public static final int MAX_NAME_CHARS = 256;

    /**
     * Whether the entity is there, and has fewer than 12, the namespace checks when the policy is set.
     *
     * @throws BrokerException InvalidOperation for a name that breaks the rules, for no claims, and for the path of a
     *     subscription or dead-letter queue
     */
    public AccessPolicy {
        requireName(name);
        if (claims.isEmpty()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "policy '" + name + "' has no claims: give it one or more of " + List.of(Claim.values()));
        }
        requireScope(entity);
        claims = Collections.unmodifiableSet(EnumSet.copyOf(claims));
    }

    /**
     * On the whole namespace, with keys to be made.
     *
     * @throws BrokerException InvalidOperation for a name that breaks the rules
     */
    public static AccessPolicy of(String name, Claim first, Claim... others) {
        return new AccessPolicy(null, name, EnumSet.of(first, others), null, null);
    }

    /**
     * The same on this queue or topic only.
     *
     * @throws BrokerException InvalidOperation for the path of a subscription or dead-letter queue
     */
    public AccessPolicy on(EntityPath queueOrTopic) {
        return new AccessPolicy(queueOrTopic, name, claims, primaryKey, secondaryKey);
    }

    /** The same with other claims. */
    public AccessPolicy withClaims(Claim first, Claim... others) {
        return new AccessPolicy(entity, name, EnumSet.of(first, others), primaryKey, secondaryKey);
    }

    /** The same with another primary key. */
    public AccessPolicy withPrimaryKey(@Nullable AccessKey key) {
        return new AccessPolicy(entity, name, claims, key, secondaryKey);
    }

    /** The same with another secondary key. */
    public AccessPolicy withSecondaryKey(@Nullable AccessKey key) {
        return new AccessPolicy(entity, name, claims, primaryKey, key);
    }

    /** Where it holds, for errors. */
    static String titleOf(@Nullable EntityPath entity) {
        return entity == null ? "the namespace" : entity.kind() + " '" + entity + "'";
    }

    static void requireScope(@Nullable EntityPath entity) {
        if (entity != null && (entity.deadLetter() || entity.kind() == EntityKind.SUBSCRIPTION)) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "'" + entity + "' has no policies of its own: those of its queue or topic hold there");
        }
    }

    private static void requireName(String name) {
        boolean good = !name.isEmpty() && name.length() <= MAX_NAME_CHARS;
        for (int i = 0; good && i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            boolean inside = i > 0 && i < name.length() - 1;
            good = alphanumeric || inside && (c == '.' || c == '-' || c == '_');
        }
        if (!good) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "the name of a policy has 1 to " + MAX_NAME_CHARS
                            + " letters, digits, points, dashes and underscores, a letter or digit first and last");
        }
    }
}
