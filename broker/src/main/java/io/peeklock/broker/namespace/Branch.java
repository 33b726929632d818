/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.partition.PreparedPart;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A branch of a global transaction as its namespace knows it: where it is decided.
 *
 * <p>Thread safe.
 */
final class Branch {
    private final UUID id;
    private final int coordinator;
    private final List<Integer> participants;
    private final CompletableFuture<Void> settled;
    private volatile @Nullable Bearer owner;

    private Branch(UUID id, int coordinator, List<Integer> participants, CompletableFuture<Void> settled) {
        this.id = id;
        this.coordinator = coordinator;
        this.participants = participants;
        this.settled = settled;
    }

    /** One that is being prepared. */
    static Branch preparing(SpanningWork work) {
        return new Branch(work.id(), work.coordinator(), work.participants(), new CompletableFuture<>());
    }

    /** One that its coordinator has from before. */
    static Branch found(PreparedPart part) {
        return new Branch(part.id(), part.coordinator(), part.participants(), CompletableFuture.completedFuture(null));
    }

    /** That of its parts. */
    UUID id() {
        return id;
    }

    /** The partition whose journal decides it. */
    int coordinator() {
        return coordinator;
    }

    /** The others that have a part of it. */
    List<Integer> participants() {
        return participants;
    }

    /** Completes when it is prepared, or that has failed: until then nobody can end it. */
    CompletableFuture<Void> settled() {
        return settled;
    }

    /** Who has prepared it; null if that was nobody who came with a key, or in another process. */
    @Nullable
    Bearer owner() {
        return owner;
    }

    void owner(Bearer user) {
        owner = user;
    }
}
