/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets one thing at a time end a branch; what comes meanwhile waits for it, without a thread.
 *
 * <p>Thread safe.
 */
final class Turns {
    private CompletableFuture<XaAnswer> last = CompletableFuture.completedFuture(XaAnswer.OK);

    /** @param verb decides and acts when its turn has come. What it throws is a defect, and answered as unknown */
    CompletableFuture<XaAnswer> take(Supplier<CompletableFuture<XaAnswer>> verb) {
        CompletableFuture<XaAnswer> mine = new CompletableFuture<>();
        CompletableFuture<XaAnswer> before;
        synchronized (this) {
            before = last;
            last = mine;
        }
        before.thenRun(() -> answered(verb).thenAccept(mine::complete));
        return mine;
    }

    private static CompletableFuture<XaAnswer> answered(Supplier<CompletableFuture<XaAnswer>> verb) {
        try {
            return verb.get().exceptionally(XaAnswer::later);
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(XaAnswer.later(e));
        }
    }
}
