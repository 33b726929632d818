/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Runs changes one after the other: each when those before it have ended.
 *
 * <p>Thread safe.
 */
final class ChangeQueue {
    private final Executor executor;

    /** Completes when the last change asked for so far has ended: the next one waits for it. */
    private final AtomicReference<CompletableFuture<Void>> last =
            new AtomicReference<>(CompletableFuture.completedFuture(null));

    ChangeQueue(Executor executor) {
        this.executor = executor;
    }

    /** Runs a change on the executor; its future fails with {@link BrokerException}, not wrapped. */
    <T> CompletableFuture<T> submit(Supplier<CompletableFuture<T>> change) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture<Void> before = last.getAndSet(ended);
        CompletableFuture<T> running;
        try {
            running = before.thenComposeAsync(done -> change.get(), executor);
        } catch (RejectedExecutionException e) {
            running = CompletableFuture.failedFuture(e);
        }
        running.whenComplete((value, failure) -> {
            ended.complete(null);
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(unwrapped(failure));
            }
        });
        return result;
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        // The executor goes down with the namespace.
        return cause instanceof RejectedExecutionException ? DefinitionJournal.closed() : cause;
    }
}
