/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.partition.PartInfo;
import io.peeklock.broker.partition.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A part of a transaction in a partition that does not decide it, and what the one that does says of it. Immutable.
 *
 * @param verdict null if the coordinator does not answer
 */
record ForeignPart(int partition, PartInfo info, @Nullable Verdict verdict) {

    /** Nobody can say what becomes of it, for now or for ever. */
    boolean isInDoubt() {
        return verdict == null || verdict == Verdict.UNKNOWN;
    }

    boolean isPrepared() {
        return info.state() == PreparedBranch.State.PREPARED;
    }

    /** Whether this is it, as it was. */
    boolean isSame(PartInfo other) {
        return info.part().id().equals(other.part().id()) && info.state() == other.state();
    }

    /** Why it is in doubt, and what to do. */
    String doubt() {
        int coordinator = info.part().coordinator();
        String why = verdict == null
                ? "which is out: reopen it"
                : "whose journal has lost what became of it: restore that journal, or end the part by hand"
                        + " (partsInDoubt lists all, commitPart and rollbackPart end one)";
        return "partition " + partition + " has a part of it that is decided by partition " + coordinator + ", " + why;
    }
}
