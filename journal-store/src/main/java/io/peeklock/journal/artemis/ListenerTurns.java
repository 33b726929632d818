/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls a journal's listener, and knows when the listener must not append (journal danger 12).
 *
 * <p>The flusher alone calls the listener; the rest is for any thread.
 */
final class ListenerTurns {

    private final JournalListener listener;
    // Held by the flusher while the listener is called.
    private final ReentrantLock turn = new ReentrantLock();
    private final AtomicInteger reservations = new AtomicInteger();
    // Of the flusher alone.
    private boolean failureTold;

    ListenerTurns(JournalListener listener) {
        this.listener = listener;
    }

    /**
     * From when this returns until {@link #unreserve}, the listener is told that there is no room, so that it does not
     * append on the flusher's thread: the caller is about to hold what appends wait for, and to wait for the flusher.
     */
    void reserve() {
        reservations.incrementAndGet();
        turn.lock();
        turn.unlock();
    }

    void unreserve() {
        reservations.decrementAndGet();
    }

    boolean isReserved() {
        return reservations.get() != 0;
    }

    /** Whether this is the flusher's thread, in the listener: it must not wait for itself. */
    boolean isTurnOfThisThread() {
        return turn.isHeldByCurrentThread();
    }

    void tellProgress(boolean isDurable, long index, boolean hasRoom) {
        turn.lock();
        try {
            if (isDurable) {
                listener.durable(index);
            }
            if (hasRoom) {
                listener.roomAvailable();
            }
        } finally {
            turn.unlock();
        }
    }

    /** Tells of the failure, once. */
    void tellFailure(JournalException cause) {
        if (!failureTold) {
            failureTold = true;
            listener.failed(cause);
        }
    }
}
