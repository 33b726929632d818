/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What a partition sees of the rest of its namespace: which entity a name means, to which messages are forwarded.
 *
 * <p>Thread safe.
 */
public final class Exchange {

    /** Finds entities by name. Thread safe, quick. */
    @FunctionalInterface
    public interface Directory {
        /** The queue, else the topic, of this name; null if there is none. */
        @Nullable
        EntityDefinition destination(String name);
    }

    private final int partitions;
    private volatile Directory directory = name -> null;

    /** @param partitions how many the namespace has */
    public Exchange(int partitions) {
        this.partitions = partitions;
    }

    /** Says who finds entities. Called before the partitions are started. */
    public void directory(Directory value) {
        directory = value;
    }

    @Nullable
    EntityDefinition destination(String name) {
        return directory.destination(name);
    }

    int partitions() {
        return partitions;
    }
}
