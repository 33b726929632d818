/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.TreeSet;
import java.util.UUID;

/**
 * The lock of a session, which covers all its messages (rule G3). Volatile: a reopened partition has none.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class SessionLock {
    final Fragment fragment;
    final Session session;
    final UUID token;
    final Subscriber holder;
    final boolean movesOn;
    /** What its holder has received and not settled, in order. */
    final TreeSet<MessageEntry> unsettled = new TreeSet<>(Session.BY_NUMBER);

    /** Renewed by itself until then; {@link Long#MAX_VALUE} as long as it is held. */
    long autoRenewUntilNanos;

    long deadlineNanos;
    long lockedUntilMs;
    /** The holder is closed and only its unsettled messages keep it. */
    boolean leaving;

    SessionLock(Fragment fragment, Session session, UUID token, Subscriber holder, boolean movesOn) {
        this.fragment = fragment;
        this.session = session;
        this.token = token;
        this.holder = holder;
        this.movesOn = movesOn;
    }

    /** Whether it renews itself at this time. Who moves on and holds nothing does not keep a session from others. */
    boolean isRenewed(long nanos) {
        boolean inTime = autoRenewUntilNanos == Long.MAX_VALUE || autoRenewUntilNanos - nanos > 0;
        return inTime && !(movesOn && unsettled.isEmpty());
    }

    /** Whether it is over, also if the timer is late. */
    boolean isOver(long nanos) {
        return deadlineNanos - nanos <= 0 && !isRenewed(nanos);
    }

    /** Whether its holder has no use for it any more. */
    boolean isDone() {
        return movesOn && unsettled.isEmpty() && (leaving || session.waiting.isEmpty());
    }
}
