/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Whether a journal's flusher has a thread: it takes one of the pool when there is work, and leaves it when there is none.
 *
 * <p>Used under the writer's lock.
 */
final class FlusherShift {

    private enum State {
        OFF,
        CALLED,
        RUNNING,
        LINGERING
    }

    private final IoPool pool;
    private final Runnable flusher;
    private final Condition work;
    private State state = State.OFF;

    /**
     * A flusher that has no thread yet.
     *
     * @param lock the writer's
     */
    FlusherShift(IoPool pool, ReentrantLock lock, Runnable flusher) {
        this.pool = pool;
        this.flusher = flusher;
        this.work = lock.newCondition();
    }

    /** Sees to it that the flusher looks for work; false if there is no thread for it. */
    boolean call() {
        switch (state) {
            case OFF -> {
                state = State.CALLED;
                if (!pool.tryExecute(flusher)) {
                    state = State.OFF;
                    return false;
                }
            }
            case LINGERING -> work.signal();
            case CALLED, RUNNING -> {}
        }
        return true;
    }

    boolean isOff() {
        return state == State.OFF;
    }

    // Called by the flusher.

    void begin() {
        state = State.RUNNING;
    }

    void end() {
        state = State.OFF;
    }

    /** Waits until there is a reason not to, or the time is over; whether there is a reason. */
    boolean linger(long nanos, BooleanSupplier reason) {
        state = State.LINGERING;
        long left = nanos;
        boolean interrupted = false;
        while (left > 0 && !reason.getAsBoolean()) {
            try {
                left = work.awaitNanos(left);
            } catch (InterruptedException e) {
                // The pool is going down: the time is over.
                interrupted = true;
                left = 0;
            }
        }
        state = State.RUNNING;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return left > 0;
    }
}
