/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A call that runs on a thread of its own.
 *
 * <p>Thread safe.
 */
final class Running<T> {

    /** What may throw anything. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    private final CompletableFuture<@Nullable T> result = new CompletableFuture<>();
    private final Thread thread;

    private Running(Callable<@Nullable T> call) {
        thread = new Thread(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    static <T> Running<T> start(Callable<@Nullable T> call) {
        return new Running<>(call);
    }

    /** Waits until it waits for something. */
    Running<T> untilItWaits() {
        Awaitility.await()
                .until(() ->
                        thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        return this;
    }

    boolean isDone() {
        return result.isDone();
    }

    void interrupt() {
        thread.interrupt();
    }

    @Nullable
    T result() throws Exception {
        return result.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
    }
}
