/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import org.jspecify.annotations.Nullable;

/**
 * What the journal of one epoch of a partition has said so far. Raised by journal threads, read by the driver; what an
 * old journal says after a reopening reaches nobody.
 *
 * <p>Thread safe.
 */
final class JournalWatch implements JournalListener {
    private final Runnable wake;
    private volatile long durableIndex;
    private volatile @Nullable JournalException failure;

    JournalWatch(Runnable wake) {
        this.wake = wake;
    }

    @Override
    public void durable(long index) {
        durableIndex = index;
        wake.run();
    }

    @Override
    public void failed(JournalException cause) {
        failure = cause;
        wake.run();
    }

    long durableIndex() {
        return durableIndex;
    }

    @Nullable
    JournalException failure() {
        return failure;
    }
}
