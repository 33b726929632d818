/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LockLostListener;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.LostLock;
import io.peeklock.broker.LostLock.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Counts locks that are lost, and tells their owners, after the round in which that was decided.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class LockLosses {
    private final PartitionState state;

    LockLosses(PartitionState state) {
        this.state = state;
    }

    /** The lock of a message is about to end. */
    void lost(Round round, MessageLock lock, Reason reason) {
        Runnable told = told(lock, reason);
        if (told != null) {
            round.afterAppend.add(Replies.afterwards(told));
        }
    }

    /** A session's lock is about to end, and with it those of its unsettled messages. */
    void lost(Round round, SessionLock session, Reason reason) {
        told(session, reason).forEach(told -> round.afterAppend.add(Replies.afterwards(told)));
    }

    /** The entity is about to go. */
    void gone(Round round, Fragment fragment) {
        told(fragment, Reason.ENTITY_DELETED).forEach(told -> round.afterAppend.add(Replies.afterwards(told)));
    }

    /** The partition is out: no lock of it holds any more. */
    List<Runnable> allLost() {
        List<Runnable> all = new ArrayList<>();
        for (Fragment fragment : state.fragments()) {
            all.addAll(told(fragment, Reason.PARTITION_OUT));
        }
        return all;
    }

    private List<Runnable> told(Fragment fragment, Reason reason) {
        List<Runnable> all = new ArrayList<>();
        for (MessageLock lock = fragment.locks.first(); lock != null; lock = lock.next) {
            add(all, told(lock, reason));
        }
        SessionTable sessions = fragment.sessions();
        if (sessions != null) {
            sessions.locks().forEach(session -> all.addAll(told(session, reason)));
        }
        return all;
    }

    /** Who moves on from session to session and holds no message of this one has lost nothing. */
    private List<Runnable> told(SessionLock session, Reason reason) {
        List<Runnable> all = new ArrayList<>();
        LockLostListener listener = session.holder.lockLost();
        session.fragment.queue.activity.locksLost += session.movesOn ? 0 : 1;
        if (listener != null && !session.movesOn) {
            LostLock lost = new LostLock(session.fragment.path(false), null, null, session.session.id, reason);
            all.add(() -> listener.lockLost(lost));
        }
        session.unsettled.forEach(entry -> add(all, entry.lock == null ? null : told(entry.lock, reason)));
        return all;
    }

    private @Nullable Runnable told(MessageLock lock, Reason reason) {
        LockWatch watch = lock.watch;
        MessageEntry entry = lock.entry;
        Activity.of(entry).locksLost++;
        if (watch == null) {
            return null;
        }
        SessionLock session = lock.session;
        UUID holding = session == null ? null : session.token;
        LockToken token =
                new LockToken(state.partition, entry.fragment.entityId(), entry.sequenceNumber, lock.token, holding);
        LostLock lost = new LostLock(
                entry.fragment.path(entry.delivery.deadLettered()),
                token,
                watch.messageId(),
                session == null ? null : session.session.id,
                reason);
        return () -> watch.listener().lockLost(lost);
    }

    private static void add(List<Runnable> all, @Nullable Runnable one) {
        if (one != null) {
            all.add(one);
        }
    }
}
