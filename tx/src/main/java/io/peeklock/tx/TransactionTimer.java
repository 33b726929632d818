/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import java.time.Duration;

/**
 * Calls back when a transaction's time is over.
 *
 * <p>Thread safe. The task is quick and does not block.
 */
@FunctionalInterface
public interface TransactionTimer {

    /**
     * Runs the task once, after the delay, on a thread of the timer.
     *
     * @return takes the task back when run; does nothing if the task has run
     */
    Runnable schedule(Duration delay, Runnable task);
}
