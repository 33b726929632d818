/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Which branch a session works in, or that it was taken out of one by another thread and its application has not been told yet.
 *
 * <p>Thread safe; to leave a branch and to be taken out of it is one step, so no operation finds the session outside before that.
 */
final class SessionAssociation {

    /**
     * @param branch the one it works in, or was taken out of; null outside of any
     * @param thread the one that has begun; of a session that was taken out, the one that has ended, null if nobody did
     */
    private record State(@Nullable Branch branch, @Nullable Thread thread, boolean isTakenOut) {

        @Nullable
        Branch current() {
            return isTakenOut ? null : branch;
        }
    }

    private static final State OUTSIDE = new State(null, null, false);

    private volatile State state = OUTSIDE;

    @Nullable
    Branch current() {
        return state.current();
    }

    synchronized void enter(Branch branch) {
        state = new State(branch, Thread.currentThread(), false);
    }

    /** This thread ends the work in a branch. On the thread that had begun it the application knows that. */
    synchronized void leave(Branch branch) {
        Thread thread = Thread.currentThread();
        if (state.current() == branch) {
            state = state.thread() == thread ? OUTSIDE : new State(branch, thread, true);
        }
    }

    /** Nobody ends the work in a branch that is no more. */
    synchronized void takeOut(Branch branch) {
        if (state.current() == branch) {
            state = new State(branch, null, true);
        }
    }

    /**
     * Somebody has asked for the commit of the branch, which no transaction manager does by itself, and has the answer: if it was
     * a thread of the transaction manager that has ended the session's work, the application knows.
     */
    synchronized void completed(Branch branch) {
        if (state.isTakenOut() && state.branch() == branch) {
            state = OUTSIDE;
        }
    }

    /**
     * The branch of an operation that begins now, null outside.
     *
     * @throws BrokerException once, to any thread but the one that has ended the branch, if the session was taken out of it
     */
    synchronized @Nullable Branch begin() {
        State now = state;
        if (now.isTakenOut()) {
            state = OUTSIDE;
            if (now.thread() != Thread.currentThread()) {
                throw takenOut();
            }
        }
        return now.current();
    }

    /** @throws BrokerException if the session is not in the branch any more; its application knows then */
    synchronized void requireStillIn(Transaction branch) {
        if (state.current() == branch) {
            return;
        }
        if (state.isTakenOut()) {
            state = OUTSIDE;
        }
        throw takenOut();
    }

    private static BrokerException takenOut() {
        return new BrokerException(
                ErrorCode.InvalidOperation,
                "the session's branch was ended on another thread, by its transaction manager's time-out perhaps;"
                        + " this call has done nothing. Roll the global transaction back and begin another");
    }
}
