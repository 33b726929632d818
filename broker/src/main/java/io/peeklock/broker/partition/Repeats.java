/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * When other partitions are asked about transactions, or told of them: again and again, ever later, until it is over.
 *
 * <p>Owned by the partition's driver; not thread safe. Nothing of it is kept: after a load all of it begins anew. Whether an
 * attempt has failed, or its answer only takes long, is nobody's business: one that is repeated changes nothing.
 */
final class Repeats {
    static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    static final int LONGEST_PAUSE_SHIFT = 6;

    private static final class Turn {
        private long atNanos;
        private int passed;

        private Turn(long atNanos) {
            this.atNanos = atNanos;
        }
    }

    private final Deadlines deadlines;
    private final Map<UUID, Turn> turns = new LinkedHashMap<>();
    /** No turn comes before, if there is any. */
    private long earliestNanos;

    Repeats(Deadlines deadlines) {
        this.deadlines = deadlines;
    }

    /** The first turn of a transaction comes then. */
    void from(UUID id, long nanos) {
        if (turns.isEmpty() || earliestNanos - nanos > 0) {
            earliestNanos = nanos;
        }
        turns.put(id, new Turn(nanos));
        deadlines.lockUntil(nanos);
    }

    void end(UUID id) {
        turns.remove(id);
    }

    /** Takes those whose turn it is, and says when the next one comes. */
    List<UUID> due(long nanos) {
        if (turns.isEmpty()) {
            return List.of();
        }
        List<UUID> due = new ArrayList<>();
        if (earliestNanos - nanos <= 0) {
            earliestNanos = nanos + Long.MAX_VALUE / 2;
            turns.forEach((id, turn) -> {
                if (turn.atNanos - nanos <= 0) {
                    due.add(id);
                    turn.atNanos = nanos + (FIRST_PAUSE_NANOS << Math.min(turn.passed++, LONGEST_PAUSE_SHIFT));
                }
                earliestNanos = earliestNanos - turn.atNanos > 0 ? turn.atNanos : earliestNanos;
            });
        }
        deadlines.lockUntil(earliestNanos);
        return due;
    }
}
