/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityPath;
import java.util.UUID;

/**
 * How far a transfer is. Immutable.
 *
 * @param messages those of it that are still here
 * @param attempts since the partition was loaded
 * @param sinceMs wall time at which it was begun, or loaded
 */
public record TransferInfo(
        UUID id,
        EntityPath source,
        long destinationId,
        int destinationPartition,
        int messages,
        int attempts,
        long sinceMs) {

    static TransferInfo of(Transfer transfer) {
        return new TransferInfo(
                transfer.id,
                transfer.source.path(transfer.deadLetter),
                transfer.destinationId,
                transfer.destinationPartition,
                (int) transfer.entries.stream().filter(transfer::holds).count(),
                transfer.attempts,
                transfer.sinceMs);
    }
}
