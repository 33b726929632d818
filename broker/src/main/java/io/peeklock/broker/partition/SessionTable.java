/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.partition.MessageEntry.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a fragment: which are free and have messages, which are held and by whom.
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class SessionTable {
    private final SubQueue queue;
    private final Map<String, Session> sessions = new HashMap<>();
    /** Nobody holds them and their next message can be received, longest first. */
    private final Set<Session> free = new LinkedHashSet<>();
    /** Held ones that have changed since somebody has looked at them. */
    private final Set<Session> woken = new LinkedHashSet<>();

    private final Map<UUID, SessionLock> locks = new HashMap<>();
    private final Map<Subscriber, SessionLock> byHolder = new IdentityHashMap<>();
    private final TreeSet<SessionLock> byDeadline = new TreeSet<>((a, b) -> {
        long before = a.deadlineNanos - b.deadlineNanos;
        return before != 0 ? Long.signum(before) : a.token.compareTo(b.token);
    });
    private int states;

    SessionTable(SubQueue queue) {
        this.queue = queue;
    }

    @Nullable
    Session find(String id) {
        return sessions.get(id);
    }

    private Session obtain(String id) {
        return sessions.computeIfAbsent(id, Session::new);
    }

    Collection<Session> all() {
        return sessions.values();
    }

    /** How many sessions have a state. */
    int states() {
        return states;
    }

    // ---- Messages

    /** A message is in the queue, under its number. */
    void joined(MessageEntry entry) {
        String id = entry.sessionId;
        if (id != null) {
            obtain(id).messages++;
        }
    }

    /** A message leaves the queue, or its number. */
    void left(MessageEntry entry) {
        Session session = entry.sessionId == null ? null : sessions.get(entry.sessionId);
        if (session != null) {
            session.messages--;
            session.waiting.remove(entry);
            refresh(session);
        }
    }

    /** A message may have come to stand elsewhere. */
    void placed(MessageEntry entry) {
        Session session = entry.sessionId == null ? null : sessions.get(entry.sessionId);
        if (session == null || entry.delivery.deadLettered()) {
            return;
        }
        if (entry.position == Position.PENDING || entry.position == Position.READY) {
            session.waiting.add(entry);
        } else {
            session.waiting.remove(entry);
        }
        refresh(session);
    }

    private void refresh(Session session) {
        if (session.lock != null) {
            woken.add(session);
        } else if (session.next() != null) {
            free.add(session);
        } else {
            free.remove(session);
            if (session.isNothing()) {
                sessions.remove(session.id);
            }
        }
        queue.sessionsReady(!free.isEmpty());
    }

    // ---- Locks

    boolean hasFree() {
        return !free.isEmpty();
    }

    /** A session that is free and has a message, or null. */
    @Nullable
    Session free(SessionDemand demand) {
        String id = demand.sessionId();
        if (id == null) {
            return free.isEmpty() ? null : free.iterator().next();
        }
        Session session = sessions.get(id);
        return session != null && free.contains(session) ? session : null;
    }

    /** A session without messages can be held too: it comes into being. */
    Session forLock(String id) {
        return obtain(id);
    }

    /** Held sessions of which somebody must look what is to be done. */
    boolean hasWoken() {
        return !woken.isEmpty();
    }

    @Nullable
    Session takeWoken() {
        if (woken.isEmpty()) {
            return null;
        }
        Session session = woken.iterator().next();
        woken.remove(session);
        return session;
    }

    void wake(Session session) {
        woken.add(session);
    }

    void lock(SessionLock lock) {
        Session session = lock.session;
        session.lock = lock;
        free.remove(session);
        locks.put(lock.token, lock);
        byHolder.put(lock.holder, lock);
        byDeadline.add(lock);
        queue.sessionsReady(!free.isEmpty());
    }

    void unlock(SessionLock lock) {
        locks.remove(lock.token);
        byHolder.remove(lock.holder);
        byDeadline.remove(lock);
        lock.session.lock = null;
        woken.remove(lock.session);
        refresh(lock.session);
    }

    void extend(SessionLock lock, long deadlineNanos, long lockedUntilMs, long autoRenewUntilNanos) {
        byDeadline.remove(lock);
        lock.deadlineNanos = deadlineNanos;
        lock.lockedUntilMs = lockedUntilMs;
        lock.autoRenewUntilNanos = autoRenewUntilNanos;
        byDeadline.add(lock);
    }

    /** What a message under a session's lock was settled, or received: its holder may have no use for the session. */
    void changed(SessionLock lock) {
        if (lock.session.lock == lock) {
            woken.add(lock.session);
        }
    }

    @Nullable
    SessionLock lock(UUID token) {
        return locks.get(token);
    }

    @Nullable
    SessionLock heldBy(Subscriber subscriber) {
        return byHolder.get(subscriber);
    }

    @Nullable
    SessionLock firstToExpire() {
        return byDeadline.isEmpty() ? null : byDeadline.first();
    }

    Collection<SessionLock> locks() {
        return locks.values();
    }

    // ---- States

    /** Sets or clears a state; returns by how many bytes the fragment grows. */
    int setState(String id, byte @Nullable [] state, long recordId) {
        Session session = obtain(id);
        int grows = (state == null ? 0 : state.length) - session.stateBytes();
        states += (state == null ? 0 : 1) - (session.state == null ? 0 : 1);
        session.state = state;
        session.stateRecordId = recordId;
        refresh(session);
        return grows;
    }

    /** A session that has a state, or null. */
    @Nullable
    Session withState() {
        if (states > 0) {
            for (Session session : sessions.values()) {
                if (session.state != null) {
                    return session;
                }
            }
        }
        return null;
    }
}
