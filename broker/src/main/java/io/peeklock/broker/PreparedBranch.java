/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A branch of a global transaction that is prepared, or that was ended by an administrator and is not forgotten yet (rule X5).
 * Immutable.
 *
 * @param xid its name
 * @param state where it stands
 * @param coordinator the partition whose journal decides it
 * @param partitions those it has work in, the coordinator among them
 * @param sends messages it will send
 * @param messages received messages that it keeps locked
 * @param preparedAt when it was prepared, by the clock of that moment
 */
public record PreparedBranch(
        BranchXid xid,
        State state,
        int coordinator,
        List<Integer> partitions,
        int sends,
        int messages,
        Instant preparedAt) {
    public PreparedBranch {
        partitions = List.copyOf(partitions);
    }

    /** The node id of the transaction manager it waits for, if that is a Narayana. */
    public Optional<String> nodeId() {
        return NarayanaOrigin.of(xid).map(NarayanaOrigin::nodeId);
    }

    /** Where a prepared branch stands. */
    public enum State {
        /** Its transaction manager has to say what becomes of it. */
        PREPARED,
        /** An administrator has committed it; its transaction manager has not forgotten it yet. */
        HEURISTICALLY_COMMITTED,
        /** An administrator has rolled it back; its transaction manager has not forgotten it yet. */
        HEURISTICALLY_ROLLED_BACK
    }
}
