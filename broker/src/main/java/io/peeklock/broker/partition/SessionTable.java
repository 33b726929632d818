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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    private int held;
    private int states;
    private long stateBytes;
    private long indexBytes;
    private long knownIndexBytes;

    SessionTable(SubQueue queue) {
        this.queue = queue;
    }

    @Nullable
    Session find(String id) {
        return sessions.get(id);
    }

    private Session obtain(String id) {
        Session session = sessions.get(id);
        if (session == null) {
            session = new Session(id);
            sessions.put(id, session);
            indexBytes += Session.indexBytes(id);
        }
        return session;
    }

    Collection<Session> all() {
        return sessions.values();
    }

    /** How many there are. */
    int size() {
        return sessions.size();
    }

    /** How many of them nobody else gets. */
    int held() {
        return held;
    }

    /** The first of those behind an id, or of all, in the order of the ids; the empty id is one. */
    Collection<Session> after(@Nullable String id, int max) {
        TreeMap<String, Session> first = new TreeMap<>();
        for (Session session : sessions.values()) {
            boolean isWanted = first.size() < max || session.id.compareTo(first.lastKey()) < 0;
            if (isWanted && (id == null || session.id.compareTo(id) > 0) && !session.isNothing()) {
                first.put(session.id, session);
                if (first.size() > max) {
                    first.pollLastEntry();
                }
            }
        }
        return first.values();
    }

    /** By how many bytes the index has grown since this was asked last. */
    long indexGrowth() {
        long growth = indexBytes - knownIndexBytes;
        knownIndexBytes = indexBytes;
        return growth;
    }

    /** How many sessions have a state. */
    int states() {
        return states;
    }

    /** How large they are. */
    long stateBytes() {
        return stateBytes;
    }

    // ---- Messages

    /** A message is in the queue, under its number. */
    void joined(MessageEntry entry) {
        String id = entry.sessionId;
        if (id != null) {
            Session session = obtain(id);
            session.messages++;
            // The contents may go to the swap: one copy of the id is enough here.
            entry.sessionId = session.id;
        }
    }

    /** A message leaves the queue, or its number. */
    void left(MessageEntry entry) {
        Session session = entry.sessionId == null ? null : sessions.get(entry.sessionId);
        if (session != null) {
            session.messages--;
            waitsNoMore(session, entry);
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
            indexBytes += session.waiting.add(entry) ? Session.INDEX_BYTES_PER_WAITING : 0;
        } else {
            waitsNoMore(session, entry);
        }
        refresh(session);
    }

    private void waitsNoMore(Session session, MessageEntry entry) {
        indexBytes -= session.waiting.remove(entry) ? Session.INDEX_BYTES_PER_WAITING : 0;
    }

    private void refresh(Session session) {
        if (session.lock != null) {
            woken.add(session);
        } else if (!session.isHeld() && session.next() != null) {
            free.add(session);
        } else {
            free.remove(session);
            if (session.isNothing()) {
                sessions.remove(session.id);
                indexBytes -= Session.indexBytes(session.id);
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
        held += session.isHeld() ? 0 : 1;
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
        held -= lock.session.isHeld() ? 0 : 1;
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

    /** A prepared part keeps a session from others, or one does so no longer. */
    void heldByPart(String id, int delta) {
        Session session = obtain(id);
        held -= session.isHeld() ? 1 : 0;
        session.parts += delta;
        held += session.isHeld() ? 1 : 0;
        refresh(session);
    }

    // ---- States

    /** Sets or clears a state; returns by how many bytes the fragment grows. */
    int setState(String id, byte @Nullable [] state, long recordId) {
        Session session = obtain(id);
        int grows = (state == null ? 0 : state.length) - session.stateBytes();
        indexBytes += grows;
        stateBytes += grows;
        states += (state == null ? 0 : 1) - (session.state == null ? 0 : 1);
        session.state = state;
        session.stateRecordId = recordId;
        refresh(session);
        return grows;
    }

    /** Some of the sessions that have a state, none only if there is none. */
    List<Session> withState(int max) {
        return states == 0
                ? List.of()
                : sessions.values().stream()
                        .filter(session -> session.state != null)
                        .limit(max)
                        .toList();
    }
}
