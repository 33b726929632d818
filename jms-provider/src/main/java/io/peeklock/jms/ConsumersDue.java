/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Consumers of a session that its listeners look at next, in turn, each once.
 *
 * <p>Thread safe.
 */
final class ConsumersDue {

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<PeeklockConsumer> due = new LinkedHashSet<>();

    /** Behind the others; where it is, if it is one of them. */
    void add(PeeklockConsumer consumer) {
        addAll(Set.of(consumer));
    }

    void addAll(Collection<PeeklockConsumer> consumers) {
        lock.lock();
        try {
            due.addAll(consumers);
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first one out; null if there is none. */
    @Nullable
    PeeklockConsumer next() {
        lock.lock();
        try {
            Iterator<PeeklockConsumer> first = due.iterator();
            if (!first.hasNext()) {
                return null;
            }
            PeeklockConsumer next = first.next();
            first.remove();
            return next;
        } finally {
            lock.unlock();
        }
    }
}
