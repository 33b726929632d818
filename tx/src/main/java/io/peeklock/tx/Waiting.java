/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for answers on a transaction manager's thread.
 *
 * <p>Thread safe. An interrupt does not end the wait, since it would leave open what has happened; the thread's flag is set again.
 */
@FunctionalInterface
interface Waiting {

    /** The answer; if it does not come in time, that it is to be asked for again. */
    XaAnswer await(CompletableFuture<XaAnswer> answer);

    static Waiting atMost(Duration limit) {
        return answer -> {
            long end = System.nanoTime() + limit.toNanos();
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            } catch (ExecutionException | TimeoutException e) {
                return XaAnswer.later(
                        e instanceof TimeoutException ? new TimeoutException("no answer in " + limit) : e.getCause());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }
}
