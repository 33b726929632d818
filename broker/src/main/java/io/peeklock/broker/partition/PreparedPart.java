/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BranchXid;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What names a part of a transaction in one partition, and says who decides it (rules X4, X5).
 *
 * <p>Immutable, thread safe.
 *
 * @param id that of the branch in all its partitions; never used again
 * @param coordinator the partition whose journal decides the branch
 * @param xid its name to its transaction manager, null of a local transaction
 * @param participants the other partitions that the branch has work in; empty where this is not the coordinator's part
 */
public record PreparedPart(
        UUID id, int coordinator, @Nullable BranchXid xid, List<Integer> participants) {
    // Not the short form, whose parameters do not tell other modules what may be null.
    public PreparedPart(UUID id, int coordinator, @Nullable BranchXid xid, List<Integer> participants) {
        this.id = id;
        this.coordinator = coordinator;
        this.xid = xid;
        this.participants = List.copyOf(participants);
    }
}
