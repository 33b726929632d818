/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Makes futures fail with the cause itself: dependent stages wrap it. Has no state; any thread. */
final class Unwrapped {

    private Unwrapped() {}

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** The same future, but for that. */
    static <T> CompletableFuture<T> of(CompletableFuture<T> stage) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                plain.complete(value);
            } else {
                plain.completeExceptionally(cause(failure));
            }
        });
        return plain;
    }
}
