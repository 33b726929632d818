/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A branch that its coordinator has lost, and others have parts of: an administrator has to end those by hand, and then it
 * stands as one that was ended by hand (rule X5). Immutable.
 *
 * @param parts of the others, at least one
 */
record LostBranch(BranchXid xid, List<ForeignPart> parts) {

    /** Those among parts of which their coordinators cannot say what becomes of them. */
    static List<LostBranch> of(List<ForeignPart> parts) {
        Map<UUID, LostBranch> byId = new LinkedHashMap<>();
        for (ForeignPart part : parts) {
            BranchXid xid = part.info().part().xid();
            if (xid != null && part.isInDoubt()) {
                byId.computeIfAbsent(part.info().part().id(), id -> new LostBranch(xid, new ArrayList<>()))
                        .parts
                        .add(part);
            }
        }
        return List.copyOf(byId.values());
    }

    /**
     * How it was ended.
     *
     * @throws BrokerException PartitionUnavailable while a part waits
     */
    BranchOutcome outcome() {
        for (ForeignPart part : parts) {
            if (part.isPrepared()) {
                throw new BrokerException(
                        ErrorCode.PartitionUnavailable,
                        "what has become of branch " + xid + " is not known, so it is neither listed nor ended: "
                                + part.doubt());
            }
        }
        return outcome(state());
    }

    /** Rolled back if one of its parts was: whoever has committed it must hear of that. */
    private PreparedBranch.State state() {
        return parts.stream().anyMatch(part -> part.info().state() == PreparedBranch.State.HEURISTICALLY_ROLLED_BACK)
                ? PreparedBranch.State.HEURISTICALLY_ROLLED_BACK
                : PreparedBranch.State.HEURISTICALLY_COMMITTED;
    }

    /** As one that was ended by hand. */
    PreparedBranch listed() {
        ForeignPart first = parts.get(0);
        return new PreparedBranch(
                xid,
                state(),
                first.info().part().coordinator(),
                parts.stream().map(ForeignPart::partition).toList(),
                0,
                0,
                Instant.ofEpochMilli(first.info().preparedAtMs()));
    }

    /** How an end is reported to who comes after it. */
    static BranchOutcome outcome(PreparedBranch.State state) {
        return switch (state) {
            case HEURISTICALLY_COMMITTED -> BranchOutcome.HEURISTICALLY_COMMITTED;
            case HEURISTICALLY_ROLLED_BACK -> BranchOutcome.HEURISTICALLY_ROLLED_BACK;
            case PREPARED -> BranchOutcome.NOT_FOUND;
        };
    }
}
