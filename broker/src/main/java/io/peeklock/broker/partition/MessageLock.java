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

    /** The session's lock, on whose life this one's depends (rule G4); null where there are no sessions. */
    final @Nullable SessionLock session;

    /** Who wants to hear when it is lost; null if nobody does. */
    final @Nullable LockWatch watch;

    /** What the message is locked for, without an end; null if a receiver or a prepared part holds it. */
    final @Nullable Transfer transfer;

    /** The prepared part that holds it, without an end; null if something else does. */
    final @Nullable BranchPart part;

    long deadlineNanos;
    /** Of a message in a session the session's says more, see {@link #lockedUntilMs()}. */
    long lockedUntilMs;

    @Nullable
    MessageLock previous;

    @Nullable
    MessageLock next;

    /** Of a message that goes to another partition: nobody knows its token. */
    MessageLock(MessageEntry entry, Transfer transfer) {
        this.entry = entry;
        this.token = transfer.id;
        this.autoRenewUntilNanos = Long.MAX_VALUE;
        this.session = null;
        this.watch = null;
        this.transfer = transfer;
        this.part = null;
    }

    /** Of a message that a transaction has prepared: who received it has this lock no longer. */
    MessageLock(MessageEntry entry, BranchPart part) {
        this.entry = entry;
        this.token = part.id();
        this.autoRenewUntilNanos = Long.MAX_VALUE;
        this.session = null;
        this.watch = null;
        this.transfer = null;
        this.part = part;
    }

    MessageLock(
            MessageEntry entry,
            UUID token,
            long autoRenewUntilNanos,
            @Nullable SessionLock session,
            @Nullable LockWatch watch) {
        this.entry = entry;
        this.token = token;
        this.autoRenewUntilNanos = autoRenewUntilNanos;
        this.session = session;
        this.watch = watch;
        this.transfer = null;
        this.part = null;
    }

    /** Whether somebody received the message, and may lose it. */
    boolean hasEnd() {
        return transfer == null && part == null;
    }

    long lockedUntilMs() {
        SessionLock held = session;
        return held == null ? lockedUntilMs : held.lockedUntilMs;
    }
}
