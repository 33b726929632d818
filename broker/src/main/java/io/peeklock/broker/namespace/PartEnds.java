/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Tells the participants of a decided transaction what to do with their parts, so that nobody has to wait until they ask (rules
 * X4, X5).
 *
 * <p>Immutable, thread safe.
 */
record PartEnds(PartitionSet partitions, UUID id, int coordinator, List<Integer> participants) {

    /** Completes, without fail, when all of them have answered: one that is out asks when it is back. */
    CompletableFuture<Void> tell(boolean commit) {
        return CompletableFuture.allOf(participants.stream()
                .map(participant -> partitions
                        .get(participant)
                        .endPart(id, commit)
                        .handle((ended, failure) -> {
                            if (failure == null && commit) {
                                partitions.get(coordinator).participantDone(id, participant);
                            }
                            return null;
                        }))
                .toArray(CompletableFuture[]::new));
    }
}
