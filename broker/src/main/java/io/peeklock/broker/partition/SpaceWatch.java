/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.PartitionJournal;

/**
 * Has the journal give disk space back when far more was removed than was written: by itself it does so only as it is
 * written to.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class SpaceWatch {
    /** Some files of a journal. */
    static final long WORTHWHILE_BYTES = 64L << 20;

    /** Of removed messages, beyond what was written since. */
    private long removedBytes;

    void removed(long bytes) {
        removedBytes += bytes;
    }

    void written(long bytes, PartitionJournal journal) {
        removedBytes = Math.max(0, removedBytes - bytes);
        if (removedBytes >= WORTHWHILE_BYTES) {
            removedBytes = 0;
            journal.shrink();
        }
    }
}
