/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.List;

/**
 * Work of a transaction in one partition, done in one atomic batch: all of it or nothing.
 *
 * @param partition the partition
 * @param sends messages to enqueue there, in order
 * @param settlements what becomes of deliveries there; if the lock of one is lost, nothing is done. Of a delivery that is
 *     named twice the last one counts
 * @param states states of sessions there; if the lock of one is lost, nothing is done. Of a session that is named twice
 *     the last one counts
 */
public record PartitionCommit(
        int partition,
        List<OutgoingMessage> sends,
        List<StagedSettlement> settlements,
        List<StagedSessionState> states) {

    /** Of messages that are sent and deliveries that are completed. */
    public PartitionCommit(int partition, List<OutgoingMessage> sends, List<LockToken> completes) {
        this(
                partition,
                sends,
                completes.stream()
                        .map(token -> new StagedSettlement(token, Settlement.COMPLETE))
                        .toList(),
                List.of());
    }
}
