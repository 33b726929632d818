/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import org.jspecify.annotations.Nullable;

/**
 * How far a journal is known to be durable.
 *
 * <p>Immutable.
 *
 * @param sequence every batch up to and including this sequence is durable
 * @param checkpointEnd sequence of the last part of the newest durable checkpoint, 0 if there was none
 * @param maxRecordId highest record id used so far
 * @param clean whether the journal was closed at this point and nothing came after
 */
record Mark(long sequence, long checkpointEnd, long maxRecordId, boolean clean) {

    static final Mark NOTHING = new Mark(0, 0, 0, true);

    Mark withClean(boolean isClean) {
        return new Mark(sequence, checkpointEnd, maxRecordId, isClean);
    }

    // By hand, as a record's own takes a start milliseconds and classes to link.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Mark that
                && sequence == that.sequence
                && checkpointEnd == that.checkpointEnd
                && maxRecordId == that.maxRecordId
                && clean == that.clean;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sequence);
    }
}
