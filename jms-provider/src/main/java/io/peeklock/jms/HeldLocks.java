/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.LockToken;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The deliveries that the application has and has not settled, in the order it got them.
 *
 * <p>Thread safe: a session is closed from other threads. Whoever takes a token out settles it, so none is settled
 * twice.
 */
final class HeldLocks {

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<LockToken> tokens = new LinkedHashSet<>();
    /** Those of them that the bus has taken back. */
    private final Set<LockToken> lost = new HashSet<>();

    /** Adds one; returns how many there are then. */
    int add(LockToken token) {
        lock.lock();
        try {
            tokens.add(token);
            return tokens.size();
        } finally {
            lock.unlock();
        }
    }

    /** One is lost: it stays, since whoever settles it must be told; false if it is none of these. */
    boolean lost(LockToken token) {
        lock.lock();
        try {
            return tokens.contains(token) && lost.add(token);
        } finally {
            lock.unlock();
        }
    }

    /** How many there are that are not lost. */
    int unacknowledged() {
        lock.lock();
        try {
            return tokens.size() - lost.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes one out; false if somebody else has. */
    boolean take(LockToken token) {
        lock.lock();
        try {
            lost.remove(token);
            return tokens.remove(token);
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return tokens.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Takes those out that were received under one holding of a session, in order. */
    List<LockToken> takeOf(UUID sessionLock) {
        lock.lock();
        try {
            List<LockToken> some = tokens.stream()
                    .filter(token -> sessionLock.equals(token.sessionLock()))
                    .toList();
            some.forEach(tokens::remove);
            some.forEach(lost::remove);
            return some;
        } finally {
            lock.unlock();
        }
    }

    /** Takes all out, in order. */
    List<LockToken> takeAll() {
        lock.lock();
        try {
            List<LockToken> all = new ArrayList<>(tokens);
            tokens.clear();
            lost.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }
}
