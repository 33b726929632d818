/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Runs file work on a thread of its own and waits for its end, whatever happens to the caller: an interrupt of a thread that
 * reads or writes closes the file, and a load would take it for damaged.
 *
 * <p>Has no state; any thread. The caller keeps its interrupt flag.
 */
final class OwnThread {

    /** What is to be done. */
    interface Work<T> {
        T run() throws JournalException;
    }

    private OwnThread() {}

    static <T> T call(String what, Work<T> work) throws JournalException {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = new Thread(task, "peeklock-journal-io-" + what);
        thread.setDaemon(true);
        thread.setContextClassLoader(OwnThread.class.getClassLoader());
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    // Its result is there a moment before the thread is gone, and no thread is to be left over.
                    thread.join();
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unwrapped(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static JournalException unwrapped(@Nullable Throwable cause) {
        if (cause instanceof JournalException e) {
            return e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        throw new IllegalStateException(cause);
    }
}
