/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.List;
import java.util.UUID;

/**
 * A transaction over several partitions is committed. Immutable.
 *
 * @param participants those that may not have made their parts durable yet, in the order of their numbers
 */
record Decision(UUID id, List<Integer> participants, long recordId) {
    private static final int INDEX_BYTES = 200;

    Decision {
        participants = participants.stream().distinct().sorted().toList();
    }

    /** What is left of it when one of them has. */
    Decision without(int participant) {
        return new Decision(
                id, participants.stream().filter(one -> one != participant).toList(), recordId);
    }

    /** What is left of it when all have. */
    Decision done() {
        return new Decision(id, List.of(), recordId);
    }

    /** Heap that it takes. */
    long indexBytes() {
        return INDEX_BYTES;
    }
}
