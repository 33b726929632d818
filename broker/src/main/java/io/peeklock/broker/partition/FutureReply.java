/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Completes a future with a value. Immutable. */
record FutureReply<T extends @Nullable Object>(CompletableFuture<T> future, T value) implements Round.Reply {

    @Override
    public void give() {
        future.complete(value);
    }

    @Override
    public void fail(BrokerException cause) {
        future.completeExceptionally(cause);
    }
}
