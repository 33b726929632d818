/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the first failure of a journal: after it nothing is acknowledged and nothing tried again (journal dangers 1 and 2).
 *
 * <p>Set under the writer's lock, read by any thread.
 */
final class FailureLatch {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLatch.class);

    private final String name;
    private volatile @Nullable JournalException failure;

    /**
     * A latch.
     *
     * @param name of the journal, for messages
     */
    FailureLatch(String name) {
        this.name = name;
    }

    /** Takes a failure, if it is the first. */
    boolean set(JournalException cause) {
        if (failure != null) {
            return false;
        }
        failure = cause;
        LOG.error("{} has failed and refuses from now on: {}", name, cause.getMessage());
        return true;
    }

    @Nullable
    JournalException get() {
        return failure;
    }

    boolean isSet() {
        return failure != null;
    }

    void requireWorking() throws IOException {
        if (failure != null) {
            throw new IOException(name + " has failed", failure);
        }
    }

    /** What an error means, of the disk if there is one of the disk under it. */
    JournalException because(String what, Throwable cause) {
        Throwable root = cause;
        while (!(root instanceof IOException) && root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof IOException io
                ? DiskErrors.because(name + ": " + what, io)
                : new JournalException(Reason.IO, name + ": " + what + ": " + cause, cause);
    }
}
