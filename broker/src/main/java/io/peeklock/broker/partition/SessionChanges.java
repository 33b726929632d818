/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies the changes of sessions to a partition's state, and notes the queues whose sessions want to be looked at.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class SessionChanges {
    private final PartitionState state;

    /** Queues in which a session has come to be free, or something has happened to a held one. */
    private final Set<SubQueue> woken = new LinkedHashSet<>();

    private long indexBytes;

    SessionChanges(PartitionState state) {
        this.state = state;
    }

    /** What the sessions take of the memory for the index. */
    long indexBytes() {
        return indexBytes;
    }

    private void count(@Nullable SessionTable sessions) {
        indexBytes += sessions == null ? 0 : sessions.indexGrowth();
    }

    void apply(Change change) {
        if (change instanceof Change.SessionLocked c) {
            c.lock().fragment.sessionsForState().lock(c.lock());
            count(c.lock().fragment.sessions());
            state.lockUntil(c.lock().fragment, c.lock().deadlineNanos);
        } else if (change instanceof Change.SessionExtended c) {
            c.lock()
                    .fragment
                    .sessionsForState()
                    .extend(c.lock(), c.deadlineNanos(), c.lockedUntilMs(), c.autoRenewUntilNanos());
            state.lockUntil(c.lock().fragment, c.deadlineNanos());
        } else if (change instanceof Change.SessionLeft c) {
            c.lock().leaving = true;
            wake(c.lock());
        } else if (change instanceof Change.SessionUnlocked c) {
            c.lock().fragment.sessionsForState().unlock(c.lock());
            count(c.lock().fragment.sessions());
            woken.add(c.lock().fragment.queue);
        } else if (change instanceof Change.SessionStateSet c) {
            c.fragment().sizeBytes += c.fragment().sessionsForState().setState(c.sessionId(), c.state(), c.recordId());
            count(c.fragment().sessions());
        } else if (change instanceof Change.SessionKnown c) {
            c.entry().sessionId = c.sessionId();
            if (c.entry().position != MessageEntry.Position.STAGED) {
                c.entry().fragment.joinsSession(c.entry());
                placed(c.entry());
            }
        } else {
            throw new IllegalStateException("unknown change " + change);
        }
    }

    /** A prepared part keeps a session from others, or one does so no longer. */
    void heldByPart(Fragment fragment, String sessionId, int delta) {
        SessionTable sessions = fragment.sessionsForState();
        sessions.heldByPart(sessionId, delta);
        count(sessions);
        woken.add(fragment.queue);
    }

    /** A message may have come to stand elsewhere in its session. */
    void placed(MessageEntry entry) {
        SessionTable sessions = entry.sessionId == null ? null : entry.fragment.sessions();
        if (sessions != null) {
            sessions.placed(entry);
            count(sessions);
            woken.add(entry.fragment.queue);
        }
    }

    /** Somebody must look whether the holder of a session still needs it. */
    void wake(SessionLock lock) {
        lock.fragment.sessionsForState().changed(lock);
        woken.add(lock.fragment.queue);
    }

    /** Moves the queues whose sessions want to be looked at. */
    void drainWoken(Set<SubQueue> into) {
        if (!woken.isEmpty()) {
            into.addAll(woken);
            woken.clear();
        }
    }
}
