/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction over several partitions has prepared in one of them that another one decides, and has not ended (rules X4,
 * X5): messages are locked for it, and what it sends is invisible. Or that an administrator has ended it. Immutable.
 *
 * @param id that of the transaction in all its partitions
 * @param partition in which it is
 * @param coordinator the partition that decides
 * @param xid the name of the branch; null of a local transaction
 * @param state whether it waits, or how an administrator has ended it
 * @param reason why it has not ended, or is remembered
 * @param sends messages it will send
 * @param messages received messages that it keeps locked
 * @param preparedAt when it was prepared, by the clock of that moment
 */
public record PartInDoubt(
        UUID id,
        int partition,
        int coordinator,
        @Nullable BranchXid xid,
        PreparedBranch.State state,
        Reason reason,
        int sends,
        int messages,
        Instant preparedAt) {

    /** What a part waits for. */
    public enum Reason {
        /** Its coordinator is out: reopen that. */
        COORDINATOR_OUT,
        /** Its coordinator's journal was damaged, and has lost what becomes of it: restore that, or end the part by hand. */
        OUTCOME_LOST,
        /** Its coordinator has not decided yet: it is under way, or the branch is prepared. */
        NOT_DECIDED,
        /** It is committed, and this part is done by itself. */
        COMMITTED,
        /** It is rolled back, and this part by itself. */
        ROLLED_BACK,
        /** An administrator has ended it otherwise than its coordinator says: it is torn, which is remembered until forgotten. */
        ENDED_OTHERWISE
    }
}
