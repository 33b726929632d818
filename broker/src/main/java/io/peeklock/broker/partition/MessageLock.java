/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one delivery (rule L8) and its place in the fragment's order of deadlines. Volatile: a reopened partition
 * has none.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class MessageLock {
    final MessageEntry entry;
    final UUID token;
    /** Renewed by itself until then; {@link Long#MAX_VALUE} as long as it is not settled. */
    final long autoRenewUntilNanos;

    long deadlineNanos;
    long lockedUntilMs;

    @Nullable
    MessageLock previous;

    @Nullable
    MessageLock next;

    MessageLock(MessageEntry entry, UUID token, long autoRenewUntilNanos) {
        this.entry = entry;
        this.token = token;
        this.autoRenewUntilNanos = autoRenewUntilNanos;
    }
}
