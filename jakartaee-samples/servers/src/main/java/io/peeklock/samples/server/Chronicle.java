/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the beans have done, for the page that tells it.
 *
 * <p>Thread safe. Its lock is held for moments only.
 */
@ApplicationScoped
public class Chronicle {

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final List<String> lines = new ArrayList<>();

    public void note(String line) {
        lock.lock();
        try {
            lines.add(line);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until so many lines are there, takes them away, and gives them; after a minute what is there. */
    public List<String> take(int count) throws InterruptedException {
        lock.lock();
        try {
            long left = PATIENCE_NS;
            while (lines.size() < count && left > 0) {
                left = grown.awaitNanos(left);
            }
            List<String> taken = List.copyOf(lines);
            lines.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
