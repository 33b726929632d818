/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Makes futures fail with the cause itself: dependent stages wrap it. Stateless, thread safe. */
final class Unwrapping {

    private Unwrapping() {}

    /** The same future, but for that. */
    static <T> CompletableFuture<T> unwrapped(CompletableFuture<T> stage) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                plain.complete(value);
            } else {
                Throwable cause = failure.getCause();
                plain.completeExceptionally(failure instanceof CompletionException && cause != null ? cause : failure);
            }
        });
        return plain;
    }
}
