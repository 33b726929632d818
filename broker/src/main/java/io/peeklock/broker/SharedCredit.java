/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A credit of one message that several receivers share: while one of them has it, no request of the others that was made with it is
 * served, so that no message ages under a lock for somebody who is at work (rule L5).
 *
 * <p>Thread safe. What a message costs does not depend on how many share it: when it is given back, only those ask again for whom
 * something had come meanwhile, in that order, until one of them has it.
 */
public class SharedCredit {
    private static final Logger log = LoggerFactory.getLogger(SharedCredit.class);

    /** Held for moments, never while somebody asks again. */
    private final ReentrantLock lock = new ReentrantLock();

    /** What those do, once each, who were to be served while another one had it. */
    private final Set<Runnable> passedOver = new LinkedHashSet<>();

    private boolean taken;

    /** How many withhold it. */
    private int withheld;

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

    /**
     * Takes it together with the claim, if nobody has it; else as {@link #isFree}, and nothing is claimed: who was passed over
     * waits all the time.
     *
     * @param claim makes the claim, or says that it cannot be made: then the credit is not taken either; quick, calls nobody
     * @return whether both are taken
     */
    public boolean tryTake(Runnable ifTaken, BooleanSupplier claim) {
        lock.lock();
        try {
            if (!isFreeUnderLock(ifTaken) || !claim.getAsBoolean()) {
                return false;
            }
            taken = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFreeUnderLock(Runnable ifTaken) {
        boolean free = isFreeUnderLock();
        if (!free) {
            passedOver.add(ifTaken);
        }
        return free;
    }

    private boolean isFreeUnderLock() {
        return !taken && withheld == 0;
    }

    /**
     * The message is done with, or did not come. For who has it, once. Throws nothing: where somebody fails to ask again, the
     * others do so all the same, and the one that failed does when it is given back the next time.
     */
    public void giveBack() {
        lock.lock();
        try {
            taken = false;
        } finally {
            lock.unlock();
        }
        letThemAsk();
    }

    /** Nobody is given it until {@link #offer()}, once for each call; who has it has it. */
    public void withhold() {
        lock.lock();
        try {
            withheld++;
        } finally {
            lock.unlock();
        }
    }

    /** The end of {@link #withhold()}. */
    public void offer() {
        lock.lock();
        try {
            withheld--;
        } finally {
            lock.unlock();
        }
        letThemAsk();
    }

    private void letThemAsk() {
        List<Runnable> failed = List.of();
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                log.error("A receiver that shares a credit could not ask for messages; it is tried again later", e);
                failed = failed.isEmpty() ? new ArrayList<>() : failed;
                failed.add(next);
            }
        }
        if (!failed.isEmpty()) {
            passOver(failed);
        }
    }

    private void passOver(List<Runnable> those) {
        lock.lock();
        try {
            passedOver.addAll(those);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            return nextUnderLock();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Runnable nextUnderLock() {
        Iterator<Runnable> first = passedOver.iterator();
        if (!isFreeUnderLock() || !first.hasNext()) {
            return null;
        }
        Runnable next = first.next();
        first.remove();
        return next;
    }
}
