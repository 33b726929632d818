/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A call on a thread of its own.
 *
 * <p>Thread safe.
 */
final class Background<T> {

    /** What may throw anything. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    private Background(Callable<T> call) {
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

    static <T> Background<T> call(Callable<T> call) {
        return new Background<>(call);
    }

    static Background<Boolean> run(Task task) {
        return new Background<>(() -> {
            task.run();
            return true;
        });
    }

    /** Waits until it waits for something. */
    Background<T> untilItWaits() {
        Awaitility.await()
                .until(() ->
                        thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        return this;
    }

    boolean isDone() {
        return result.isDone();
    }

    T result() throws Exception {
        return result.get(Provider.LONG_MS, TimeUnit.MILLISECONDS);
    }
}
