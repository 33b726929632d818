/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Opens and closes stores where the application's interrupts do not reach: an interrupt on a thread that reads or writes
 * a file closes the file.
 *
 * <p>Has no state; any thread. The call runs on a thread of its own, which ends with it.
 */
final class ApartFromInterrupts {

    private ApartFromInterrupts() {}

    /** The result of a call; waits for it also when interrupted, and leaves the flag set. */
    static <T> T call(String threadName, Callable<T> call) throws JMSException {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(null, task, threadName, 0, false);
        // What it opens may outlive the application whose thread this is.
        thread.setContextClassLoader(ApartFromInterrupts.class.getClassLoader());
        thread.setDaemon(true);
        thread.start();
        try {
            return Waits.withoutInterruption(task);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof Error error) {
                throw error;
            }
            JMSException failure = JmsExceptions.of(cause == null ? e : cause);
            // Whose line it was: what the other thread did stands in the cause.
            failure.fillInStackTrace();
            throw failure;
        }
    }
}
