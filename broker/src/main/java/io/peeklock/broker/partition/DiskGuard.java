/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.DiskRoom;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import org.jspecify.annotations.Nullable;

/**
 * Refuses sends before the disk is full, so that receiving and settling go on (journal danger 10).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class DiskGuard {
    private static final long CHECK_NANOS = 250_000_000;

    private final JournalStore store;
    private final int partition;
    private boolean checked;
    private long checkedAtNanos;
    private @Nullable BrokerException refusal;

    DiskGuard(JournalStore store, int partition) {
        this.store = store;
        this.partition = partition;
    }

    /**
     * Why nothing can be stored, or null. Looks at the device a few times a second, and has the journal shrink while that is
     * full: what is received and settled makes room.
     */
    @Nullable
    BrokerException refusal(long nanos, PartitionJournal journal) {
        if (!checked || nanos - checkedAtNanos >= CHECK_NANOS) {
            checked = true;
            checkedAtNanos = nanos;
            refusal = DiskRoom.refusal(store, partition).orElse(null);
            if (refusal != null) {
                journal.shrink();
            }
        }
        return refusal;
    }
}
