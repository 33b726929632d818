/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * What every child process does around its work: tell the figures, tell a failure, never hang.
 *
 * <p>Called once a process, from its main thread.
 */
public final class Child {

    private static final Duration SLACK = Duration.ofSeconds(60);

    private Child() {}

    /** Runs the work and ends the process: 0 with its figures printed, or 1 with the error printed. */
    public static void run(Duration usual, Callable<Map<String, Long>> work) {
        CountDownLatch done = new CountDownLatch(1);
        watch(usual.plus(SLACK), done);
        int status = 1;
        try {
            Map<String, Long> figures = work.call();
            System.out.println(ChildResult.format(figures));
            status = 0;
        } catch (Throwable e) {
            // The whole point of this process is to tell its parent, which shows what is printed.
            System.err.println(stackTraceOf(e));
        }
        done.countDown();
        finishRecordings();
        System.out.flush();
        // Not exit: a provider that left a thread behind must not keep the run waiting.
        Runtime.getRuntime().halt(status);
    }

    /** What a profiler of the JVM has recorded is written by its exit, which does not come. */
    private static void finishRecordings() {
        if (FlightRecorder.isInitialized()) {
            FlightRecorder.getFlightRecorder().getRecordings().stream()
                    .filter(recording -> recording.getState() == RecordingState.RUNNING)
                    .forEach(Recording::stop);
        }
    }

    private static void watch(Duration limit, CountDownLatch done) {
        Thread watchdog = new Thread(
                () -> {
                    try {
                        if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                            System.err.println("still running after " + limit.toSeconds() + " s, threads:");
                            Thread.getAllStackTraces().forEach((thread, trace) -> {
                                System.err.println(thread);
                                for (StackTraceElement element : trace) {
                                    System.err.println("    at " + element);
                                }
                            });
                            Runtime.getRuntime().halt(1);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private static String stackTraceOf(Throwable e) {
        java.io.StringWriter text = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
