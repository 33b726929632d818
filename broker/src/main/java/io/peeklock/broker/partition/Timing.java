/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Map;

/**
 * Decides what happens by itself when time passes: locks run out or are renewed, messages expire.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Timing {
    /** Changes a tick may make; more wait for the next, so that commands are not held up. */
    private static final int CHANGES_PER_TICK = 1000;

    private final PartitionState state;
    private final Settling settling;

    Timing(PartitionState state, Settling settling) {
        this.state = state;
        this.settling = settling;
    }

    /** Does what is due. */
    void tick(Round round) {
        int left = CHANGES_PER_TICK;
        for (Fragment fragment : state.fragments()) {
            left = expireLocks(round, fragment, left);
            left = expireMessages(round, fragment, left);
            if (left <= 0) {
                break;
            }
        }
        lookAhead();
    }

    private int expireLocks(Round round, Fragment fragment, int limit) {
        int left = limit;
        MessageLock lock = fragment.locks.first();
        while (lock != null && lock.deadlineNanos - round.nanos <= 0 && left-- > 0) {
            if (Settling.isRenewed(lock, round.nanos)) {
                settling.extend(round, lock);
            } else {
                settling.failDelivery(round, lock.entry, Map.of());
            }
            lock = fragment.locks.first();
        }
        return left;
    }

    private int expireMessages(Round round, Fragment fragment, int limit) {
        int left = limit;
        MessageEntry entry = fragment.firstToExpire();
        while (entry != null && entry.expiresAtMs <= round.wallMs && left-- > 0) {
            if (entry.lock != null || entry.position == MessageEntry.Position.PARKED) {
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

    /** Finds what is due next. */
    private void lookAhead() {
        state.deadlines.clear();
        for (Fragment fragment : state.fragments()) {
            MessageLock lock = fragment.locks.first();
            if (lock != null) {
                state.deadlines.lockUntil(lock.deadlineNanos);
            }
            MessageEntry entry = fragment.firstToExpire();
            if (entry != null) {
                state.deadlines.expiryAt(entry.expiresAtMs);
            }
        }
    }
}
