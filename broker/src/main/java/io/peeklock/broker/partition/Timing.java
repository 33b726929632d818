/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LostLock;
import io.peeklock.broker.MessageState;

/**
 * Decides what happens by itself when time passes: locks run out or are renewed, delayed messages come, messages expire.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Timing {
    /** Changes a tick may make; more wait for the next, so that commands are not held up. */
    static final int CHANGES_PER_TICK = 1000;

    /** So much that is written in a tick counts as a change. */
    private static final int BYTES_PER_CHANGE = 16 * 1024;

    private final PartitionState state;
    private final Enqueuing enqueuing;
    private final Settling settling;
    private final Duplicates duplicates;
    private final SessionLocking sessions;
    private final Forwarding forwarding;
    private final LockLosses losses;
    private final Transfers transfers;

    Timing(
            PartitionState state,
            Enqueuing enqueuing,
            Settling settling,
            Duplicates duplicates,
            SessionLocking sessions,
            Forwarding forwarding,
            LockLosses losses,
            Transfers transfers) {
        this.state = state;
        this.enqueuing = enqueuing;
        this.settling = settling;
        this.duplicates = duplicates;
        this.sessions = sessions;
        this.forwarding = forwarding;
        this.losses = losses;
        this.transfers = transfers;
    }

    /** Does what is due; fragments whose turn did not come are the first of the next tick. */
    void tick(Round round) {
        state.deadlines.clear();
        forwarding.tick(round);
        transfers.tick(round);
        int left = CHANGES_PER_TICK;
        for (int turns = state.timed(); turns > 0; turns--) {
            if (left <= 0) {
                state.deadlines.now(round.nanos);
                return;
            }
            Fragment fragment = state.takeTimed();
            if (fragment != null) {
                left = expireLocks(round, fragment, left);
                left = sessions.expire(round, fragment, left);
                left = activate(round, fragment, left);
                left = expireMessages(round, fragment, left);
                left = duplicates.sweep(round, fragment, left);
                lookAhead(fragment);
            }
        }
    }

    /** After a load: what became due while nobody was there comes at once (rule N4), the rest of very many with a tick. */
    void activateOverdue(Round round) {
        int left = CHANGES_PER_TICK;
        for (Fragment fragment : state.fragments()) {
            left = activate(round, fragment, left);
        }
    }

    private int activate(Round round, Fragment fragment, int limit) {
        int left = limit;
        MessageEntry entry = fragment.firstDue();
        while (entry != null && entry.dueMs() <= round.wallMs && left > 0) {
            if (entry.delivery.isHeldBack()) {
                settling.endDelay(round, entry);
                left--;
            } else {
                int copies = enqueuing.activate(round, entry);
                // Copies of a large one fill a batch sooner than their number says.
                left -= copies
                        + (int) Math.min(CHANGES_PER_TICK, (long) copies * entry.contentBytes / BYTES_PER_CHANGE);
            }
            entry = fragment.firstDue();
        }
        return left;
    }

    private int expireLocks(Round round, Fragment fragment, int limit) {
        int left = limit;
        MessageLock lock = fragment.locks.first();
        while (lock != null && lock.deadlineNanos - round.nanos <= 0 && left-- > 0) {
            if (Settling.isRenewed(lock, round.nanos)) {
                settling.extend(round, lock);
            } else {
                losses.lost(round, lock, LostLock.Reason.EXPIRED);
                settling.failDelivery(round, lock.entry);
            }
            lock = fragment.locks.first();
        }
        return left;
    }

    private int expireMessages(Round round, Fragment fragment, int limit) {
        int left = limit;
        MessageEntry entry = fragment.firstToExpire();
        while (entry != null && entry.expiresAtMs <= round.wallMs && left-- > 0) {
            if (entry.lock != null || isSetAside(entry)) {
                // A locked message may be completed after its expiry (rule T4), a deferred one stays (rule F4): each
                // meets its expiry when it comes back.
                fragment.unwatchExpiry(entry);
            } else {
                settling.expire(round, entry, entry.delivery);
            }
            entry = fragment.firstToExpire();
        }
        return left;
    }

    /** One that can never be delivered, because it expires before it is due, need not be kept until then. */
    private static boolean isSetAside(MessageEntry entry) {
        return entry.position == MessageEntry.Position.PARKED
                && !(entry.delivery.state() == MessageState.SCHEDULED && entry.expiresAtMs <= entry.dueMs());
    }

    /** Finds what is due next. */
    private void lookAhead(Fragment fragment) {
        MessageLock lock = fragment.locks.first();
        if (lock != null) {
            state.lockUntil(fragment, lock.deadlineNanos);
        }
        SessionTable table = fragment.sessions();
        SessionLock session = table == null ? null : table.firstToExpire();
        if (session != null) {
            state.lockUntil(fragment, session.deadlineNanos);
        }
        MessageEntry entry = fragment.firstToExpire();
        if (entry != null) {
            state.wallTime(fragment, entry.expiresAtMs);
        }
        if (fragment.seenIds.size() > 0) {
            state.wallTime(fragment, Duplicates.sweepAtMs(fragment));
        }
        MessageEntry due = fragment.firstDue();
        if (due != null) {
            state.wallTime(fragment, due.dueMs());
        }
    }
}
