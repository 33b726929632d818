/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the job end and clean up before the JVM ends that somebody stops, by Ctrl+C for instance.
 *
 * <p>Made and closed by the job's thread; a shutdown hook interrupts that.
 */
final class ExitGuard implements AutoCloseable {

    /** Only a job that waits for standard input takes longer: it does not hear the interrupt. */
    private static final int PATIENCE_SECONDS = 5;

    private final Thread job = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::endJob, "clean-up");

    private ExitGuard() {}

    /** Guards what the calling thread does until it closes the guard. */
    static ExitGuard ofThisThread() {
        ExitGuard guard = new ExitGuard();
        Runtime.getRuntime().addShutdownHook(guard.hook);
        return guard;
    }

    /** What the hook does. */
    void endJob() {
        job.interrupt();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("The job does not end; its temporary files stay.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is running already.
        }
    }
}
