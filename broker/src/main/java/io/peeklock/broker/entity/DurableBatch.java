/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Turns a journal's progress into the future of the one batch that is under way.
 *
 * <p>Thread safe; futures complete on the executor, never on the journal's thread.
 */
final class DurableBatch implements JournalListener {

    private final Executor executor;
    private long durableIndex;
    private @Nullable BrokerException failure;
    private long awaitedIndex;
    private @Nullable CompletableFuture<Void> awaited;

    DurableBatch(Executor executor) {
        this.executor = executor;
    }

    /** Completes when this batch, the last appended, is durable; fails with OutcomeUnknown if that is never known. */
    synchronized CompletableFuture<Void> of(long index) {
        if (durableIndex >= index) {
            return CompletableFuture.completedFuture(null);
        }
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        awaitedIndex = index;
        awaited = new CompletableFuture<>();
        return awaited;
    }

    @Override
    public void durable(long index) {
        CompletableFuture<Void> done;
        synchronized (this) {
            durableIndex = Math.max(durableIndex, index);
            if (awaited == null || awaitedIndex > durableIndex) {
                return;
            }
            done = awaited;
            awaited = null;
        }
        handOver(() -> done.complete(null));
    }

    @Override
    public void failed(JournalException cause) {
        fail(outcomeUnknown(cause));
    }

    /** What is under way ends with this error, and so does everything later. */
    void fail(BrokerException error) {
        CompletableFuture<Void> broken;
        synchronized (this) {
            if (failure == null) {
                failure = error;
            }
            if (awaited == null) {
                return;
            }
            broken = awaited;
            awaited = null;
        }
        handOver(() -> broken.completeExceptionally(error));
    }

    synchronized boolean hasFailed() {
        return failure != null;
    }

    static BrokerException outcomeUnknown(JournalException cause) {
        return new BrokerException(
                ErrorCode.OutcomeUnknown,
                "the journal of definitions failed, the change may or may not have happened: " + cause.getMessage(),
                cause);
    }

    private void handOver(Runnable completion) {
        try {
            executor.execute(completion);
        } catch (RejectedExecutionException e) {
            // The executor goes down with the namespace; whoever waits must hear of it all the same.
            completion.run();
        }
    }
}
