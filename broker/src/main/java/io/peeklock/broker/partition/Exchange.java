/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a partition sees of the rest of its namespace: the other partitions, and which entity a name means to which messages are
 * forwarded.
 *
 * <p>Thread safe.
 */
public final class Exchange {

    /** Finds entities by name. Thread safe, quick. */
    @FunctionalInterface
    public interface Directory {
        /** The queue, else the topic, of this name; null if there is none that lasts. */
        @Nullable
        EntityDefinition destination(String name);

        /** Messages are on their way to this entity, which is a use of it (rule W2). */
        default void used(long entityId) {}
    }

    private final AtomicReferenceArray<Consumer<Command>> partitions;
    private volatile Directory directory = name -> null;

    /** @param partitions how many the namespace has */
    public Exchange(int partitions) {
        this.partitions = new AtomicReferenceArray<>(partitions);
    }

    /** Says who finds entities. Called before the partitions are started. */
    public void directory(Directory value) {
        directory = value;
    }

    @Nullable
    EntityDefinition destination(String name) {
        return directory.destination(name);
    }

    void used(long entityId) {
        directory.used(entityId);
    }

    /** A partition can be asked from now on. */
    void joins(int partition, Consumer<Command> submit) {
        partitions.set(partition, submit);
    }

    /** Asks a partition; it answers in its time, perhaps from another thread. */
    void submit(int partition, Command command) {
        boolean known = partition >= 0 && partition < partitions.length();
        Consumer<Command> other = known ? partitions.get(partition) : null;
        if (other == null) {
            command.refuse(new BrokerException(
                    ErrorCode.PartitionUnavailable, "there is no partition " + partition + " here"));
        } else {
            other.accept(command);
        }
    }

    int partitions() {
        return partitions.length();
    }
}
