/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The transactions over several partitions that this one has decided and that are not done everywhere.
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class DecisionTable {
    private final Map<UUID, Decision> decisions = new LinkedHashMap<>();
    private long indexBytes;
    private boolean mayLackSome;

    void apply(Change.OfDecision change) {
        if (change instanceof Change.Decided c) {
            put(c.decision());
        } else if (change instanceof Change.PartsLeft c) {
            put(c.decision());
        }
    }

    private void put(Decision decision) {
        boolean isDone = decision.participants().isEmpty();
        Decision before = isDone ? decisions.remove(decision.id()) : decisions.put(decision.id(), decision);
        indexBytes += (isDone ? 0 : decision.indexBytes()) - (before == null ? 0 : before.indexBytes());
    }

    @Nullable
    Decision find(UUID id) {
        return decisions.get(id);
    }

    Collection<Decision> all() {
        return decisions.values();
    }

    /** Something of the journal was lost, or cannot be read. */
    void mayLackSome() {
        mayLackSome = true;
    }

    /** Whether what is not here is not decided. */
    boolean isWhole() {
        return !mayLackSome;
    }

    /** What they take of the memory for the index. */
    long indexBytes() {
        return indexBytes;
    }
}
