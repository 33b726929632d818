/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A credit of one message that several receivers share: while one of them has it, no request of the others that was made with it is
 * served, so that no message ages under a lock for somebody who is at work (rule L5).
 *
 * <p>Thread safe. What a message costs does not depend on how many share it: when it is given back, only those ask again for whom
 * something had come meanwhile, in that order, until one of them has it.
 */
public final class SharedCredit {

    /** Held for moments, never while others are called. */
    private final ReentrantLock lock = new ReentrantLock();

    /** What those do, once each, who were to be served while another one had it. */
    private final Set<Runnable> passedOver = new LinkedHashSet<>();

    private boolean taken;

    /**
     * Whether nobody has it; may change at any moment.
     *
     * @param ifTaken is run when it has been given back, if somebody has it; the same each time for one receiver
     */
    public boolean isFree(Runnable ifTaken) {
        lock.lock();
        try {
            return isFreeUnderLock(ifTaken);
        } finally {
            lock.unlock();
        }
    }

    /** Takes it, if nobody has it; else as {@link #isFree}. */
    public boolean tryTake(Runnable ifTaken) {
        lock.lock();
        try {
            boolean free = isFreeUnderLock(ifTaken);
            taken = true;
            return free;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFreeUnderLock(Runnable ifTaken) {
        if (taken) {
            passedOver.add(ifTaken);
        }
        return !taken;
    }

    /** The message is done with, or did not come. For who has it, once. */
    public void giveBack() {
        lock.lock();
        try {
            taken = false;
            for (Runnable next = next(); next != null; next = next()) {
                lock.unlock();
                try {
                    next.run();
                } finally {
                    lock.lock();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Runnable next() {
        Iterator<Runnable> first = passedOver.iterator();
        if (taken || !first.hasNext()) {
            return null;
        }
        Runnable next = first.next();
        first.remove();
        return next;
    }
}
