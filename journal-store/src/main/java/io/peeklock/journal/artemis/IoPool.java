/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The threads of a store for the work of one journal; there may be none left.
 *
 * <p>Thread safe.
 *
 * @param executor gives each task a thread without waiting for others
 */
record IoPool(Executor executor) {

    /** Starts a task; false if there is no thread for it: the pool was shut down, or the system gives no more. */
    boolean tryExecute(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            return false;
        }
    }
}
