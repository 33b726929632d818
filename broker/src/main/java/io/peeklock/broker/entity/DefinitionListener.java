/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import java.util.concurrent.CompletableFuture;

/**
 * Carries definitions to where the entities live.
 *
 * <p>Called one change at a time, on the executor of {@link Definitions}, never on an application's thread; must not
 * block. The next change waits for the future. A partition that is out is not waited for: it catches up before it serves.
 */
public interface DefinitionListener {

    /** An entity is new or has other settings, durably. Completes when every live partition has them (rule W4). */
    CompletableFuture<Void> changed(EntityDefinition now);

    /**
     * An entity is to be deleted, and nothing is done yet: if this fails, it is not (rule W4). Not asked of temporary ones, which
     * end with who has made them. Gives what is to be run when it is gone, or that has failed.
     */
    default CompletableFuture<Runnable> deleting(EntityDefinition going) {
        return CompletableFuture.completedFuture(() -> {});
    }

    /** An entity is gone, durably, and is found no more. Completes when every live partition has dropped its part. */
    CompletableFuture<Void> deleted(EntityDefinition gone);

    /**
     * A rule is new or says something else, durably, and its subscription is defined so now: one goes with the other.
     * Completes when every live partition has it (rule W4).
     */
    CompletableFuture<Void> ruleChanged(RuleDefinition now, EntityDefinition subscription);

    /** A rule is gone, durably; its subscription is not. Completes when every live partition has dropped it. */
    CompletableFuture<Void> ruleDeleted(RuleDefinition gone);

    /** An entity is found by its name from now on, as it is now; {@link #changed} was called before. */
    default void found(EntityDefinition now) {}
}
