/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A partition's prepared parts, in the order in which they were prepared, and the sessions and the room that are kept for them.
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class BranchTable {
    private final SessionChanges sessions;
    private final Map<UUID, BranchPart> parts = new LinkedHashMap<>();
    private long indexBytes;

    BranchTable(SessionChanges sessions) {
        this.sessions = sessions;
    }

    void apply(Change.OfBranch change) {
        if (change instanceof Change.PartPrepared c) {
            parts.put(c.part().id(), c.part());
            indexBytes += c.part().indexBytes();
            keep(c.part(), 1);
        } else if (change instanceof Change.PartEnded c && parts.remove(c.part().id(), c.part())) {
            indexBytes -= c.part().indexBytes();
            keep(c.part(), -1);
        }
    }

    /** Nobody else gets a session before the part has ended, and nothing takes the room of its state. */
    private void keep(BranchPart part, int delta) {
        part.heldSessions.forEach(held -> sessions.heldByPart(held.fragment(), held.sessionId(), delta));
        part.states.forEach(state -> state.fragment().sizeBytes += (long) delta * state.reservedBytes());
    }

    /** What they have in a deleted entity goes with it; its sessions are let go at their end, as all are. */
    void entityGone(Fragment fragment) {
        for (BranchPart part : parts.values()) {
            part.settlements.keySet().removeIf(entry -> entry.fragment == fragment);
            part.sends.forEach(send -> send.copies().removeIf(copy -> copy.entry().fragment == fragment));
            part.states.removeIf(state -> state.fragment() == fragment);
        }
    }

    @Nullable
    BranchPart find(UUID id) {
        return parts.get(id);
    }

    Collection<BranchPart> all() {
        return parts.values();
    }

    /** Those that have something in an entity. */
    List<BranchPart> of(Fragment fragment) {
        return parts.values().stream().filter(part -> part.concerns(fragment)).toList();
    }

    /** What they take of the memory for the index. */
    long indexBytes() {
        return indexBytes;
    }
}
