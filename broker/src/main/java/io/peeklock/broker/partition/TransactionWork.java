/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import java.util.List;

/**
 * What a transaction does in one partition: all of it or nothing (rule X1). Immutable.
 *
 * @param settlements of a delivery that is named twice the last one counts
 * @param states of a session that is named twice the last one counts
 */
public record TransactionWork(
        List<Submission> sends, List<StagedSettlement> settlements, List<StagedSessionState> states) {
    public TransactionWork {
        sends = List.copyOf(sends);
        settlements = List.copyOf(settlements);
        states = List.copyOf(states);
    }

    /** As {@link Command#bytes}. */
    long bytes(PartitionState state) {
        long bytes = (long) settlements.size() * Command.BYTES_PER_OPERATION;
        for (Submission send : sends) {
            bytes += send.bytes(state);
        }
        for (StagedSessionState one : states) {
            bytes += Command.bytesOf(one.state());
        }
        return bytes;
    }
}
