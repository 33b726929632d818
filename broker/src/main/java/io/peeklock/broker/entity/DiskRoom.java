/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalStore;
import java.util.Optional;

/**
 * Refuses what takes room before a disk is full, so that receiving and settling go on (journal danger 10).
 *
 * <p>Has no state; any thread.
 */
public final class DiskRoom {

    /** So much is kept free. */
    private static final long RESERVED_BYTES = 32L << 20;

    private DiskRoom() {}

    /** Why nothing more should be stored in this journal, empty if there is room. Looks at the device. */
    public static Optional<BrokerException> refusal(JournalStore store, int journal) {
        long usable = store.usableBytes(journal);
        if (usable >= RESERVED_BYTES) {
            return Optional.empty();
        }
        String whose = journal == JournalStore.DEFINITIONS ? "the definitions" : "partition " + journal;
        return Optional.of(new BrokerException(
                ErrorCode.QuotaExceeded,
                "the disk of " + whose + " is full: " + usable + " bytes are left, " + RESERVED_BYTES
                        + " are kept free; free some space, or receive messages and let the journal shrink"));
    }

    /**
     * Lets pass what is to be stored in a journal that has room.
     *
     * @throws BrokerException QuotaExceeded
     */
    static void require(JournalStore store, int journal) {
        Optional<BrokerException> full = refusal(store, journal);
        if (full.isPresent()) {
            throw full.get();
        }
    }
}
