/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.List;
import java.util.UUID;

/**
 * What came of a transfer in the partition of its destination: kept until the source has ended it, so that one that is offered
 * again changes nothing. Immutable.
 *
 * @param transfer the transfer's id
 * @param sourcePartition who offered it
 * @param refused messages that were not taken; the others were
 * @param recordId its record in the journal, 0 if it is volatile
 */
record Arrival(UUID transfer, int sourcePartition, List<Refused> refused, long recordId) {
    private static final int INDEX_BYTES = 200;
    private static final int INDEX_BYTES_PER_REFUSAL = 160;

    /** Heap that it takes, at most. */
    long indexBytes() {
        long bytes = INDEX_BYTES;
        for (Refused one : refused) {
            bytes += INDEX_BYTES_PER_REFUSAL + 2L * one.why().description().length();
        }
        return bytes;
    }
}
