/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.LostLock;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the lock-lost listener of one connection, once for each lock, whether the bus says that it is lost or a completion has
 * failed.
 *
 * <p>Thread safe; called on threads of the bus, and calls the listener on another.
 */
final class LockLosses implements io.peeklock.broker.LockLostListener {

    private static final Logger LOG = LoggerFactory.getLogger(LockLosses.class);

    /** A completion that fails because its partition does is heard of soon after the loss of its lock. */
    private static final int REMEMBERED = 16_384;

    private final Executor events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<UUID> told = new LinkedHashSet<>();
    private volatile @Nullable LockLostListener listener;

    /** @param events where the listener is called, one call after the other */
    LockLosses(Executor events) {
        this.events = events;
    }

    void listener(@Nullable LockLostListener next) {
        listener = next;
    }

    @Nullable
    LockLostListener listener() {
        return listener;
    }

    @Override
    public void lockLost(LostLock lost) {
        LockToken token = lost.token();
        if (token == null || isNew(token.id())) {
            tell(LockLostEvent.of(lost));
        }
    }

    /** The session could not complete it, for another reason than that its lock is lost. */
    void notCompleted(LockToken token, LockLostEvent event) {
        if (isNew(token.id())) {
            tell(event);
        }
    }

    /** Whether this lock is known to be lost. */
    boolean isTold(LockToken token) {
        lock.lock();
        try {
            return told.contains(token.id());
        } finally {
            lock.unlock();
        }
    }

    private boolean isNew(UUID delivery) {
        lock.lock();
        try {
            if (told.size() >= REMEMBERED) {
                told.remove(told.iterator().next());
            }
            return told.add(delivery);
        } finally {
            lock.unlock();
        }
    }

    private void tell(LockLostEvent event) {
        LockLostListener current = listener;
        if (current == null) {
            LOG.debug("nobody listens: {}", event);
        } else {
            events.execute(() -> {
                // Not if it was taken away, or the connection closed, while the event waited.
                if (listener == current) {
                    current.onLockLost(event);
                }
            });
        }
    }
}
