/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.EntityPath;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what: shared access policies of the namespace, and of queues and topics (rule Q6). They hold for whoever comes
 * by {@link Namespace#authorize}; code that has the namespace itself may do everything.
 *
 * <p>Thread safe. Futures fail and complete as those of {@link Namespace}. A change counts from when its future completes,
 * also for what is open. Policies are durable; those of an entity go with it. Their keys are shown to whoever may manage what
 * they are for.
 */
public interface PolicyAdministration {

    /**
     * Creates a policy, with random keys where it has none, and returns it with its keys. Fails with EntityNotFound,
     * EntityAlreadyExists, QuotaExceeded if there are 12 on that entity or on the namespace already, InvalidOperation for an
     * entity that is temporary.
     */
    CompletableFuture<AccessPolicy> createPolicy(AccessPolicy policy);

    /**
     * Gives a policy other claims and, where it has them, other keys. Whoever came with a key that it has no more can do
     * nothing from then on. Fails with EntityNotFound.
     */
    CompletableFuture<AccessPolicy> updatePolicy(AccessPolicy policy);

    /**
     * Deletes a policy. Fails with EntityNotFound.
     *
     * @param entity a queue or topic, null for the namespace
     */
    CompletableFuture<Void> deletePolicy(@Nullable EntityPath entity, String name);

    /**
     * A policy with its keys. Fails with EntityNotFound.
     *
     * @param entity a queue or topic, null for the namespace
     */
    CompletableFuture<AccessPolicy> policy(@Nullable EntityPath entity, String name);

    /**
     * All policies of an entity, or of the namespace, by name, with their keys. Fails with EntityNotFound.
     *
     * @param entity a queue or topic, null for the namespace
     */
    CompletableFuture<List<AccessPolicy>> policies(@Nullable EntityPath entity);
}
